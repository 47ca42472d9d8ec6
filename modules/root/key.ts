import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** Declares the key of the secrets that name none, where it is asked for. */
export function declareKey(module: ModuleStack): void {
  module.section('Key');
  module.locals({
    create_kms_key: expr`var.create && var.create_kms_key`,
    kms_key_arn: expr`one(aws_kms_key.this[*].arn)`,
    kms_key_ids: expr`
      {
        for key, secret in local.secrets :
        key => secret.create && secret.kms_key_id == null ? local.kms_key_arn : secret.kms_key_id
      }
    `,
  });
  module.block(DataAwsCallerIdentity, 'current', {});
  module.block(DataAwsPartition, 'current', {});
  module.block(
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
  module.block(KmsKey, 'this', {
    count: expr<number>`local.create_kms_key ? 1 : 0`,
    region: expr`var.region`,
    description: template`Secrets of \${var.name}`,
    enableKeyRotation: true,
    deletionWindowInDays: expr<number>`var.kms_key_deletion_window_in_days`,
    policy: expr`data.aws_iam_policy_document.key[0].json`,
    tags: expr<Record<string, string>>`var.tags`,
  });
  module.block(KmsAlias, 'this', {
    count: expr<number>`local.create_kms_key ? 1 : 0`,
    region: expr`var.region`,
    name: template`alias/\${var.name}`,
    targetKeyId: expr`aws_kms_key.this[0].key_id`,
  });
}
