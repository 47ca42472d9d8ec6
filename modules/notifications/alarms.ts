import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { expr, template } from '../authoring/expression.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';

/** A step that took this part of its time-out is near to being cut off. */
const NEAR_TIMEOUT = 0.8;

/** Declares alarms on the functions. They need no trail, and Secrets Manager has no metric of rotations. */
export function declareAlarms(module: ModuleStack): void {
  module.section('Alarms');
  module.locals({
    metrics: {
      errors: { name: 'Errors', statistic: 'Sum', description: 'a step of a rotation failed' },
      throttles: {
        name: 'Throttles',
        statistic: 'Sum',
        description: 'a step of a rotation was refused for want of concurrency',
      },
      duration: {
        name: 'Duration',
        statistic: 'Maximum',
        description: 'a step of a rotation took most of its time-out',
      },
    },
    alarms: expr`
      merge([
        for key, function in var.create && var.create_alarms ? var.functions : {} : {
          for metric, alarm in local.metrics : "\${key}-\${metric}" => merge(alarm, {
            function  = function.name
            threshold = metric == "duration" ? function.timeout * 1000 * ${NEAR_TIMEOUT} : 0
          })
        }
      ]...)
    `,
  });
  module.block(
    CloudwatchMetricAlarm,
    'this',
    {
      region: expr`var.region`,
      alarmName: template`\${var.name}-\${each.key}`,
      alarmDescription: template`\${each.value.function}: \${each.value.description}. The log of the function says which secret.`,
      namespace: 'AWS/Lambda',
      metricName: expr`each.value.name`,
      dimensions: { FunctionName: expr`each.value.function` },
      statistic: expr`each.value.statistic`,
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: expr<number>`each.value.threshold`,
      treatMissingData: 'notBreaching',
      alarmActions: expr<string[]>`concat(aws_sns_topic.this[*].arn, var.alarm_actions)`,
      tags: expr<Record<string, string>>`var.tags`,
    },
    { forEach: expr`local.alarms` },
  );
}
