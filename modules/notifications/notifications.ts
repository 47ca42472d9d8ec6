import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js';
import type { Construct } from 'constructs';
import { expr, template } from '../authoring/expression.ts';
import type { Body } from '../authoring/json.ts';
import { ModuleStack, refuseUnless } from '../authoring/module-stack.ts';
import { renderValue } from '../authoring/render-value.ts';
import { declareAccess } from './access.ts';
import { declareAlarms } from './alarms.ts';
import { failurePattern, SECRETS_PER_RULE, successPattern, trailedSuccessPattern } from './event-patterns.ts';
import { declareTopic } from './topic.ts';
import { declareTrail } from './trail.ts';
import { variables } from './variables.ts';

/** Tells people and machines how rotations ended, and watches the functions. */
export class NotificationsModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'notifications');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.block(DataAwsCallerIdentity, 'current', {});
    this.block(DataAwsPartition, 'current', {});
    this.block(DataAwsRegion, 'current', { region: expr`var.region` });
    this.#rules();
    this.#targets();
    declareAccess(this);
    declareTopic(this);
    declareAlarms(this);
    declareTrail(this);
    this.#outputs();
  }

  #rules(): void {
    this.section('Rules');
    const pattern = (write: (arns: string) => Body) =>
      renderValue(write(expr`arns`), { indent: '', literal: false });
    this.locals(
      {
        chunks: expr`
          {
            for index, keys in chunklist(sort(keys(var.create ? var.secret_arns : {})), ${SECRETS_PER_RULE}) :
            format("%02d", index + 1) => [for key in keys : var.secret_arns[key]]
          }
        `,
        patterns: expr`
          merge(
            {
              for chunk, arns in local.chunks : "failure-\${chunk}" => ${pattern(failurePattern)} if length(local.targets.failure) > 0
            },
            {
              for chunk, arns in local.chunks : "success-\${chunk}" => ${pattern(successPattern)} if length(local.targets.success) > 0 && !var.trailed_success
            },
            {
              for chunk, arns in local.chunks : "success-\${chunk}" => ${pattern(trailedSuccessPattern)} if length(local.targets.success) > 0 && var.trailed_success
            }
          )
        `,
      },
      `A pattern holds 2,048 characters, which is ${SECRETS_PER_RULE} secrets. Secrets Manager tells by itself of a new current value, and of\na failure through CloudTrail alone, with the secret in additionalEventData.`,
    );
    this.block(
      CloudwatchEventRule,
      'this',
      {
        region: expr`var.region`,
        name: template`\${var.name}-\${each.key}`,
        description: expr`startswith(each.key, "failure") ? "Rotations that failed" : "Secrets with a new current value"`,
        eventPattern: expr`jsonencode(each.value)`,
        tags: expr<Record<string, string>>`var.tags`,
        lifecycle: refuseUnless({
          condition: expr`length(jsonencode(each.value)) <= 2048`,
          message: `The ARNs of ${SECRETS_PER_RULE} secrets exceed the 2048 characters of an event pattern: their names must have 80 characters or fewer on average. Put those with longer names into another call of the module, of fewer than ${SECRETS_PER_RULE} secrets.`,
        }),
      },
      { forEach: expr`local.patterns` },
    );
  }

  #targets(): void {
    this.section('Targets');
    this.locals({
      topic_target: expr`
        {
          for name in ["created-topic"] : name => {
            type                         = "sns"
            arn                          = one(aws_sns_topic.this[*].arn)
            create_policy                = false
            maximum_event_age_in_seconds = 86400
            maximum_retry_attempts       = 185
            dead_letter_queue_arn        = null
          } if var.create_topic
        }
      `,
      targets: {
        failure: expr`merge(var.failure_targets, local.topic_target)`,
        success: expr`
          merge(var.success_targets, { for name, target in local.topic_target : name => target if var.topic_success })
        `,
      },
      deliveries: expr`
        merge([
          for rule in keys(local.patterns) : {
            for name, target in local.targets[split("-", rule)[0]] :
            "\${rule}/\${name}" => merge(target, { rule = rule, outcome = split("-", rule)[0], name = name })
          }
        ]...)
      `,
    });
    this.locals(
      {
        messages: {
          failure: {
            paths: {
              account: '$.account',
              cause: '$.detail.errorMessage',
              event: '$.detail.eventName',
              region: '$.region',
              secret: '$.detail.additionalEventData.SecretId',
              time: '$.time',
            },
            text: FAILURE_TEXT,
            json: `{"outcome": "failure", "event": "<event>", "secret": "<secret>", "cause": "<cause>", "account": "<account>", "region": "<region>", "time": "<time>"}`,
          },
          success: {
            paths: {
              account: '$.account',
              region: '$.region',
              secret: expr`var.trailed_success ? "$.detail.additionalEventData.SecretId" : "$.resources[0]"`,
              time: '$.time',
            },
            text: '"The secret <secret> has a new current value since <time> (account <account>, <region>)."',
            json: `{"outcome": "success", "secret": "<secret>", "account": "<account>", "region": "<region>", "time": "<time>"}`,
          },
        },
      },
      'People read the text, machines the JSON. EventBridge fills in what stands in <>; an event bus gets the event as it is.',
    );
    this.block(
      CloudwatchEventTarget,
      'this',
      {
        region: expr`var.region`,
        rule: expr`aws_cloudwatch_event_rule.this[each.value.rule].name`,
        targetId: expr`each.value.name`,
        arn: expr`each.value.arn`,
        roleArn: expr`contains(["api-destination", "event-bus"], each.value.type) ? one(aws_iam_role.this[*].arn) : null`,
        retryPolicy: {
          maximumEventAgeInSeconds: expr<number>`each.value.maximum_event_age_in_seconds`,
          maximumRetryAttempts: expr<number>`each.value.maximum_retry_attempts`,
        },
      },
      {
        forEach: expr`local.deliveries`,
        dynamic: {
          input_transformer: {
            forEach: expr`each.value.type == "event-bus" ? [] : [local.messages[each.value.outcome]]`,
            content: {
              input_paths: expr`input_transformer.value.paths`,
              input_template: expr`each.value.type == "sns" ? input_transformer.value.text : input_transformer.value.json`,
            },
          },
          dead_letter_config: {
            forEach: expr`var.create_dead_letter_queue || each.value.dead_letter_queue_arn != null ? [true] : []`,
            content: {
              arn: expr`each.value.dead_letter_queue_arn != null ? each.value.dead_letter_queue_arn : one(aws_sqs_queue.dead_letter[*].arn)`,
            },
          },
        },
      },
    );
  }

  #outputs(): void {
    const outputs: readonly (readonly [name: string, description: string, value: string])[] = [
      ['topic_arn', 'ARN of the created topic.', expr`one(aws_sns_topic.this[*].arn)`],
      ['topic_kms_key_arn', "ARN of the created topic's key.", expr`one(aws_kms_key.topic[*].arn)`],
      [
        'dead_letter_queue_arn',
        'ARN of the created queue for what could not be delivered.',
        expr`one(aws_sqs_queue.dead_letter[*].arn)`,
      ],
      [
        'event_rule_arns',
        'ARNs of the rules by outcome and number.',
        expr`{ for key, rule in aws_cloudwatch_event_rule.this : key => rule.arn }`,
      ],
      [
        'alarm_arns',
        'ARNs of the alarms by function and metric.',
        expr`{ for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }`,
      ],
      ['trail_arn', 'ARN of the created trail.', expr`one(aws_cloudtrail.this[*].arn)`],
    ];
    for (const [name, description, value] of outputs) this.output(name, { description, value });
  }
}

const FAILURE_TEXT =
  '"<event> for the secret <secret> at <time> (account <account>, <region>). <cause> AWSCURRENT has not moved by this rotation. The log of the rotation function says which step failed, and what to do."';
