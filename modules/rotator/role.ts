import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { expr, template } from '../authoring/expression.ts';
import { type ModuleStack, refuseUnless } from '../authoring/module-stack.ts';
import { customEngine } from '../engines.ts';
import { capacityInWords, POLICIES_PER_ROLE, SECRETS_PER_POLICY } from './variables.ts';

/** What the lifecycle calls on a secret that it rotates. */
export const ROTATION_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/**
 * What Lambda itself calls with the function's role to put it into a VPC. None of it takes a resource.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Lambda calls to send traces. None of it takes a resource. */
const TRACE_ACTIONS = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** Declares the role of the function, with the actions and ARNs that rotations need and no others. */
export function declareRole(module: ModuleStack): void {
  module.section('Role');
  declareTrust(module);
  declareRuntimePolicy(module);
  declareSecretPolicies(module);
}

function declareTrust(module: ModuleStack): void {
  module.block(DataAwsIamPolicyDocument, 'trust', {
    statement: [
      {
        actions: ['sts:AssumeRole'],
        principals: [{ type: 'Service', identifiers: ['lambda.amazonaws.com'] }],
      },
    ],
  });
  module.block(
    IamRole,
    'this',
    {
      count: expr<number>`local.create_function ? 1 : 0`,
      name: template`\${var.name}-\${data.aws_region.current.region}`,
      description: template`Rotation function \${var.name}`,
      path: expr`var.role_path`,
      permissionsBoundary: expr`var.role_permissions_boundary`,
      assumeRolePolicy: expr`data.aws_iam_policy_document.trust.json`,
      tags: expr<Record<string, string>>`var.tags`,
    },
    { comment: 'Roles have no region, so that the name says which function it is for.' },
  );
}

function declareRuntimePolicy(module: ModuleStack): void {
  module.block(
    DataAwsIamPolicyDocument,
    'runtime',
    {
      count: expr<number>`local.create_function ? 1 : 0`,
      statement: [
        {
          sid: 'WriteLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [template`\${aws_cloudwatch_log_group.this[0].arn}:*`],
        },
      ],
    },
    {
      dynamic: {
        statement: {
          forEach: expr`
            {
              for sid, statement in {
                StandInVpc = {
                  enabled = local.in_vpc
                  actions = [
                    ${NETWORK_INTERFACE_ACTIONS.map((action) => `"${action}",`).join('\n')}
                  ]
                }
                SendTraces = {
                  enabled = var.tracing_mode != null
                  actions = [${TRACE_ACTIONS.map((action) => `"${action}"`).join(', ')}]
                }
                MakePasswords = {
                  enabled = var.engine == "${customEngine}" || lookup(local.environment, "PASSWORD_SOURCE", "local") == "secretsmanager"
                  actions = ["secretsmanager:GetRandomPassword"]
                }
              } : sid => statement.actions if statement.enabled
            }
          `,
          content: { sid: expr`statement.key`, actions: expr`statement.value`, resources: ['*'] },
        },
      },
      comment: 'Of these, only the log has a resource that a policy can name.',
    },
  );
  module.block(IamRolePolicy, 'runtime', {
    count: expr<number>`local.create_function ? 1 : 0`,
    name: 'runtime',
    role: expr`aws_iam_role.this[0].id`,
    policy: expr`data.aws_iam_policy_document.runtime[0].json`,
  });
}

function declareSecretPolicies(module: ModuleStack): void {
  module.locals(
    {
      secrets_per_policy: expr`max(${SECRETS_PER_POLICY}, ceil(length(var.secrets) / ${POLICIES_PER_ROLE}))`,
      chunks: expr`
        {
          for index, keys in chunklist(sort(keys(var.create ? var.secrets : {})), local.secrets_per_policy) : format("%02d", index + 1) => [
            for key in keys : var.secrets[key]
          ]
        }
      `,
      policies: expr`local.create_function ? local.chunks : {}`,
      secrets_manager: template`secretsmanager.\${data.aws_region.current.region}.\${data.aws_partition.current.dns_suffix}`,
    },
    [
      `A managed policy holds 6,144 characters: ${SECRETS_PER_POLICY} secrets with a key, an admin and an admin's key for each, more where these are`,
      `shared. How many share them is not known before their ARNs are: past ${SECRETS_PER_POLICY * POLICIES_PER_ROLE} secrets each policy holds a tenth of them.`,
    ].join('\n'),
  );
  module.block(
    DataAwsIamPolicyDocument,
    'secrets',
    {
      statement: [
        { sid: 'RotateSecrets', actions: ROTATION_ACTIONS, resources: expr<string[]>`each.value[*].arn` },
      ],
    },
    {
      forEach: expr`local.chunks`,
      dynamic: {
        statement: {
          forEach: expr`
            {
              for sid, statement in {
                ReadAdminSecrets = {
                  actions   = ["secretsmanager:GetSecretValue"]
                  resources = distinct(compact(each.value[*].admin_secret_arn))
                  secrets   = []
                }
                UseKeys = {
                  actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
                  resources = distinct(compact(each.value[*].kms_key_id))
                  secrets   = [for secret in each.value : secret.arn if secret.kms_key_id != null]
                }
                UseAdminKeys = {
                  actions   = ["kms:Decrypt"]
                  resources = distinct(compact(each.value[*].admin_secret_kms_key_id))
                  secrets   = distinct([for secret in each.value : secret.admin_secret_arn if secret.admin_secret_kms_key_id != null])
                }
              } : sid => statement if length(statement.resources) > 0
            }
          `,
          content: {
            sid: expr`statement.key`,
            actions: expr`statement.value.actions`,
            resources: expr`statement.value.resources`,
            dynamic: {
              condition: {
                for_each: expr`
                  length(statement.value.secrets) == 0 ? {} : {
                    "kms:ViaService"                  = [local.secrets_manager]
                    "kms:EncryptionContext:SecretARN" = statement.value.secrets
                  }
                `,
                content: {
                  test: 'StringEquals',
                  variable: expr`condition.key`,
                  values: expr<string>`condition.value`,
                },
              },
            },
          },
        },
      },
    },
  );
  module.block(
    IamPolicy,
    'secrets',
    {
      name: template`\${var.name}-\${data.aws_region.current.region}-secrets-\${each.key}`,
      description: template`What the rotation function \${var.name} needs of its secrets`,
      path: expr`var.role_path`,
      policy: expr`data.aws_iam_policy_document.secrets[each.key].minified_json`,
      tags: expr<Record<string, string>>`var.tags`,
      lifecycle: refuseUnless({
        condition: expr`length(data.aws_iam_policy_document.secrets[each.key].minified_json) <= 6144`,
        message: template`The ARNs of \${length(each.value)} secrets, their admin secrets and keys exceed the 6144 characters of a managed policy. ${capacityInWords}: add another to rotators and name it as the rotator of some of the secrets, or put these into another call of the module.`,
      }),
    },
    { forEach: expr`local.policies` },
  );
  module.block(
    IamRolePolicyAttachment,
    'secrets',
    { role: expr`aws_iam_role.this[0].name`, policyArn: expr`aws_iam_policy.secrets[each.key].arn` },
    { forEach: expr`local.policies` },
  );
}
