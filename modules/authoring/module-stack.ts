import {
  TerraformDataSource,
  TerraformElement,
  TerraformHclModule,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  type TerraformResourceLifecycle,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
import type { Construct } from 'constructs';
import { snakeCase } from './snake-case.ts';
import { type Literal, type Type, typeToHcl } from './types.ts';

/** A value of Terraform's JSON syntax. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The body of a block in Terraform's JSON syntax. */
export type Body = Readonly<Record<string, Json>>;

/** A top-level block of the module, where it was declared. */
export interface Block {
  readonly keyword: 'variable' | 'output' | 'locals' | 'data' | 'resource' | 'module' | 'check' | 'terraform';
  readonly labels: readonly string[];
  readonly body: Body;
  /** What stands above the block, without the comment's `#`. */
  readonly comment: string | undefined;
  /** The banner that opens a group of blocks with this one. */
  readonly section: string | undefined;
}

/** A variable of a module; the type is given as data. */
export interface Variable {
  readonly type: Type;
  /** Markdown, on one line. */
  readonly description: string;
  /** Absent: the caller must give the variable. */
  readonly default?: Literal;
  readonly nullable?: boolean;
  readonly ephemeral?: boolean;
  readonly validations?: readonly Validation[];
}

/** A rule of a variable, an argument or a check, and what is said when it is broken. */
export interface Validation {
  /** A Terraform expression. */
  readonly condition: string;
  /** Says what was expected and what to write instead. May interpolate. */
  readonly message: string;
}

/** An output of a module. */
export interface Output {
  readonly description: string;
  readonly value: string;
  /** Addresses that exist before anybody can use the output's value. */
  readonly dependsOn?: readonly string[];
}

/** What Terraform lets every resource have, and CDKTF has no property or only an iterator for. */
export interface MetaArguments {
  readonly comment?: string;
  /** A Terraform expression. */
  readonly forEach?: string;
  /** Repeated blocks by name. */
  readonly dynamic?: Readonly<Record<string, Dynamic>>;
  readonly dependsOn?: readonly string[];
  /** Attributes in Terraform's JSON syntax, for what CDKTF's types cannot say: the count of a module, for one. */
  readonly overrides?: Body;
}

/** A `dynamic` block. */
export interface Dynamic {
  /** A Terraform expression. */
  readonly forEach: string;
  readonly content: Body;
}

interface ElementClass<C> {
  new (scope: Construct, id: string, config: C): TerraformResource | TerraformDataSource;
  readonly tfResourceType: string;
}

/** A provider requirement without the provider's configuration, which belongs to the root module of the caller. */
class RequiredProvider extends TerraformProvider {
  override toTerraform(): Body {
    return {
      terraform: {
        required_providers: {
          [this.terraformResourceType]: {
            source: this.terraformProviderSource,
            version: this.terraformGeneratorMetadata?.providerVersionConstraint,
          },
        },
      },
    };
  }
}

/** A block that CDKTF has no class for. */
class RawBlock extends TerraformElement {
  readonly keyword: 'check';
  readonly name: string;
  readonly body: Body;

  constructor(scope: Construct, keyword: 'check', name: string, body: Body) {
    super(scope, `${keyword}.${name}`);
    this.keyword = keyword;
    this.name = name;
    this.body = body;
  }

  override toTerraform(): Body {
    return { [this.keyword]: { [this.name]: this.body } };
  }
}

/**
 * A stack that is a Terraform module: it has variables, outputs and required versions, and neither a backend
 * nor a provider's configuration. Names are given, never hashed, since they are the module's state addresses.
 */
export abstract class ModuleStack extends TerraformStack {
  readonly #written = new Map<
    TerraformElement,
    { keys: unknown; comment?: string | undefined; section?: string | undefined }
  >();
  #section: string | undefined;
  /** The variables by name, in the order of their declaration. */
  readonly variables = new Map<string, Variable>();
  /** The outputs by name, in the order of their declaration. */
  readonly outputs = new Map<string, Output>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    new RequiredProvider(this, 'aws', {
      terraformResourceType: 'aws',
      terraformProviderSource: 'hashicorp/aws',
      terraformGeneratorMetadata: { providerName: 'aws', providerVersionConstraint: '>= 6.26' },
    });
    this.addOverride('terraform.required_version', '>= 1.11');
  }

  /** Begins a group of blocks; its title stands above the next block. */
  section(title: string): void {
    this.#section = title;
  }

  variable(name: string, variable: Variable): void {
    this.variables.set(name, variable);
    const { type, description, validations = [], nullable, ephemeral } = variable;
    const element = new TerraformVariable(this, `variable.${name}`, {
      type: typeToHcl(type),
      description,
      ...(nullable === undefined ? {} : { nullable }),
      ...(validations.length === 0 ? {} : { validation: conditions(validations) }),
    });
    element.overrideLogicalId(name);
    // CDKTF renames the keys of a default and fails on null, so it never sees one.
    if (variable.default !== undefined) element.addOverride('default', variable.default);
    if (ephemeral) element.addOverride('ephemeral', true);
    const validation = { condition: 0, errorMessage: 0 };
    this.#remember(element, { description: 0, type: 0, default: 0, nullable: 0, ephemeral: 0, validation });
  }

  output(name: string, output: Output): void {
    this.outputs.set(name, output);
    const { description, value, dependsOn } = output;
    const element = new TerraformOutput(this, `output.${name}`, { description, value });
    element.overrideLogicalId(name);
    if (dependsOn !== undefined) element.addOverride('depends_on', dependsOn);
    this.#remember(element, { description: 0, value: 0, dependsOn: 0 });
  }

  /** Declares local values, which stand in one block. */
  locals(values: Readonly<Record<string, Json>>, comment?: string): void {
    for (const [index, [name, value]] of Object.entries(values).entries()) {
      const element = new TerraformLocal(this, `local.${name}`, value);
      element.overrideLogicalId(name);
      this.#remember(element, {}, index === 0 ? (comment ?? '') : undefined);
    }
  }

  /** Declares a resource or a data source; attributes are written in the order of `config`. */
  block<C>(type: ElementClass<C>, name: string, config: C, meta: MetaArguments = {}): void {
    const element = new type(this, `${type.tfResourceType}.${name}`, config);
    element.overrideLogicalId(name);
    this.#override(element, meta);
    this.#remember(element, config, meta.comment);
  }

  /** Calls another module of this repository. */
  module(name: string, source: string, variables: Body, meta: MetaArguments = {}): void {
    const element = new TerraformHclModule(this, `module.${name}`, {
      source,
      variables: { ...variables },
      skipAssetCreationFromLocalModules: true,
    });
    element.overrideLogicalId(name);
    this.#override(element, meta);
    this.#remember(element, { source: 0, ...variables }, meta.comment);
  }

  /** Declares conditions whose failure warns, without stopping anything. */
  check(name: string, validations: readonly Validation[], comment?: string): void {
    const element = new RawBlock(this, 'check', name, {
      assert: validations.map(({ condition, message }) => ({ condition, error_message: message })),
    });
    this.#remember(element, {}, comment);
  }

  #override(
    element: TerraformElement,
    { forEach, dynamic = {}, dependsOn, overrides = {} }: MetaArguments,
  ): void {
    if (forEach !== undefined) element.addOverride('for_each', forEach);
    for (const [name, { forEach: each, content }] of Object.entries(dynamic)) {
      element.addOverride(`dynamic.${name}`, { for_each: each, content });
    }
    for (const [name, value] of Object.entries(overrides)) element.addOverride(name, value);
    if (dependsOn !== undefined) element.addOverride('depends_on', dependsOn);
  }

  #remember(element: TerraformElement, keys: unknown, comment?: string): void {
    this.#written.set(element, { keys, comment, section: this.#section });
    this.#section = undefined;
  }

  /** The stack in Terraform's JSON syntax, without the backend that CDKTF puts into every stack. */
  override toTerraform(): Record<string, unknown> {
    const { terraform, ...rest } = super.toTerraform();
    const { backend: _, ...requirements } = terraform;
    return { ...rest, terraform: requirements };
  }

  /** The blocks of the module in the order in which they were declared, attributes as they were written. */
  blocks(): Block[] {
    this.prepareStack();
    const tree = this.toTerraform() as Record<string, Record<string, Record<string, Body>>>;
    const blocks: Block[] = [
      {
        keyword: 'terraform',
        labels: [],
        body: inWrittenOrder(tree.terraform as unknown as Body, { requiredVersion: 0, requiredProviders: 0 }),
        comment: undefined,
        section: undefined,
      },
    ];
    for (const [element, { keys, comment, section }] of this.#written) {
      const [keyword, ...labels] = address(element);
      const name = labels.at(-1) ?? '';
      if (keyword === 'locals') {
        const value = (tree.locals as unknown as Body)[name];
        const last = blocks.at(-1);
        if (comment === undefined && last?.keyword === 'locals')
          blocks[blocks.length - 1] = { ...last, body: { ...last.body, [name]: value } };
        else
          blocks.push({
            keyword,
            labels: [],
            body: { [name]: value },
            comment: comment || undefined,
            section,
          });
        continue;
      }
      const group = tree[keyword]?.[labels[0] ?? ''];
      const body = (labels.length === 2 ? group?.[name] : group) as Body | undefined;
      if (body === undefined)
        throw new Error(`${keyword}.${labels.join('.')} is declared and missing in the synthesised stack`);
      blocks.push({ keyword, labels, body: inWrittenOrder(body, keys), comment, section });
    }
    return blocks;
  }
}

