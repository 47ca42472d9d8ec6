import {
  type TerraformDataSource,
  type TerraformElement,
  TerraformHclModule,
  TerraformLocal,
  TerraformOutput,
  type TerraformResource,
  type TerraformResourceLifecycle,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
import type { Construct } from 'constructs';
import type { Block, MetaArguments, Output, Validation, Variable } from './declarations.ts';
import { addressOf, RawBlock, RequiredProvider } from './elements.ts';
import type { Body, Json } from './json.ts';
import { typeToHcl } from './types.ts';
import { inWrittenOrder } from './written-order.ts';

interface ElementClass<C> {
  new (scope: Construct, id: string, config: C): TerraformResource | TerraformDataSource;
  readonly tfResourceType: string;
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
      const [keyword, ...labels] = addressOf(element);
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
