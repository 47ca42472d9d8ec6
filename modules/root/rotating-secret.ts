import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import type { Construct } from 'constructs';
import { expr, template } from '../authoring/expression.ts';
import { type Body, ModuleStack } from '../authoring/module-stack.ts';
import { engines } from '../engines.ts';
import { settings } from '../notifications/variables.ts';
import { tuning } from '../rotator/tuning.ts';
import { variables as secretVariables } from '../secret/variables.ts';
import { declareSchedules } from './schedules.ts';
import { variables } from './variables.ts';

/** The module that users call: it composes the others, one way, from secrets to rotators to schedules. */
export class RotatingSecretModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'rotating-secret');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.#secrets();
    this.#key();
    this.#endpoint();
    this.#rotators();
    declareSchedules(this);
    this.#notifications();
    this.#outputs();
  }

  #secrets(): void {
    this.section('Secrets');
    this.locals({ secrets: expr`var.create ? var.secrets : {}` });
    const passed = Object.keys(secretVariables).map((name): [string, string] => [
      name,
      `\${each.value.${name}}`,
    ]);
    this.module(
      'secret',
      './modules/secret',
      {
        ...Object.fromEntries(passed),
        region: expr`var.region`,
        kms_key_id: expr`local.kms_key_ids[each.key]`,
        initial_value: expr`lookup(var.initial_values, each.key, null)`,
        tags: expr`merge(var.tags, each.value.tags)`,
      },
      { forEach: expr`local.secrets` },
    );
  }

  #key(): void {
    this.section('Key');
    this.locals({
      create_kms_key: expr`var.create && var.create_kms_key`,
      kms_key_arn: expr`one(aws_kms_key.this[*].arn)`,
      kms_key_ids: expr`
        {
          for key, secret in local.secrets :
          key => secret.create && secret.kms_key_id == null ? local.kms_key_arn : secret.kms_key_id
        }
      `,
    });
    this.block(DataAwsCallerIdentity, 'current', {});
    this.block(DataAwsPartition, 'current', {});
    this.block(
      DataAwsIamPolicyDocument,
      'key',
      {
        count: expr<number>`local.create_kms_key ? 1 : 0`,
        statement: [
          {
            sid: 'LeaveToIamPolicies',
            actions: ['kms:*'],
            resources: ['*'],
            principals: [
              {
                type: 'AWS',
                identifiers: [
                  template`arn:\${data.aws_partition.current.partition}:iam::\${data.aws_caller_identity.current.account_id}:root`,
                ],
              },
            ],
          },
        ],
      },
      {
        comment: [
          'Names no role: the policies of roles say who may use the key, for which secret, and through Secrets Manager',
          'alone. A key that named the role of a rotator could not exist before it, nor the rotator before its secrets.',
        ].join('\n'),
      },
    );
    this.block(KmsKey, 'this', {
      count: expr<number>`local.create_kms_key ? 1 : 0`,
      region: expr`var.region`,
      description: template`Secrets of \${var.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: expr<number>`var.kms_key_deletion_window_in_days`,
      policy: expr`data.aws_iam_policy_document.key[0].json`,
      tags: expr<Record<string, string>>`var.tags`,
    });
    this.block(KmsAlias, 'this', {
      count: expr<number>`local.create_kms_key ? 1 : 0`,
      region: expr`var.region`,
      name: template`alias/\${var.name}`,
      targetKeyId: expr`aws_kms_key.this[0].key_id`,
    });
  }

  #endpoint(): void {
    this.section('Network');
    this.locals({
      network: expr`var.network == null ? { databases = {}, https = {} } : { databases = var.network.databases, https = var.network.https }`,
      create_endpoint: expr`var.create && try(var.network.create_endpoint, false)`,
      egress: expr`
        merge(
          { for name, database in local.network.databases : "database-\${name}" => database },
          { for name, way in local.network.https : "https-\${name}" => merge(way, { port = 443 }) },
          {
            for name in ["endpoint"] : name => {
              port                = 443
              security_group_id   = one(module.endpoint[*].security_group_id)
              create_ingress_rule = true
            } if local.create_endpoint
          }
        )
      `,
    });
    this.module(
      'endpoint',
      './modules/endpoint',
      {
        region: expr`var.region`,
        name: template`\${var.name}-endpoint`,
        vpc_id: expr`var.network.vpc_id`,
        subnet_ids: expr`var.network.subnet_ids`,
        private_dns_enabled: expr`var.network.endpoint_private_dns_enabled`,
        secret_arns: expr`
          distinct(compact(concat(
            [for key in keys(local.rotator_of) : module.secret[key].arn],
            [for key in keys(local.rotator_of) : local.secrets[key].admin_secret_arn]
          )))
        `,
        tags: expr`var.tags`,
      },
      { overrides: { count: expr`local.create_endpoint ? 1 : 0` } },
    );
    this.check('network_reaches_secrets_manager', [
      {
        condition: expr`
            !var.create || var.network == null || try(
              var.network.create_endpoint || length(var.network.https) > 0 || length(var.network.security_group_ids) > 0, false
            )
          `,
        message:
          'The functions stand in a VPC without a way to Secrets Manager, so every rotation will time out: set network.create_endpoint, or name in network.https the security group of an endpoint or the addresses behind a NAT gateway.',
      },
    ]);
  }

  #rotators(): void {
    this.section('Rotators: one for each engine and strategy in use, and those that secrets name');
    this.locals({
      pairs: Object.fromEntries(
        Object.entries(engines).flatMap(([engine, { strategies }]) =>
          strategies.map((strategy): [string, Body] => [`${engine}-${strategy}`, { engine, strategy }]),
        ),
      ),
      rotator_of: expr`
        {
          for key, secret in local.secrets :
          key => secret.rotator != null ? secret.rotator : "\${secret.engine}-\${secret.strategy}" if secret.rotation.enabled
        }
      `,
    });
    const names = [
      'engine',
      'strategy',
      'create_function',
      'function_arn',
      'create_permission',
      ...Object.keys(tuning),
    ];
    this.locals(
      {
        untuned: expr`
          {
            for name in [
              ${names.map((name) => `"${name}",`).join('\n')}
            ] : name => null
          }
        `,
        rotators: expr`
          {
            for name in distinct(values(local.rotator_of)) :
            name => contains(keys(var.rotators), name) ? var.rotators[name] : local.untuned
          }
        `,
      },
      'What is not tuned is left to the defaults of the module.',
    );
    this.module(
      'rotator',
      './modules/rotator',
      {
        region: expr`var.region`,
        name: template`\${var.name}-\${each.key}`,
        engine: expr`try(coalesce(each.value.engine), local.pairs[each.key].engine)`,
        strategy: expr`try(coalesce(each.value.strategy), local.pairs[each.key].strategy, null)`,
        secrets: expr`
          {
            for key, rotator in local.rotator_of : key => {
              arn                     = module.secret[key].arn
              kms_key_id              = local.kms_key_ids[key]
              admin_secret_arn        = local.secrets[key].admin_secret_arn
              admin_secret_kms_key_id = local.secrets[key].admin_secret_kms_key_id
            } if rotator == each.key
          }
        `,
        network: expr`
          var.network == null ? null : {
            vpc_id             = var.network.vpc_id
            subnet_ids         = var.network.subnet_ids
            security_group_ids = var.network.security_group_ids
            egress             = local.egress
          }
        `,
        secrets_manager_endpoint: expr`
          local.create_endpoint ? one(module.endpoint[*].url) : try(var.network.secrets_manager_endpoint, null)
        `,
        ...Object.fromEntries(
          names.slice(2).map((name): [string, string] => [name, `\${each.value.${name}}`]),
        ),
        tags: expr`var.tags`,
      },
      { forEach: expr`local.rotators` },
    );
  }

  #notifications(): void {
    this.section('Notifications');
    this.module(
      'notifications',
      './modules/notifications',
      {
        region: expr`var.region`,
        name: expr`var.name`,
        secret_arns: expr`{ for key in keys(local.rotator_of) : key => module.secret[key].arn }`,
        functions: expr`
          {
            for key, rotator in local.rotators : key => {
              name    = module.rotator[key].function_name
              timeout = coalesce(rotator.timeout, ${String(tuning.timeout.default)})
            } if coalesce(rotator.create_function, true)
          }
        `,
        ...Object.fromEntries(
          Object.keys(settings).map((name): [string, string] => [name, `\${var.notifications.${name}}`]),
        ),
        tags: expr`var.tags`,
      },
      { overrides: { count: expr`var.create && var.notifications != null ? 1 : 0` } },
    );
  }

  #outputs(): void {
    const bySecret = (value: string) => expr`{ for key in keys(local.secrets) : key => ${value} }`;
    const byRotator = (value: string) =>
      expr`{ for key, rotator in module.rotator : key => rotator.${value} }`;
    const outputs: readonly (readonly [name: string, description: string, value: string])[] = [
      ['secret_arns', 'ARNs of the secrets by key.', bySecret('module.secret[key].arn')],
      ['secret_names', 'Names of the secrets by key.', bySecret('module.secret[key].name')],
      [
        'replica_arns',
        'ARNs of the replicas by key and region.',
        bySecret('module.secret[key].replica_arns'),
      ],
      [
        'reader_policy_json',
        'IAM policies by key, each with what an application needs to read that secret and its replicas, and no more.',
        bySecret('module.secret[key].reader_policy_json'),
      ],
      ['rotator_function_arns', 'ARNs of the rotation functions by rotator.', byRotator('function_arn')],
      [
        'rotator_function_names',
        'Names of the functions that were created, by rotator.',
        byRotator('function_name'),
      ],
      ['rotator_role_arns', "ARNs of the functions' roles by rotator.", byRotator('role_arn')],
      [
        'rotator_log_group_names',
        "Names of the functions' log groups by rotator.",
        byRotator('log_group_name'),
      ],
      [
        'rotator_security_group_ids',
        "IDs of the functions' security groups by rotator.",
        byRotator('security_group_id'),
      ],
      [
        'rotator_policy_documents',
        'IAM policies by rotator that let the role of a function of your own rotate the secrets.',
        byRotator('policy_documents'),
      ],
      ['topic_arn', 'ARN of the topic that was created.', expr`one(module.notifications[*].topic_arn)`],
      [
        'dead_letter_queue_arn',
        'ARN of the queue that was created for what could not be delivered.',
        expr`one(module.notifications[*].dead_letter_queue_arn)`,
      ],
      ['kms_key_arn', 'ARN of the key that was created.', expr`local.kms_key_arn`],
      ['endpoint_id', 'ID of the endpoint that was created.', expr`one(module.endpoint[*].id)`],
      ['endpoint_url', 'URL of the endpoint that was created.', expr`one(module.endpoint[*].url)`],
    ];
    for (const [name, description, value] of outputs) this.output(name, { description, value });
  }
}
