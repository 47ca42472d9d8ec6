import { expr, template } from '../authoring/expression.ts';
import type { Validation, Variable } from '../authoring/module-stack.ts';
import {
  type Attributes,
  bool,
  list,
  literalToHcl,
  map,
  number,
  object,
  optional,
  required,
  string,
} from '../authoring/types.ts';
import { engineList, engines, pairList } from '../engines.ts';
import { settings } from '../notifications/variables.ts';
import { tuning } from '../rotator/tuning.ts';
import { variables as rotatorVariables } from '../rotator/variables.ts';
import { variables as secretVariables } from '../secret/variables.ts';

/** When a secret is rotated. */
const rotation = object({
  enabled: optional(bool, 'Whether the secret is rotated. `false` cancels rotation; the secret stays.', true),
  automatically_after_days: optional(
    number,
    'Days between rotations, 1 to 1000; 30 where no schedule is given.',
  ),
  schedule_expression: optional(
    string,
    '`rate(10 days)`, `rate(12 hours)` or `cron(0 8 1 * ? *)`, in UTC, no more often than every 4 hours.',
  ),
  duration: optional(
    string,
    'How long the window of a rotation is open, such as `3h`; it ends on the day that it began on.',
  ),
  rotate_immediately: optional(
    bool,
    'Whether this apply rotates, and every later one that changes the schedule or the function. `true` where the first rotation makes the password (`connection`), otherwise `false`.',
  ),
});

/** Attributes of a secret that are variables of the secret's module. */
const secretAttributes: Attributes = Object.fromEntries(
  Object.entries(secretVariables)
    .filter(([, { ephemeral }]) => !ephemeral)
    .filter(([name]) => !['region'].includes(name))
    .map(([name, { type, description, default: fallback }]) => [
      name,
      optional(type, description, name === 'create' ? true : tuned(fallback)),
    ]),
);

/** A default that stands for "left out", which the module below fills. */
function tuned(fallback: Variable['default']): boolean | number | null {
  return typeof fallback === 'boolean' || typeof fallback === 'number' ? fallback : null;
}

const secret = object({
  ...secretAttributes,
  engine: optional(
    string,
    `What is rotated: ${[...Object.keys(engines)].map((name) => `\`${name}\``).join(', ')}; a custom rotator's own affair.`,
  ),
  strategy: optional(
    string,
    '`single-user`, or `alternating-users` for two users that take turns, made by the admin.',
    'single-user',
  ),
  rotator: optional(string, 'Key of the rotator in `rotators`; that of the engine and strategy by default.'),
  admin_secret_kms_key_id: optional(
    string,
    "ARN of the key that encrypts the admin's secret, unless it is `aws/secretsmanager`.",
  ),
  rotation: optional(rotation, 'When the secret is rotated.', {}),
});

/** A rotator in the root module leaves its defaults to the rotator's module. */
const rotatorTuning: Attributes = Object.fromEntries(
  Object.entries(tuning).map(([name, { type, description, default: fallback }]) => [
    name,
    optional(
      type,
      fallback === null || isEmpty(fallback)
        ? description
        : `${description.replace(/\.$/, '')}; \`${literalToHcl(fallback)}\` by default.`,
    ),
  ]),
);

function isEmpty(fallback: unknown): boolean {
  return typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length === 0;
}

const rotator = object({
  engine: optional(string, `${describe('engine')} That of its key by default.`),
  strategy: optional(string, `${describe('strategy')} That of its key by default.`),
  create_function: optional(bool, describe('create_function'), true),
  function_arn: optional(string, describe('function_arn')),
  create_permission: optional(bool, describe('create_permission'), true),
  ...rotatorTuning,
});

function describe(name: string): string {
  return rotatorVariables[name]?.description ?? '';
}

const database = object({
  security_group_id: required(string, 'Security group of the database.'),
  port: optional(number, 'Port of the database.', 5432),
  create_ingress_rule: optional(
    bool,
    "Whether the database's security group is opened for the functions.",
    true,
  ),
});

const way = object({
  security_group_id: optional(string, 'Security group to reach, such as that of an endpoint that exists.'),
  create_ingress_rule: optional(bool, 'Whether that security group is opened for the functions.', false),
  prefix_list_id: optional(string, 'Prefix list to reach.'),
  cidr_ipv4: optional(string, 'IPv4 addresses to reach: `0.0.0.0/0` through a NAT gateway.'),
  cidr_ipv6: optional(string, 'IPv6 addresses to reach.'),
});

const network = object({
  vpc_id: required(string, 'VPC of the functions.'),
  subnet_ids: required(list(string), 'Subnets of the functions.'),
  security_group_ids: optional(list(string), "Security groups of the functions beside the module's own.", []),
  databases: optional(map(database), 'Databases that the functions reach, by a name of your choice.', {}),
  https: optional(map(way), 'What the functions reach on port 443, by a name of your choice.', {}),
  create_endpoint: optional(
    bool,
    "Whether to create Secrets Manager's interface endpoint, which costs by the hour.",
    false,
  ),
  endpoint_private_dns_enabled: optional(
    bool,
    'Whether the endpoint takes over the public name of Secrets Manager for the whole VPC; it then serves every secret.',
    false,
  ),
  secrets_manager_endpoint: optional(string, 'URL of an endpoint that exists, where it has no private DNS.'),
});

const notifications = object(
  Object.fromEntries(
    Object.entries(settings).map(([name, { type, description, default: fallback = null }]) => [
      name,
      optional(type, description, fallback),
    ]),
  ),
);

/** A rule that every secret keeps; the message ends with the keys of those that do not. */
function everySecret(condition: string, message: string): Validation {
  return {
    condition: expr`alltrue([for secret in values(var.secrets) : ${condition}])`,
    message: template`${message} Not so: \${join(", ", [for key, secret in var.secrets : key if !(${condition})])}.`,
  };
}

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
        `secret.rotator != null || !secret.rotation.enabled || contains([${pairList}], "\${coalesce(secret.engine, "none")}-\${secret.strategy}")`,
        `A secret that is rotated needs an engine (${Object.keys(engines).join(', ')}) and a strategy that the engine has (single-user, alternating-users), or the rotator of your own.`,
      ),
      everySecret(
        'secret.strategy != "alternating-users" || !secret.rotation.enabled || secret.admin_secret_arn != null',
        'With alternating-users an admin makes the second user and sets its password: give admin_secret_arn.',
      ),
      everySecret(
        'secret.rotation.automatically_after_days == null || secret.rotation.schedule_expression == null',
        'Give one of automatically_after_days and schedule_expression.',
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
  },
  rotators: {
    type: map(rotator),
    description: `Rotators to add or tune, by name. Those named after an engine and strategy (${pairList.replaceAll('"', '`')}) exist where a secret needs them, and are tuned here.`,
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`alltrue([for key, rotator in var.rotators : rotator.engine != null || contains([${pairList}], key)])`,
        message: `A rotator needs an engine (${engineList.replaceAll('"', '')}), unless its key is an engine and strategy: ${pairList.replaceAll('"', '')}.`,
      },
      {
        condition: expr`alltrue([for secret in values(var.secrets) : secret.rotator == null || contains(keys(var.rotators), coalesce(secret.rotator, "-"))])`,
        message: template`A secret names a rotator that is not in rotators: \${join(", ", [for key, secret in var.secrets : key if secret.rotator != null && !contains(keys(var.rotators), coalesce(secret.rotator, "-"))])}.`,
      },
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
