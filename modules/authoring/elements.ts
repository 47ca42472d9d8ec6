import {
  TerraformDataSource,
  TerraformElement,
  TerraformHclModule,
  TerraformLocal,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformVariable,
} from 'cdktf';
import type { Construct } from 'constructs';
import type { Block } from './declarations.ts';
import type { Body } from './json.ts';

/** A provider requirement without the provider's configuration, which belongs to the root module of the caller. */
export class RequiredProvider extends TerraformProvider {
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
export class RawBlock extends TerraformElement {
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
 * The keyword and labels of the block that an element becomes.
 *
 * @throws Error for an element that no module has, such as a backend
 */
export function addressOf(element: TerraformElement): [Block['keyword'], ...string[]] {
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
