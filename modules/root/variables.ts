import type { Validation, Variable } from '../authoring/declarations.ts';
import { expr, template } from '../authoring/expression.ts';
import { bool, map, number, string } from '../authoring/types.ts';
import { customEngine, engineNames, pairNames, strategiesInWords } from '../engines.ts';
import { holds, keyArn } from '../secret/types.ts';
import { network, notifications, rotator, secret } from './types.ts';

/** A rule that every secret keeps; the message ends with the keys of those that do not. */
function everySecret(condition: string, message: string): Validation {
  return {
    condition: expr`alltrue([for secret in values(var.secrets) : ${condition}])`,
    message: template`${message} Not so: \${join(", ", [for key, secret in var.secrets : key if !(${condition})])}.`,
  };
}

/** The engine or strategy of a rotator, as its entry or its key says; empty where neither does. */
function ofRotator(attribute: 'engine' | 'strategy', rotator: string): string {
  return `try(coalesce(var.rotators[${rotator}].${attribute}), local.pairs[${rotator}].${attribute}, "")`;
}

const engineOfNamed = ofRotator('engine', 'secret.rotator');
const strategyOfNamed = ofRotator('strategy', 'secret.rotator');

/** Whether a rotator whose key is an engine and strategy has these. */
const keepsItsPair = `!contains(keys(local.pairs), key) || "\${${ofRotator('engine', 'key')}}-\${${ofRotator('strategy', 'key')}}" == key`;

export const variables: Readonly<Record<string, Variable>> = {
  create: { type: bool, description: 'Whether to create anything.', default: true, nullable: false },
  region: { type: string, description: "Region of everything; the provider's by default.", default: null },
  name: {
    type: string,
    description:
      'Beginning of the names of functions, roles, keys and topics. Two calls in one account need two names.',
    default: 'rotating-secret',
    nullable: false,
    validations: [
      {
        condition: expr`can(regex("^[A-Za-z0-9_-]{1,22}$", var.name))`,
        message:
          'name must be 1 to 22 letters, digits, hyphens or underscores, since other names begin with it.',
      },
    ],
  },
  secrets: {
    type: map(secret),
    description:
      'The secrets, by a key of your choice that never changes. Terraform drops an attribute that it does not know without a word.',
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`alltrue([for key in keys(var.secrets) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])`,
        message:
          'Keys of secrets must be 1 to 64 letters, digits, hyphens or underscores; the name of a secret goes into its name attribute.',
      },
      everySecret(
        `secret.rotator != null || !secret.rotation.enabled || contains(keys(local.pairs), "\${coalesce(secret.engine, "none")}-\${coalesce(secret.strategy, "single-user")}")`,
        `A secret that is rotated needs an engine and a strategy that the engine has, or the rotator of your own: ${strategiesInWords}.`,
      ),
      everySecret(
        'secret.strategy != "alternating-users" || !secret.rotation.enabled || secret.admin_secret_arn != null',
        'With alternating-users an admin makes the second user and sets its password: give admin_secret_arn.',
      ),
      everySecret(
        'secret.rotation.automatically_after_days == null || secret.rotation.schedule_expression == null',
        'Give one of automatically_after_days and schedule_expression.',
      ),
      everySecret(
        `secret.admin_secret_kms_key_id == null || ${holds(keyArn, 'secret.admin_secret_kms_key_id')}`,
        'admin_secret_kms_key_id must be the full ARN of a key, since IAM policies need it: arn:aws:kms:REGION:ACCOUNT:key/ID.',
      ),
    ],
  },
  initial_values: {
    type: map(string),
    description:
      'First values by the keys of `secrets`, for those with `create_initial_value`. Needed until the secret exists; never in the plan or the state.',
    default: {},
    ephemeral: true,
    nullable: false,
    // A message that depended on an ephemeral value would be refused itself, so that these name no key.
    validations: [
      {
        condition: expr`alltrue([for key in keys(var.initial_values) : contains(keys(var.secrets), key)])`,
        message:
          'Keys of initial_values must be keys of secrets: a value under any other key is put nowhere.',
      },
      {
        condition: expr`alltrue([for key in keys(var.initial_values) : try(var.secrets[key].create_initial_value, true)])`,
        message:
          'A secret with a value in initial_values needs create_initial_value = true, without which the value is put nowhere.',
      },
    ],
  },
  rotators: {
    type: map(rotator),
    description: `Rotators to add or tune, by name. Those named after an engine and strategy, such as \`postgres-single-user\`, exist where a secret needs them, and are tuned here.`,
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`alltrue([for key, rotator in var.rotators : rotator.engine != null || contains(keys(local.pairs), key)])`,
        message: `A rotator needs an engine (${engineNames.join(', ')}), unless its key is an engine and strategy: ${pairNames.join(', ')}.`,
      },
      {
        condition: expr`alltrue([for secret in values(var.secrets) : secret.rotator == null || contains(keys(var.rotators), coalesce(secret.rotator, "-"))])`,
        message: template`A secret names a rotator that is not in rotators: \${join(", ", [for key, secret in var.secrets : key if secret.rotator != null && !contains(keys(var.rotators), coalesce(secret.rotator, "-"))])}.`,
      },
      {
        condition: expr`alltrue([for key in keys(var.rotators) : ${keepsItsPair}])`,
        message: template`A rotator whose key is an engine and strategy has these: leave engine and strategy out, or give it a key of your own. Not so: \${join(", ", [for key in keys(var.rotators) : key if !(${keepsItsPair})])}.`,
      },
      everySecret(
        `contains(["", "${customEngine}"], ${engineOfNamed}) || ((secret.engine == null || secret.engine == ${engineOfNamed}) && (secret.strategy == null || secret.strategy == ${strategyOfNamed}))`,
        'A secret and the rotator that it names must not differ in engine or strategy: leave these out of the secret, or name a rotator that has them.',
      ),
      everySecret(
        `!secret.rotation.enabled || secret.admin_secret_arn != null || ${engineOfNamed} == "${customEngine}" || ${strategyOfNamed} != "alternating-users"`,
        'A rotator with alternating-users needs an admin, who makes the second user and sets its password: give admin_secret_arn to its secrets.',
      ),
      {
        condition: expr`alltrue([for key in keys(var.rotators) : can(regex("^[A-Za-z0-9_-]{1,26}$", key))])`,
        message:
          'Keys of rotators must be 1 to 26 letters, digits, hyphens or underscores, since they end the names of functions.',
      },
    ],
  },
  create_kms_key: {
    type: bool,
    description: 'Whether to create a key for the secrets that name none.',
    default: false,
    nullable: false,
  },
  kms_key_deletion_window_in_days: {
    type: number,
    description: 'Days that a deleted key can be restored, 7 to 30.',
    default: 30,
    nullable: false,
  },
  network: {
    type: network,
    description: 'VPC of the functions; none by default.',
    default: null,
  },
  notifications: {
    type: notifications,
    description: 'Who is told how rotations ended; nobody by default.',
    default: null,
  },
  tags: { type: map(string), description: 'Tags of everything.', default: {}, nullable: false },
};
