import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy/index.js';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js';
import type { Construct } from 'constructs';
import { pinTags } from '../../functions/core/pins.ts';
import { expr, template } from '../authoring/expression.ts';
import { ModuleStack, refuseUnless } from '../authoring/module-stack.ts';
import { engines } from '../engines.ts';
import { ofSecrets, viaSecretsManager } from '../key-conditions.ts';
import { variables } from './variables.ts';

/** The staging label of the first value's version; see the comment at the version. */
const FIRST_VALUE_LABEL = 'rotating-secret:first-value';

/** One secret: created or adopted, with its first value, replicas, resource policy and pins. */
export class SecretModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'secret');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.#secret();
    this.#firstValue();
    this.#resourcePolicy();
    this.#readerPolicy();
    this.#outputs();
  }

  #secret(): void {
    this.block(DataAwsPartition, 'current', {});
    this.block(DataAwsRegion, 'current', { region: expr`var.region` });
    this.locals({
      region: expr`data.aws_region.current.region`,
      default_ports: Object.fromEntries(Object.entries(engines).map(([name, { port }]) => [name, port])),
      port: expr`try(coalesce(var.connection.port), local.default_ports[var.engine], null)`,
    });
    this.locals(
      {
        username: expr`try(coalesce(var.username), var.connection.username, null)`,
        hosts: expr`
          var.hosts != null ? join(" ", var.hosts) : (
            var.connection == null || local.port == null ? null : "\${var.connection.host}:\${local.port}"
          )
        `,
        pins: expr`
          {
            for tag, value in {
              "${pinTags.adminSecret}" = var.admin_secret_arn
              "${pinTags.username}"     = local.username
              "${pinTags.hosts}"        = local.hosts
              "${pinTags.manageUser}"  = var.manage_user ? "true" : null
              "${pinTags.grantRoles}"  = length(var.grant_roles) > 0 ? join(" ", var.grant_roles) : null
            } : tag => value if value != null
          }
        `,
      },
      'What an admin may do for the secret stands in its tags: to change them takes another permission than to\nchange the value.',
    );
    this.block(
      SecretsmanagerSecret,
      'this',
      {
        count: expr<number>`var.create ? 1 : 0`,
        region: expr`var.region`,
        name: expr`var.name`,
        namePrefix: expr`var.name_prefix`,
        description: expr`var.description`,
        kmsKeyId: expr`var.kms_key_id`,
        recoveryWindowInDays: expr<number>`var.recovery_window_in_days`,
        forceOverwriteReplicaSecret: expr<boolean>`var.force_overwrite_replica_secret`,
        tags: expr<Record<string, string>>`merge(var.tags, local.pins)`,
        lifecycle: refuseUnless(
          {
            condition: expr`!contains(keys(var.replicas), local.region)`,
            message: template`replicas names \${local.region}, where the secret itself is; name other regions only.`,
          },
          {
            condition: expr`local.hosts == null || length(coalesce(local.hosts, "-")) <= 256`,
            message: 'The host and port of the connection must fit a tag, which takes 256 characters.',
          },
        ),
      },
      {
        dynamic: {
          replica: {
            forEach: expr`var.replicas`,
            content: { region: expr`replica.key`, kms_key_id: expr`replica.value.kms_key_id` },
          },
        },
      },
    );
  }

  #firstValue(): void {
    this.section('First value');
    this.block(
      SecretsmanagerSecretVersion,
      'first',
      {
        count: expr<number>`var.create && (var.connection != null || var.create_initial_value) ? 1 : 0`,
        region: expr`var.region`,
        secretId: expr`aws_secretsmanager_secret.this[0].id`,
        secretStringWo: expr`
          var.create_initial_value ? (var.initial_value == null ? "" : var.initial_value) : jsonencode({
            for key, value in merge(var.connection, { engine = var.engine, port = local.port }) : key => value if value != null
          })
        `,
        secretStringWoVersion: 1,
        versionStages: [FIRST_VALUE_LABEL],
        lifecycle: { ignoreChanges: ['version_stages'] },
      },
      {
        comment: [
          'The version holds a label of its own and no other. AWS adds AWSCURRENT to the first version of a secret by',
          'itself, and takes it away as the secret rotates; the label keeps AWS from removing the version then, since',
          'Terraform would put one that is gone again. Even so it could never take AWSCURRENT from a live value.',
        ].join('\n'),
      },
    );
  }

  #resourcePolicy(): void {
    this.section('Resource policy');
    this.locals({ create_policy: expr`var.create && length(var.policy_statements) > 0` });
    this.block(
      DataAwsIamPolicyDocument,
      'resource',
      { count: expr<number>`local.create_policy ? 1 : 0` },
      {
        dynamic: {
          statement: {
            forEach: expr`var.policy_statements`,
            content: {
              sid: expr`statement.key`,
              effect: expr`statement.value.effect`,
              actions: expr`statement.value.actions`,
              resources: expr`statement.value.resources`,
              dynamic: {
                principals: {
                  for_each: expr`statement.value.principals`,
                  content: {
                    type: expr`principals.value.type`,
                    identifiers: expr`principals.value.identifiers`,
                  },
                },
                condition: {
                  for_each: expr`statement.value.conditions`,
                  content: {
                    test: expr`condition.value.test`,
                    variable: expr`condition.value.variable`,
                    values: expr<string>`condition.value.values`,
                  },
                },
              },
            },
          },
        },
      },
    );
    this.block(
      SecretsmanagerSecretPolicy,
      'this',
      {
        count: expr<number>`local.create_policy ? 1 : 0`,
        region: expr`var.region`,
        secretArn: expr`aws_secretsmanager_secret.this[0].arn`,
        policy: expr`data.aws_iam_policy_document.resource[0].json`,
        blockPublicPolicy: expr<boolean>`var.block_public_policy`,
      },
      { comment: 'AWS copies the policy to the replicas, and refuses to have one put there.' },
    );
  }

  #readerPolicy(): void {
    this.section('What an application needs to read the secret, and no more');
    this.locals({
      arn: expr`var.create ? one(aws_secretsmanager_secret.this[*].arn) : var.arn`,
      replica_arns: expr`
        { for region in keys(var.replicas) : region => replace(local.arn, ":\${local.region}:", ":\${region}:") }
      `,
      key_arns: expr`
        merge(
          var.kms_key_id == null ? {} : { (local.region) = var.kms_key_id },
          { for region, replica in var.replicas : region => replica.kms_key_id if replica.kms_key_id != null }
        )
      `,
    });
    this.block(
      DataAwsIamPolicyDocument,
      'reader',
      {
        statement: [
          {
            sid: 'ReadSecret',
            actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            resources: expr<string[]>`concat([local.arn], values(local.replica_arns))`,
          },
        ],
      },
      {
        dynamic: {
          statement: {
            forEach: expr`local.key_arns`,
            content: {
              sid: template`DecryptSecretIn\${replace(title(replace(statement.key, "-", " ")), " ", "")}`,
              actions: ['kms:Decrypt'],
              resources: [expr`statement.value`],
              condition: [
                viaSecretsManager(template`\${statement.key}`),
                ofSecrets([expr`lookup(local.replica_arns, statement.key, local.arn)`]),
              ],
            },
          },
        },
      },
    );
  }

  #outputs(): void {
    this.output('arn', {
      description: 'ARN of the secret. What uses it waits for the first value.',
      value: expr`local.arn`,
      dependsOn: ['aws_secretsmanager_secret_version.first', 'aws_secretsmanager_secret_policy.this'],
    });
    this.output('name', {
      description: 'Name of the secret.',
      value: expr`
        var.create ? one(aws_secretsmanager_secret.this[*].name) : try(regex("secret:(.+)-[A-Za-z0-9]{6}$", var.arn)[0], null)
      `,
    });
    this.output('replica_arns', {
      description: 'ARNs of the replicas by region.',
      value: expr`local.replica_arns`,
    });
    this.output('reader_policy_json', {
      description:
        'IAM policy with what an application needs to read the secret and its replicas, and no more.',
      value: expr`data.aws_iam_policy_document.reader.json`,
    });
  }
}
