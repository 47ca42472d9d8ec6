import { DataAwsIamPolicyDocument } from '@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { Body } from '../authoring/json.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** Lets EventBridge deliver to targets: by their own policies, or by a role where a target has none. */
export function declareAccess(module: ModuleStack): void {
  module.section('What lets EventBridge deliver');
  module.locals({
    rule_arns: ['failure', 'success'].map(
      (outcome) =>
        template`arn:\${data.aws_partition.current.partition}:events:\${data.aws_region.current.region}:\${data.aws_caller_identity.current.account_id}:rule/\${var.name}-${outcome}-*`,
    ),
    given_targets: expr`
      merge(
        { for name, target in var.failure_targets : "failure-\${name}" => target if var.create },
        { for name, target in var.success_targets : "success-\${name}" => target if var.create }
      )
    `,
    policies: expr`
      {
        for type in ["sns", "sqs"] : type => {
          for name, target in local.given_targets : name => target.arn if target.type == type && coalesce(target.create_policy, false)
        }
      }
    `,
    role_arns: expr`
      {
        for type, action in { api-destination = "events:InvokeApiDestination", event-bus = "events:PutEvents" } :
        action => distinct([for target in values(local.given_targets) : target.arn if target.type == type])
      }
    `,
    create_role: expr`anytrue([for target in values(local.given_targets) : contains(["api-destination", "event-bus"], target.type)])`,
  });
  declareResourcePolicies(module);
  declareRole(module);
  declareDeadLetterQueue(module);
}

/** A statement that lets EventBridge in for the rules of this module alone. */
export function forRules(action: string, resource: string): Body {
  return {
    sid: 'DeliverEvents',
    actions: [action],
    resources: [resource],
    principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
    condition: [{ test: 'ArnLike', variable: 'aws:SourceArn', values: expr<string>`local.rule_arns` }],
  };
}

function declareResourcePolicies(module: ModuleStack): void {
  for (const [type, action] of [
    ['sns', 'sns:Publish'],
    ['sqs', 'sqs:SendMessage'],
  ] as const) {
    module.block(
      DataAwsIamPolicyDocument,
      `${type}_target`,
      {},
      {
        forEach: expr`local.policies.${type}`,
        overrides: { statement: [forRules(action, template`\${each.value}`)] },
      },
    );
  }
  module.block(
    SnsTopicPolicy,
    'target',
    {
      region: expr`var.region`,
      arn: expr`each.value`,
      policy: expr`data.aws_iam_policy_document.sns_target[each.key].json`,
    },
    { forEach: expr`local.policies.sns` },
  );
  module.block(
    SqsQueuePolicy,
    'target',
    {
      region: expr`var.region`,
      queueUrl: expr`
        format(
          "https://sqs.%s.%s/%s/%s", split(":", each.value)[3], data.aws_partition.current.dns_suffix,
          split(":", each.value)[4], split(":", each.value)[5]
        )
      `,
      policy: expr`data.aws_iam_policy_document.sqs_target[each.key].json`,
    },
    { forEach: expr`local.policies.sqs` },
  );
  module.block(
    LambdaPermission,
    'target',
    {
      region: expr`var.region`,
      statementId: template`\${var.name}-\${replace(each.key, "/", "-")}`,
      action: 'lambda:InvokeFunction',
      functionName: expr`each.value.arn`,
      principal: 'events.amazonaws.com',
      sourceArn: expr`aws_cloudwatch_event_rule.this[each.value.rule].arn`,
    },
    {
      forEach: expr`
        { for key, target in local.deliveries : key => target if target.type == "lambda" && coalesce(target.create_policy, true) }
      `,
    },
  );
}

function declareRole(module: ModuleStack): void {
  module.block(DataAwsIamPolicyDocument, 'trust', {
    statement: [
      {
        actions: ['sts:AssumeRole'],
        principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
        condition: [
          {
            test: 'StringEquals',
            variable: 'aws:SourceAccount',
            values: [expr`data.aws_caller_identity.current.account_id`],
          },
        ],
      },
    ],
  });
  module.block(
    DataAwsIamPolicyDocument,
    'deliver',
    { count: expr<number>`local.create_role ? 1 : 0` },
    {
      dynamic: {
        statement: {
          forEach: expr`{ for action, arns in local.role_arns : action => arns if length(arns) > 0 }`,
          content: { actions: [expr`statement.key`], resources: expr`statement.value` },
        },
      },
    },
  );
  module.block(IamRole, 'this', {
    count: expr<number>`local.create_role ? 1 : 0`,
    name: template`\${var.name}-\${data.aws_region.current.region}-events`,
    description: 'Delivers events of rotations to API destinations and event buses',
    assumeRolePolicy: expr`data.aws_iam_policy_document.trust.json`,
    tags: expr<Record<string, string>>`var.tags`,
  });
  module.block(IamRolePolicy, 'this', {
    count: expr<number>`local.create_role ? 1 : 0`,
    name: 'deliver',
    role: expr`aws_iam_role.this[0].id`,
    policy: expr`data.aws_iam_policy_document.deliver[0].json`,
  });
}

function declareDeadLetterQueue(module: ModuleStack): void {
  module.locals({ create_queue: expr`var.create && var.create_dead_letter_queue` });
  module.block(SqsQueue, 'dead_letter', {
    count: expr<number>`local.create_queue ? 1 : 0`,
    region: expr`var.region`,
    name: template`\${var.name}-undelivered`,
    messageRetentionSeconds: 1_209_600,
    sqsManagedSseEnabled: true,
    tags: expr<Record<string, string>>`var.tags`,
  });
  module.block(
    DataAwsIamPolicyDocument,
    'dead_letter',
    { count: expr<number>`local.create_queue ? 1 : 0` },
    { overrides: { statement: [forRules('sqs:SendMessage', expr`aws_sqs_queue.dead_letter[0].arn`)] } },
  );
  module.block(SqsQueuePolicy, 'dead_letter', {
    count: expr<number>`local.create_queue ? 1 : 0`,
    region: expr`var.region`,
    queueUrl: expr`aws_sqs_queue.dead_letter[0].id`,
    policy: expr`data.aws_iam_policy_document.dead_letter[0].json`,
  });
}
