import type { Variable } from '../authoring/declarations.ts';
import { expr, template } from '../authoring/expression.ts';
import { bool, list, map, number, string } from '../authoring/types.ts';

import { connection, holds, keyArn, policyStatement, replica, secretArn, TAG_VALUE } from './types.ts';

/** What has no effect on a secret that is adopted, and whether it is given. */
const ofCreatedSecrets = `{ ${Object.entries({
  name: 'var.name != null',
  name_prefix: 'var.name_prefix != null',
  description: 'var.description != null',
  recovery_window_in_days: 'var.recovery_window_in_days != 30',
  replicas: 'length(var.replicas) > 0',
  force_overwrite_replica_secret: 'var.force_overwrite_replica_secret',
  policy_statements: 'length(var.policy_statements) > 0',
  block_public_policy: '!var.block_public_policy',
  connection: 'var.connection != null',
  create_initial_value: 'var.create_initial_value',
  manage_user: 'var.manage_user',
  username: 'var.username != null',
  hosts: 'var.hosts != null',
  grant_roles: 'length(var.grant_roles) > 0',
  tags: 'length(var.tags) > 0',
})
  .map(([name, given]) => `${name} = ${given}`)
  .join(', ')} }`;

export const variables: Readonly<Record<string, Variable>> = {
  create: {
    type: bool,
    description: 'Whether to create the secret. `false` adopts the one whose `arn` is given.',
    default: true,
    nullable: false,
  },
  region: {
    type: string,
    description: "Region of the secret; the provider's by default.",
    default: null,
  },
  arn: {
    type: string,
    description: 'Full ARN of a secret to adopt, where `create` is `false`.',
    default: null,
    validations: [
      {
        condition: expr`var.create == (var.arn == null)`,
        message: 'Give either create = false and the arn of the secret to adopt, or no arn to create one.',
      },
      {
        condition: expr`var.arn == null || ${holds(secretArn, 'var.arn')}`,
        message: 'arn must be the full ARN of a secret, ending in the six characters that AWS adds.',
      },
    ],
  },
  name: {
    type: string,
    description: 'Name of the secret.',
    default: null,
    validations: [
      {
        condition: expr`!var.create || (var.name == null) != (var.name_prefix == null)`,
        message: 'Give exactly one of name and name_prefix.',
      },
      {
        condition: expr`var.name == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.name))`,
        message: 'name must be 1 to 512 letters, digits or characters of /_+=.@-.',
      },
    ],
  },
  name_prefix: {
    type: string,
    description:
      'Beginning of a name that is made unique, so that a secret can be made again before its recovery window has passed.',
    default: null,
  },
  description: {
    type: string,
    description: 'What the secret is for.',
    default: null,
  },
  kms_key_id: {
    type: string,
    description:
      'ARN of the key that encrypts the secret; the AWS managed key `aws/secretsmanager` by default.',
    default: null,
    validations: [
      {
        condition: expr`var.kms_key_id == null || ${holds(keyArn, 'var.kms_key_id')}`,
        message:
          'kms_key_id must be the ARN of a key, since IAM policies need it: arn:aws:kms:REGION:ACCOUNT:key/ID.',
      },
    ],
  },
  recovery_window_in_days: {
    type: number,
    description: 'Days that a deleted secret can be restored, 7 to 30; 0 deletes it at once.',
    default: 30,
    nullable: false,
    validations: [
      {
        condition: expr`var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)`,
        message: 'recovery_window_in_days must be 0 or 7 to 30.',
      },
    ],
  },
  replicas: {
    type: map(replica),
    description:
      'Replicas of the secret by region. The provider never removes the last one: delete it with `aws secretsmanager remove-regions-from-replication`.',
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`
          alltrue([
            for region, replica in var.replicas : replica.kms_key_id == null || can(regex(
              "^arn:[^:]+:kms:\${region}:[0-9]{12}:key/.+$", replica.kms_key_id
            ))
          ])
        `,
        message: 'kms_key_id of a replica must be the ARN of a key in the region of the replica.',
      },
    ],
  },
  force_overwrite_replica_secret: {
    type: bool,
    description: "Whether a replica replaces a secret of the same name that exists in the replica's region.",
    default: false,
    nullable: false,
  },
  policy_statements: {
    type: map(policyStatement),
    description: 'Statements of the resource policy by Sid. AWS copies the policy to the replicas.',
    default: {},
    nullable: false,
  },
  block_public_policy: {
    type: bool,
    description: 'Whether AWS refuses a resource policy that grants broad access.',
    default: true,
    nullable: false,
  },
  engine: {
    type: string,
    description: 'What the `engine` field of the first value says.',
    default: null,
  },
  connection: {
    type: connection,
    description:
      'First value of the secret: everything but a password, which the first rotation makes. Later changes do not reach the live value.',
    default: null,
    validations: [
      {
        condition: expr`var.connection == null || !var.create_initial_value`,
        message: 'Give connection (the first rotation makes the password) or create_initial_value, not both.',
      },
    ],
  },
  create_initial_value: {
    type: bool,
    description: 'Whether `initial_value` is put as the first value.',
    default: false,
    nullable: false,
  },
  initial_value: {
    type: string,
    description:
      'First value of the secret, for `create_initial_value`. Needed until the secret exists; never in the plan or the state.',
    default: null,
    ephemeral: true,
  },
  admin_secret_arn: {
    type: string,
    description: 'ARN of the secret of the admin who changes this one in the database, pinned as a tag.',
    default: null,
    validations: [
      {
        condition: expr`var.admin_secret_arn == null || ${holds(secretArn, 'var.admin_secret_arn')}`,
        message: 'admin_secret_arn must be the full ARN of a secret.',
      },
    ],
  },
  manage_user: {
    type: bool,
    description:
      'Whether the admin may create the user, and set its password without the current one. Needs `admin_secret_arn` and a username.',
    default: false,
    nullable: false,
    validations: [
      {
        condition: expr`!var.manage_user || (var.admin_secret_arn != null && (var.connection != null || var.username != null))`,
        message: 'manage_user needs admin_secret_arn and a username, in connection or as username.',
      },
      {
        condition: expr`var.connection == null || (var.engine != null && var.manage_user)`,
        message:
          'A value from connection has no password, which only an admin can set: give engine, manage_user = true and admin_secret_arn, or the whole value in initial_value.',
      },
    ],
  },
  username: {
    type: string,
    description: "User that the admin may change, pinned as a tag; the connection's by default.",
    default: null,
    validations: [
      {
        condition: expr`can(regex("${TAG_VALUE}", try(coalesce(var.username), var.connection.username, "")))`,
        message:
          'The username is pinned in a tag, which takes up to 256 letters, digits, spaces and characters of _.:/=+@-.',
      },
    ],
  },
  hosts: {
    type: list(string),
    description:
      "`host:port` of every database that the secret may name, pinned as a tag; the connection's by default.",
    default: null,
    validations: [
      {
        condition: expr`
          var.hosts == null || (
            alltrue([for host in coalesce(var.hosts, []) : can(regex("^[^ ]+:[0-9]+$", host))]) &&
            length(join(" ", coalesce(var.hosts, []))) <= 256
          )
        `,
        message: 'hosts must be "host:port" each and 256 characters together, since they stand in a tag.',
      },
    ],
  },
  grant_roles: {
    type: list(string),
    description: 'Roles that a user made by the admin is granted, pinned as a tag.',
    default: [],
    nullable: false,
    validations: [
      {
        condition: expr`length(var.grant_roles) == 0 || var.manage_user`,
        message: 'grant_roles needs manage_user = true: only a user that the admin makes is granted roles.',
      },
      {
        condition: expr`can(regex("${TAG_VALUE}", join(" ", var.grant_roles)))`,
        message:
          'grant_roles must fit a tag: 256 characters together, of letters, digits and _.:/=+@-. Grant one role that has the others.',
      },
    ],
  },
  tags: {
    type: map(string),
    description: 'Tags of the secret and its replicas.',
    default: {},
    nullable: false,
    validations: [
      {
        condition: expr`alltrue([for key in keys(var.tags) : !startswith(key, "rotating-secret:")])`,
        message:
          'Tags under "rotating-secret:" pin what an admin may do; set manage_user, username, hosts and grant_roles instead.',
      },
      {
        condition: expr`var.create || !anytrue(values(${ofCreatedSecrets}))`,
        message: template`An adopted secret keeps its name, value, replicas, policy and tags: remove \${join(", ", [for name, given in ${ofCreatedSecrets} : name if given])}, or set create = true. What an admin may do is pinned in tags: set those on the secret itself.`,
      },
    ],
  },
};