function conditions(validations: readonly Validation[]): { condition: string; errorMessage: string }[] {
  return validations.map(({ condition, message }) => ({ condition, errorMessage: message }));
}

/** Makes the `lifecycle` of a resource that refuses to be planned or applied when a rule is broken. */
export function refuseUnless(...validations: readonly Validation[]): TerraformResourceLifecycle {
  return { precondition: conditions(validations) };
}

function address(element: TerraformElement): [Block['keyword'], ...string[]] {
  const name = element.friendlyUniqueId;
  if (element instanceof RawBlock) return [element.keyword, element.name];
  if (element instanceof TerraformVariable) return ['variable', name];
  if (element instanceof TerraformOutput) return ['output', name];
  if (element instanceof TerraformLocal) return ['locals', name];
  if (element instanceof TerraformHclModule) return ['module', name];
  if (element instanceof TerraformDataSource) return ['data', element.terraformResourceType, name];
  if (element instanceof TerraformResource) return ['resource', element.terraformResourceType, name];
  throw new Error(`${element.node.path} is no kind of block that a module has`);
}

/** Orders a body as its author wrote it, which CDKTF's bindings forget; what they added follows. */
function inWrittenOrder(body: Body, written: unknown): Body {
  if (typeof written !== 'object' || written === null) return body;
  const order = Object.entries(written).map(([key, value]) => [snakeCase(key), value] as const);
  const ordered: Record<string, Json> = {};
  for (const [key, inner] of order) if (key in body) ordered[key] = reorder(body[key], inner);
  return { ...ordered, ...Object.fromEntries(Object.entries(body).filter(([key]) => !(key in ordered))) };
}

function reorder(value: Json, written: unknown): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => reorder(item, Array.isArray(written) ? written[index] : written));
  }
  if (typeof value === 'object' && value !== null) return inWrittenOrder(value as Body, written);
  return value;
}
