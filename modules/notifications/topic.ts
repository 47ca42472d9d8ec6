import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';
import { forRules } from './access.ts';

/** Declares the topic of the module, with who may publish to it and the key that encrypts it. */
export function declareTopic(module: ModuleStack): void {
  module.section('Topic');
  module.locals({
    create_topic: expr`var.create && var.create_topic`,
    create_topic_key: expr`var.create && var.create_topic_kms_key`,
  });
  module.block(
    DataAwsIamPolicyDocument,
    'topic_key',
    {
      count: expr<number>`local.create_topic_key ? 1 : 0`,
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
        {
          sid: 'PublishEncrypted',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: ['*'],
          principals: [
            { type: 'Service', identifiers: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
          ],
        },
      ],
    },
    {
      comment:
        'EventBridge sends no aws:SourceArn or aws:SourceAccount when it uses the key of a topic, so that a condition on them\nwould refuse it. Who may publish is limited by the policy of the topic.',
    },
  );
  module.block(KmsKey, 'topic', {
    count: expr<number>`local.create_topic_key ? 1 : 0`,
    region: expr`var.region`,
    description: template`Notifications of \${var.name}`,
    enableKeyRotation: true,
    policy: expr`data.aws_iam_policy_document.topic_key[0].json`,
    tags: expr<Record<string, string>>`var.tags`,
  });
  module.block(SnsTopic, 'this', {
    count: expr<number>`local.create_topic ? 1 : 0`,
    region: expr`var.region`,
    name: template`\${var.name}-rotations`,
    displayName: 'Secret rotations',
    kmsMasterKeyId: expr`var.create_topic_kms_key ? one(aws_kms_key.topic[*].arn) : var.topic_kms_key_id`,
    tags: expr<Record<string, string>>`var.tags`,
  });
  declarePublishers(module);
  module.block(
    SnsTopicSubscription,
    'email',
    {
      region: expr`var.region`,
      topicArn: expr`aws_sns_topic.this[0].arn`,
      protocol: 'email',
      endpoint: expr`each.value`,
    },
    { forEach: expr`toset(local.create_topic ? var.topic_email_addresses : [])` },
  );
}

function declarePublishers(module: ModuleStack): void {
  module.block(
    DataAwsIamPolicyDocument,
    'topic',
    { count: expr<number>`local.create_topic ? 1 : 0` },
    {
      overrides: {
        statement: [
          forRules('sns:Publish', expr`aws_sns_topic.this[0].arn`),
          {
            sid: 'PublishAlarms',
            actions: ['sns:Publish'],
            resources: [expr`aws_sns_topic.this[0].arn`],
            principals: [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
            condition: [
              {
                test: 'StringEquals',
                variable: 'aws:SourceAccount',
                values: [expr`data.aws_caller_identity.current.account_id`],
              },
            ],
          },
        ],
      },
    },
  );
  module.block(SnsTopicPolicy, 'this', {
    count: expr<number>`local.create_topic ? 1 : 0`,
    region: expr`var.region`,
    arn: expr`aws_sns_topic.this[0].arn`,
    policy: expr`data.aws_iam_policy_document.topic[0].json`,
  });
}
