import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation/index.js';
import { expr, template } from '../authoring/expression.ts';
import { type ModuleStack, refuseUnless } from '../authoring/module-stack.ts';

/** Declares when each secret is rotated, and refuses what AWS would refuse at apply or never run. */
export function declareSchedules(module: ModuleStack): void {
  module.section('Schedules');
  module.locals(
    {
      rotations: expr`{ for key in keys(local.rotator_of) : key => local.secrets[key].rotation }`,
      cron_fields: expr`
        {
          for key, rotation in local.rotations :
          key => try(split(" ", regex("^cron\\((.*)\\)$", rotation.schedule_expression)[0]), null)
        }
      `,
      rate_hours: expr`
        {
          for key, rotation in local.rotations :
          key => try(tonumber(regex("^rate\\(([0-9]+) hours?\\)$", rotation.schedule_expression)[0]), null)
        }
      `,
    },
    'What AWS makes of a schedule: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html',
  );
  module.locals(
    {
      window_hours: expr`
        {
          for key, fields in local.cron_fields : key => try(
            [for hour in split(",", fields[1]) : tonumber(hour)],
            range(tonumber(split("-", fields[1])[0]), tonumber(split("-", fields[1])[1]) + 1),
            range(tonumber(replace(split("/", fields[1])[0], "*", "0")), 24, tonumber(split("/", fields[1])[1])),
            fields[1] == "*" ? range(24) : [],
            local.rate_hours[key] < 24 ? range(0, 24, local.rate_hours[key]) : [0],
            [0]
          )
        }
      `,
      window_gap: expr`
        {
          for key, hours in local.window_hours : key => min(24, [
            for index, hour in hours : (index + 1 < length(hours) ? hours[index + 1] : hours[0] + 24) - hour
          ]...)
        }
      `,
      window_length: expr`
        { for key, rotation in local.rotations : key => try(tonumber(trimsuffix(rotation.duration, "h")), null) }
      `,
    },
    'The hours of a day that a window opens at, the hours from one to the next, and the hours that it is open.',
  );
  module.block(
    SecretsmanagerSecretRotation,
    'this',
    {
      region: expr`var.region`,
      secretId: expr`module.secret[each.key].arn`,
      rotationLambdaArn: expr`module.rotator[local.rotator_of[each.key]].function_arn`,
      rotateImmediately: expr<boolean>`coalesce(each.value.rotate_immediately, local.secrets[each.key].connection != null)`,
      rotationRules: {
        automaticallyAfterDays: expr<number>`
          each.value.schedule_expression == null ? coalesce(each.value.automatically_after_days, 30) : null
        `,
        scheduleExpression: expr`each.value.schedule_expression`,
        duration: expr`each.value.duration`,
      },
      lifecycle: refuseUnless(
        {
          condition: expr`coalesce(each.value.automatically_after_days, 30) >= 1 && coalesce(each.value.automatically_after_days, 30) <= 1000`,
          message: template`automatically_after_days of \${each.key} must be 1 to 1000.`,
        },
        {
          condition: expr`
            each.value.schedule_expression == null || local.cron_fields[each.key] != null ? true : can(
              regex("^rate\\([1-9][0-9]* (hours?|days?)\\)$", each.value.schedule_expression)
            )
          `,
          message: template`schedule_expression of \${each.key} must be rate(N days), rate(N hours) or cron(0 H D M W *).`,
        },
        {
          condition: expr`try(tonumber(regex("^rate\\(([0-9]+) days?\\)$", each.value.schedule_expression)[0]) <= 999, true)`,
          message: template`schedule_expression of \${each.key} must be rate(999 days) at most.`,
        },
        {
          condition: expr`
            local.cron_fields[each.key] == null || try(
              length(local.cron_fields[each.key]) == 6 &&
              local.cron_fields[each.key][0] == "0" &&
              can(regex("^[0-9*,/-]+$", local.cron_fields[each.key][1])) &&
              can(regex("^([0-9*,/L-]+|\\?)$", local.cron_fields[each.key][2])) &&
              can(regex("^[0-9A-Z*,/-]+$", local.cron_fields[each.key][3])) &&
              can(regex("^([0-9A-Z*,/#-]+|\\?)$", local.cron_fields[each.key][4])) &&
              (local.cron_fields[each.key][2] == "?") != (local.cron_fields[each.key][4] == "?") &&
              local.cron_fields[each.key][5] == "*",
              false
            )
          `,
          message: template`schedule_expression of \${each.key} must have six fields in cron(): minutes 0, hours, day of the month, month, day of the week, year *; one of the two days is ?. At 8:00 UTC on the first of each month: cron(0 8 1 * ? *).`,
        },
        {
          condition: expr`
            length(local.window_hours[each.key]) > 0 && local.window_gap[each.key] >= 4 && coalesce(local.rate_hours[each.key], 4) >= 4
          `,
          message: template`schedule_expression of \${each.key} must leave 4 hours between rotations: rate(4 hours), or cron(0 0/4 * * ? *).`,
        },
        {
          condition: expr`each.value.duration == null || can(regex("^([1-9]|1[0-9]|2[0-4])h$", each.value.duration))`,
          message: template`duration of \${each.key} must be 1h to 24h.`,
        },
        {
          condition: expr`
            local.window_length[each.key] == null || try(
              local.window_length[each.key] <= local.window_gap[each.key] &&
              local.window_length[each.key] + max(local.window_hours[each.key]...) <= 24,
              false
            )
          `,
          message: template`The window of \${each.key} must close before the next one opens and before the day ends in UTC: shorten its duration, or let it open earlier.`,
        },
      ),
    },
    {
      comment: [
        'Waits, through the outputs of the modules, for the first value, for the permission to call the function and for',
        'all that the function itself needs, so that a rotation that begins at once succeeds.',
      ].join('\n'),
      forEach: expr`local.rotations`,
    },
  );
}
