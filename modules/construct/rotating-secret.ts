import { join } from 'node:path';
import {
  AssetType,
  type ITerraformDependable,
  TerraformAsset,
  type TerraformModuleProvider,
  type TerraformProvider,
  TerraformStack,
} from 'cdktf';
import type { Construct } from 'constructs';
import { variables } from '../root/variables.ts';
import type { RotatingSecretInputs } from './inputs.ts';
import { RotatingSecretOutputs } from './outputs.ts';
import { terraformValues } from './terraform-value.ts';

/** Everything that a {@link RotatingSecret} takes. */
export interface RotatingSecretProps extends RotatingSecretInputs {
  /**
   * Providers of the module.
   *
   * @default the AWS provider of the stack that has no alias
   */
  readonly providers?: (TerraformProvider | TerraformModuleProvider)[] | undefined;
  /** What must exist before anything of the module is made. */
  readonly dependsOn?: ITerraformDependable[] | undefined;
}

/** The Terraform module as it stands in the built package, beside this file's folder. */
const MODULE = join(import.meta.dirname, '..', 'module');

/**
 * Secrets of Secrets Manager, the functions that rotate them, and their schedules: the Terraform module of this package
 * as a construct, with the same names in camelCase.
 *
 * The stack needs a provider of AWS, 6.26 or newer, and Terraform 1.11 or newer.
 */
export class RotatingSecret extends RotatingSecretOutputs {
  /** @throws TypeError for a property that the module does not know, at whatever depth */
  constructor(scope: Construct, id: string, { providers, dependsOn, ...inputs }: RotatingSecretProps) {
    super(scope, id, {
      source: moduleIn(scope),
      // The module is an asset already.
      skipAssetCreationFromLocalModules: true,
      variables: terraformValues(inputs, variables, id),
      ...(providers === undefined ? {} : { providers }),
      ...(dependsOn === undefined ? {} : { dependsOn }),
    });
  }
}

/** The path of the module in what is synthesised: copied there once a stack, so that it can be applied elsewhere. */
function moduleIn(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const id = 'rotating-secret-module';
  const existing = stack.node.tryFindChild(id);
  const asset =
    existing instanceof TerraformAsset
      ? existing
      : new TerraformAsset(stack, id, { path: MODULE, type: AssetType.DIRECTORY });
  return `./${asset.path}`;
}
