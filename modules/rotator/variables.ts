import type { Validation, Variable } from '../authoring/declarations.ts';
import { expr, template } from '../authoring/expression.ts';
import { bool, list, map, number, object, optional, required, string } from '../authoring/types.ts';
import { customEngine, engineNames, inCode } from '../engines.ts';
import { holds, keyArn } from '../secret/types.ts';
import { tuning } from './tuning.ts';

/** Secrets whose ARNs fit a managed policy where they share a key and an admin. */
const SHARING_SECRETS_PER_POLICY = 20;

/** Secrets whose ARNs fit a managed policy with a key, an admin and an admin's key for each. */
export const SECRETS_PER_POLICY = 8;

/** Managed policies that a role may have; AWS raises the quota on request. */
export const POLICIES_PER_ROLE = 10;

/** Secrets that a rotator takes at most. */
const SECRETS_PER_ROTATOR = SHARING_SECRETS_PER_POLICY * POLICIES_PER_ROLE;

/** How many secrets a rotator takes, for a message. */
export const capacityInWords = `A rotator takes ${SECRETS_PER_ROTATOR} secrets that share a key and an admin, ${SECRETS_PER_POLICY * POLICIES_PER_ROLE} that share neither, and fewer with names of more than 50 characters`;

/** A secret that a rotator rotates. */
const secret = object('RotatedSecret', {
  arn: required(string, 'ARN of the secret.'),
  kms_key_id: optional(string, 'ARN of the key that encrypts it.'),
  admin_secret_arn: optional(string, "ARN of the admin's secret."),
  admin_secret_kms_key_id: optional(string, "ARN of the key that encrypts the admin's secret."),
});

/** Whether the keys of a secret are ARNs. */
const namesItsKeys = ['kms_key_id', 'admin_secret_kms_key_id']
  .map((name) => `(secret.${name} == null || ${holds(keyArn, `secret.${name}`)})`)
  .join(' && ');

/** What a rotator in a VPC may reach. */
const egress = object('Egress', {
  port: required(number, 'Port.'),
  security_group_id: optional(string, 'Security group to reach.'),
  create_ingress_rule: optional(bool, 'Whether that security group is opened for the function.', false),
  prefix_list_id: optional(string, 'Prefix list to reach.'),
  cidr_ipv4: optional(string, 'IPv4 addresses to reach.'),
  cidr_ipv6: optional(string, 'IPv6 addresses to reach.'),
});

/** Where a rotator in a VPC stands. */
const network = object('RotatorNetwork', {
  vpc_id: required(string, 'VPC of the subnets.'),
  subnet_ids: required(list(string), 'Subnets of the function.'),
  security_group_ids: optional(list(string), "Security groups of the function beside the module's own.", []),
  egress: optional(map(egress), 'What the function may reach, by a name of your choice.', {}),
});

/** Rules on single tunings; the root module leaves them to this one. */
const rules: Partial<Record<keyof typeof tuning, readonly Validation[]>> = {
  local_existing_package: [
    {
      condition: expr`var.local_existing_package == null || var.s3_existing_package == null`,
      message: 'Give one of local_existing_package and s3_existing_package.',
    },
  ],
  architectures: [
    {
      condition: expr`contains([tolist(["arm64"]), tolist(["x86_64"])], var.architectures)`,
      message: 'architectures must be ["arm64"] or ["x86_64"].',
    },
  ],
  memory_size: [
    {
      condition: expr`var.memory_size >= 128 && var.memory_size <= 10240`,
      message: 'memory_size must be 128 to 10240 MB.',
    },
  ],
  timeout: [
    {
      condition: expr`var.timeout >= 10 && var.timeout <= 900`,
      message:
        'timeout must be 10 to 900 seconds; a step needs some for the network, and 3 to report an error.',
    },
  ],
  password: [
    {
      condition: expr`try(var.password.length >= 1 && var.password.length <= 4096, var.password.length == null)`,
      message: 'length of password must be 1 to 4096.',
    },
    {
      condition: expr`contains(["local", "secretsmanager"], coalesce(var.password.source, "local"))`,
      message: 'source of password must be "local" or "secretsmanager".',
    },
  ],
  tracing_mode: [
    {
      condition: expr`contains(["Active", "PassThrough"], coalesce(var.tracing_mode, "Active"))`,
      message: 'tracing_mode must be "Active" or "PassThrough".',
    },
  ],
  permission_source_arn: [
    {
      condition: expr`!var.permission_source_arn || length(var.secrets) <= 50`,
      message:
        "permission_source_arn writes a statement for each secret into the function's policy, which holds 50 of them: use it with fewer secrets, or split them over rotators.",
    },
  ],
};

const tuningVariables = Object.entries(tuning).map(
  ([name, { type, description, default: fallback }]): [string, Variable] => [
    name,
    {
      type,
      description,
      default: fallback,
      ...(fallback === null ? {} : { nullable: false }),
      validations: rules[name as keyof typeof tuning] ?? [],
    },
  ],
);

