import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail/index.js';
import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { Body } from '../authoring/json.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** Declares a trail with management events, and the bucket that CloudTrail writes its log to. */
export function declareTrail(module: ModuleStack): void {
  module.section('Trail');
  module.locals({
    create_trail: expr`var.create && var.create_trail`,
    trail_name: template`\${var.name}-rotations`,
    trail_arn: expr`
      format(
        "arn:%s:cloudtrail:%s:%s:trail/%s", data.aws_partition.current.partition, data.aws_region.current.region,
        data.aws_caller_identity.current.account_id, local.trail_name
      )
    `,
  });
  declareBucket(module);
  module.block(
    Cloudtrail,
    'this',
    {
      count: expr<number>`local.create_trail ? 1 : 0`,
      region: expr`var.region`,
      name: expr`local.trail_name`,
      s3BucketName: expr`aws_s3_bucket.trail[0].id`,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      eventSelector: [{ includeManagementEvents: true, readWriteType: 'All' }],
      tags: expr<Record<string, string>>`var.tags`,
    },
    { dependsOn: ['aws_s3_bucket_policy.trail'] },
  );
}

function declareBucket(module: ModuleStack): void {
  const count = expr<number>`local.create_trail ? 1 : 0`;
  const bucket = expr`aws_s3_bucket.trail[0].id`;
  module.block(S3Bucket, 'trail', {
    count,
    region: expr`var.region`,
    bucketPrefix: template`\${var.name}-trail-`,
    tags: expr<Record<string, string>>`var.tags`,
  });
  module.block(S3BucketPublicAccessBlock, 'trail', {
    count,
    region: expr`var.region`,
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  module.block(S3BucketLifecycleConfiguration, 'trail', {
    count,
    region: expr`var.region`,
    bucket,
    rule: [
      {
        id: 'expire',
        status: 'Enabled',
        filter: [{ prefix: '' }],
        expiration: [{ days: expr<number>`var.trail_retention_in_days` }],
        abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
      },
    ],
  });
  module.block(
    DataAwsIamPolicyDocument,
    'trail',
    { count },
    {
      overrides: {
        statement: [
          forCloudTrail('s3:GetBucketAcl', template`\${aws_s3_bucket.trail[0].arn}`),
          forCloudTrail(
            's3:PutObject',
            template`\${aws_s3_bucket.trail[0].arn}/AWSLogs/\${data.aws_caller_identity.current.account_id}/*`,
          ),
          {
            sid: 'RefusePlaintext',
            effect: 'Deny',
            actions: ['s3:*'],
            resources: [template`\${aws_s3_bucket.trail[0].arn}`, template`\${aws_s3_bucket.trail[0].arn}/*`],
            principals: [{ type: '*', identifiers: ['*'] }],
            condition: [{ test: 'Bool', variable: 'aws:SecureTransport', values: ['false'] }],
          },
        ],
      },
    },
  );
  module.block(S3BucketPolicy, 'trail', {
    count,
    region: expr`var.region`,
    bucket,
    policy: expr`data.aws_iam_policy_document.trail[0].json`,
  });
}

function forCloudTrail(action: string, resource: string): Body {
  return {
    actions: [action],
    resources: [resource],
    principals: [{ type: 'Service', identifiers: ['cloudtrail.amazonaws.com'] }],
    condition: [{ test: 'StringEquals', variable: 'aws:SourceArn', values: [expr`local.trail_arn`] }],
  };
}
