import type { Variable } from '../authoring/declarations.ts';
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
import { engines, inCode } from '../engines.ts';
import { settings } from '../notifications/variables.ts';
import { tuning } from '../rotator/tuning.ts';
import { variables as rotatorVariables } from '../rotator/variables.ts';
import { variables as secretVariables } from '../secret/variables.ts';

/** When a secret is rotated. */
const rotation = object('Rotation', {
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

export const secret = object('Secret', {
  ...secretAttributes,
  engine: optional(
    string,
    `What is rotated: ${inCode(Object.keys(engines))}; a custom rotator's own affair.`,
  ),
  strategy: optional(
    string,
    '`single-user`; `alternating-users` for two users that take turns, made by the admin; or, with MySQL, `dual-password` for a user whose old password keeps working until the next rotation. That of the `rotator` where one is named, otherwise `single-user`.',
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

export const rotator = object('Rotator', {
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

const database = object('Database', {
  security_group_id: required(string, 'Security group of the database.'),
  port: required(number, 'Port of the database.'),
  create_ingress_rule: optional(
    bool,
    "Whether the database's security group is opened for the functions.",
    true,
  ),
});

const way = object('HttpsWay', {
  security_group_id: optional(string, 'Security group to reach, such as that of an endpoint that exists.'),
  create_ingress_rule: optional(bool, 'Whether that security group is opened for the functions.', false),
  prefix_list_id: optional(string, 'Prefix list to reach.'),
  cidr_ipv4: optional(string, 'IPv4 addresses to reach: `0.0.0.0/0` through a NAT gateway.'),
  cidr_ipv6: optional(string, 'IPv6 addresses to reach.'),
});

export const network = object('Network', {
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

export const notifications = object(
  'Notifications',
  Object.fromEntries(
    Object.entries(settings).map(([name, { type, description, default: fallback = null }]) => [
      name,
      optional(type, description, fallback),
    ]),
  ),
);