export const variables: Readonly<Record<string, Variable>> = {
  create: {
    type: bool,
    description: 'Whether to create anything.',
    default: true,
    nullable: false,
  },
  region: {
    type: string,
    description: "Region of the function; the provider's by default.",
    default: null,
  },
  name: {
    type: string,
    description: 'Name of the function, and beginning of the names of its role and policies.',
    nullable: false,
    validations: [
      {
        condition: expr`can(regex("^[A-Za-z0-9_-]{1,49}$", var.name))`,
        message:
          "name must be 1 to 49 letters, digits, hyphens or underscores: the role's name adds the region to it.",
      },
    ],
  },
  engine: {
    type: string,
    description: `What is rotated: ${inCode(engineNames)}.`,
    nullable: false,
    validations: [
      {
        condition: expr`var.engine == "${customEngine}" || contains(keys(local.engines), var.engine)`,
        message: `engine must be one of ${engineNames.join(', ')}; "${customEngine}" deploys your own zip or uses your own function.`,
      },
    ],
  },
  strategy: {
    type: string,
    description: `How a credential is replaced: \`single-user\`, \`alternating-users\` or, for \`mysql\`, \`dual-password\`; your own affair for \`${customEngine}\`.`,
    default: null,
    validations: [
      {
        condition: expr`!contains(keys(local.engines), var.engine) || try(contains(local.engines[var.engine].strategies, var.strategy), false)`,
        message: template`strategy must be one that \${var.engine} has: \${join(", ", try(local.engines[var.engine].strategies, []))}.`,
      },
    ],
  },
  secrets: {
    type: map(secret),
    description:
      'Secrets that the function rotates, by a key of your choice. Its role may use these and no others.',
    nullable: false,
    validations: [
      {
        condition: expr`length(var.secrets) <= ${SECRETS_PER_ROTATOR}`,
        message: `${capacityInWords}, since a role may have ${POLICIES_PER_ROLE} managed policies: add another to rotators and name it as the rotator of some of the secrets, or put these into another call of the module.`,
      },
      {
        condition: expr`alltrue([for secret in values(var.secrets) : ${namesItsKeys}])`,
        message: template`kms_key_id and admin_secret_kms_key_id must be ARNs of keys, since IAM policies need them: arn:aws:kms:REGION:ACCOUNT:key/ID. Not so: \${join(", ", [for key, secret in var.secrets : key if !(${namesItsKeys})])}.`,
      },
    ],
  },
  create_function: {
    type: bool,
    description:
      'Whether to create the function. `false` uses the one whose `function_arn` is given; its role is your affair, see `policy_documents`.',
    default: true,
    nullable: false,
    validations: [
      {
        condition: expr`
          var.engine != "${customEngine}" || !var.create_function || var.local_existing_package != null || var.s3_existing_package != null
        `,
        message:
          'A custom rotator needs code: give local_existing_package or s3_existing_package, or create_function = false and function_arn.',
      },
    ],
  },
  function_arn: {
    type: string,
    description: 'ARN of an existing function, where `create_function` is `false`.',
    default: null,
    validations: [
      {
        condition: expr`var.create_function == (var.function_arn == null)`,
        message:
          'Give either create_function = false and the function_arn to use, or no function_arn to create a function.',
      },
    ],
  },
  create_permission: {
    type: bool,
    description: 'Whether to let Secrets Manager call the function.',
    default: true,
    nullable: false,
  },
  secrets_manager_endpoint: {
    type: string,
    description: "URL of Secrets Manager for the function; the region's public one by default.",
    default: null,
    validations: [
      {
        condition: expr`var.secrets_manager_endpoint == null || can(regex("^https?://[^/]+$", var.secrets_manager_endpoint))`,
        message:
          'secrets_manager_endpoint must be a URL without a path: https://vpce-….secretsmanager.REGION.vpce.amazonaws.com.',
      },
    ],
  },
  network: {
    type: network,
    description: 'VPC of the function; none by default.',
    default: null,
    validations: [
      {
        condition: expr`var.network == null ? true : length(var.network.subnet_ids) > 0`,
        message: 'network needs subnet_ids; leave network out for a function outside of any VPC.',
      },
      {
        condition: expr`
          alltrue([
            for rule in values(var.network == null ? {} : var.network.egress) :
            length([for to in [rule.security_group_id, rule.prefix_list_id, rule.cidr_ipv4, rule.cidr_ipv6] : to if to != null]) == 1
          ])
        `,
        message:
          'Each entry of egress must say one of security_group_id, prefix_list_id, cidr_ipv4 and cidr_ipv6.',
      },
      {
        condition: expr`
          alltrue([
            for rule in values(var.network == null ? {} : var.network.egress) : !rule.create_ingress_rule || rule.security_group_id != null
          ])
        `,
        message: 'create_ingress_rule opens a security group: give its security_group_id.',
      },
    ],
  },
  ...Object.fromEntries(tuningVariables),
  tags: {
    type: map(string),
    description: 'Tags of everything.',
    default: {},
    nullable: false,
  },
};
