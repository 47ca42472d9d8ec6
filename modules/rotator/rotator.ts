import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import type { Construct } from 'constructs';
import { expr, template } from '../authoring/expression.ts';
import { ModuleStack, refuseUnless } from '../authoring/module-stack.ts';
import { engines } from '../engines.ts';
import { declareNetwork } from './network.ts';
import { declareRole } from './role.ts';
import { variables } from './variables.ts';

/** One rotation function with its role, log group, security group and permission. */
export class RotatorModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'rotator');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.block(DataAwsCallerIdentity, 'current', {});
    this.block(DataAwsPartition, 'current', {});
    this.block(DataAwsRegion, 'current', { region: expr`var.region` });
    this.#function();
    this.#permission();
    declareRole(this);
    declareNetwork(this);
    this.#outputs();
  }

  #function(): void {
    this.section('Function');
    this.locals({
      create_function: expr`var.create && var.create_function`,
      engines: Object.fromEntries(
        Object.entries(engines).map(([name, { bundle, strategies }]) => [
          name,
          { package: template`\${path.module}/../../bundles/${bundle}.zip`, strategies },
        ]),
      ),
      package: expr`var.s3_existing_package == null ? try(coalesce(var.local_existing_package), local.engines[var.engine].package, null) : null`,
    });
    this.locals({
      environment: expr`
        merge(
          {
            for name, value in {
              ROTATION_STRATEGY          = var.strategy
              SECRETS_MANAGER_ENDPOINT   = var.secrets_manager_endpoint
              PASSWORD_SOURCE            = var.password.source
              PASSWORD_LENGTH            = var.password.length
              EXCLUDE_CHARACTERS         = var.password.exclude_characters
              EXCLUDE_NUMBERS            = var.password.exclude_numbers
              EXCLUDE_PUNCTUATION        = var.password.exclude_punctuation
              EXCLUDE_UPPERCASE          = var.password.exclude_uppercase
              EXCLUDE_LOWERCASE          = var.password.exclude_lowercase
              REQUIRE_EACH_INCLUDED_TYPE = var.password.require_each_included_type
            } : name => tostring(value) if value != null
          },
          var.environment_variables
        )
      `,
    });
    this.block(
      LambdaFunction,
      'this',
      {
        count: expr<number>`local.create_function ? 1 : 0`,
        region: expr`var.region`,
        functionName: expr`var.name`,
        description: expr`coalesce(var.description, "Rotates secrets: \${join(", ", compact([var.engine, var.strategy]))}")`,
        role: expr`aws_iam_role.this[0].arn`,
        handler: expr`var.handler`,
        runtime: expr`var.runtime`,
        architectures: expr<string[]>`var.architectures`,
        memorySize: expr<number>`var.memory_size`,
        timeout: expr<number>`var.timeout`,
        layers: expr<string[]>`var.layers`,
        reservedConcurrentExecutions: expr<number>`var.reserved_concurrent_executions`,
        codeSigningConfigArn: expr`var.code_signing_config_arn`,
        filename: expr`local.package`,
        s3Bucket: expr`try(var.s3_existing_package.bucket, null)`,
        s3Key: expr`try(var.s3_existing_package.key, null)`,
        s3ObjectVersion: expr`try(var.s3_existing_package.version_id, null)`,
        sourceCodeHash: expr`local.package == null ? try(var.s3_existing_package.source_code_hash, null) : filebase64sha256(local.package)`,
        tags: expr<Record<string, string>>`var.tags`,
        lifecycle: refuseUnless({
          condition: expr`sum(concat([0], [for name, value in local.environment : length(name) + length(value)])) <= 4096`,
          message:
            'The environment of a function holds 4096 characters: shorten environment_variables. What belongs to one secret stands in its tags.',
        }),
      },
      {
        dynamic: {
          environment: {
            forEach: expr`length(local.environment) > 0 ? [local.environment] : []`,
            content: { variables: expr`environment.value` },
          },
          tracing_config: {
            forEach: expr`var.tracing_mode == null ? [] : [var.tracing_mode]`,
            content: { mode: expr`tracing_config.value` },
          },
          vpc_config: {
            forEach: expr`local.in_vpc ? [var.network] : []`,
            content: {
              subnet_ids: expr`vpc_config.value.subnet_ids`,
              security_group_ids: expr`concat([aws_security_group.this[0].id], vpc_config.value.security_group_ids)`,
            },
          },
        },
        dependsOn: ['aws_cloudwatch_log_group.this', 'aws_iam_role_policy.runtime'],
      },
    );
    this.block(
      CloudwatchLogGroup,
      'this',
      {
        count: expr<number>`local.create_function ? 1 : 0`,
        region: expr`var.region`,
        name: template`/aws/lambda/\${var.name}`,
        retentionInDays: expr<number>`var.cloudwatch_logs_retention_in_days`,
        kmsKeyId: expr`var.cloudwatch_logs_kms_key_id`,
        tags: expr<Record<string, string>>`var.tags`,
      },
      {
        comment:
          'The function may not make a log group, so that none is left behind when this one is destroyed.',
      },
    );
  }

  #permission(): void {
    this.section('Permission of Secrets Manager to call the function');
    this.locals(
      {
        function_name: expr`
          var.create_function ? one(aws_lambda_function.this[*].function_name) : join(":", slice(split(":", var.function_arn), 0, 7))
        `,
        qualifier: expr`var.create_function ? null : try(split(":", var.function_arn)[7], null)`,
      },
      'An alias or version of a function has a policy of its own.',
    );
    this.block(LambdaPermission, 'this', {
      count: expr<number>`var.create && var.create_permission && !var.permission_source_arn ? 1 : 0`,
      region: expr`var.region`,
      statementId: 'AllowSecretsManager',
      ...this.#grant,
    });
    this.block(
      LambdaPermission,
      'secret',
      {
        region: expr`var.region`,
        statementId: template`AllowSecretsManager-\${each.key}`,
        ...this.#grant,
        sourceArn: expr`each.value.arn`,
      },
      { forEach: expr`var.create && var.create_permission && var.permission_source_arn ? var.secrets : {}` },
    );
  }

  /** What both forms of the permission say. */
  get #grant() {
    return {
      action: 'lambda:InvokeFunction',
      functionName: expr`local.function_name`,
      qualifier: expr`local.qualifier`,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: expr`data.aws_caller_identity.current.account_id`,
    };
  }

  #outputs(): void {
    this.output('function_arn', {
      description: 'ARN of the function. What uses it waits for all that a first rotation needs.',
      value: expr`var.create ? (var.create_function ? one(aws_lambda_function.this[*].arn) : var.function_arn) : null`,
      dependsOn: [
        'aws_iam_role_policy.runtime',
        'aws_iam_role_policy_attachment.secrets',
        'aws_lambda_permission.secret',
        'aws_lambda_permission.this',
        'aws_vpc_security_group_egress_rule.this',
        'aws_vpc_security_group_ingress_rule.this',
      ],
    });
    const outputs: readonly (readonly [name: string, description: string, value: string])[] = [
      [
        'function_name',
        'Name of the function that was created.',
        expr`one(aws_lambda_function.this[*].function_name)`,
      ],
      ['role_arn', "ARN of the function's role.", expr`one(aws_iam_role.this[*].arn)`],
      ['role_name', "Name of the function's role.", expr`one(aws_iam_role.this[*].name)`],
      [
        'log_group_name',
        "Name of the function's log group.",
        expr`one(aws_cloudwatch_log_group.this[*].name)`,
      ],
      ['security_group_id', "ID of the function's security group.", expr`one(aws_security_group.this[*].id)`],
      [
        'policy_documents',
        'IAM policies that let a role rotate the secrets, for the role of a function that the module does not create.',
        expr`[for key in sort(keys(local.chunks)) : data.aws_iam_policy_document.secrets[key].json]`,
      ],
    ];
    for (const [name, description, value] of outputs) this.output(name, { description, value });
  }
}
