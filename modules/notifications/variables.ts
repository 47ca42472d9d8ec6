import type { Validation, Variable } from '../authoring/declarations.ts';
import { expr } from '../authoring/expression.ts';
import { bool, list, map, number, object, optional, required, string } from '../authoring/types.ts';

/** Kinds of targets, as the `type` of one says. */
export const targetTypes = ['sns', 'sqs', 'lambda', 'api-destination', 'event-bus'] as const;

const typeList = targetTypes.map((type) => `"${type}"`).join(', ');

/** Where an event goes. */
const target = object('NotificationTarget', {
  type: required(
    string,
    targetTypes
      .map((type) => `\`${type}\``)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1.'),
  ),
  arn: required(string, 'ARN of the topic, queue, function, API destination or event bus.'),
  create_policy: optional(
    bool,
    'Whether to let EventBridge in. For a topic or queue this replaces its whole policy, so that it must be said; a function gets a statement more, and the others a role.',
  ),
  maximum_event_age_in_seconds: optional(number, 'Seconds that delivery is tried for, 60 to 86400.', 86_400),
  maximum_retry_attempts: optional(number, 'How often delivery is tried again, 0 to 185.', 185),
  dead_letter_queue_arn: optional(
    string,
    'Queue for what could not be delivered, whose own policy must let EventBridge (`events.amazonaws.com`) send to it; that of the module by default, where it has one.',
  ),
});

/** A function that is watched. */
const watched = object('WatchedFunction', {
  name: required(string, 'Name of the function.'),
  timeout: required(number, 'Seconds that a step may take.'),
});

function rulesOfTargets(name: string): Validation[] {
  return [
    {
      condition: expr`alltrue([for target in values(var.${name}) : contains([${typeList}], target.type)])`,
      message: `type of a target must be one of ${targetTypes.join(', ')}.`,
    },
    {
      condition: expr`
        alltrue([
          for target in values(var.${name}) : !contains(["sns", "sqs"], target.type) || target.create_policy != null
        ])
      `,
      message:
        'create_policy of a topic or queue must be said: true replaces its whole policy by one that lets EventBridge in, false leaves that to you.',
    },
    {
      condition: expr`alltrue([for key in keys(var.${name}) : can(regex("^[A-Za-z0-9_-]{1,40}$", key))])`,
      message: `Keys of ${name} must be 1 to 40 letters, digits, hyphens or underscores, since other names end with them.`,
    },
    {
      condition: expr`alltrue([for target in values(var.${name}) : target.type != "sqs" || !endswith(target.arn, ".fifo")])`,
      message: `A queue in ${name} must not be FIFO, since messages have no group: name a standard queue.`,
    },
    {
      condition: expr`length(var.${name}) <= (var.create_topic ? 4 : 5)`,
      message:
        'An EventBridge rule has 5 targets, of which a created topic is one: send to an event bus or a topic what more are to get.',
    },
  ];
}

/** What the root module passes on under the same names. */
export const settings: Readonly<Record<string, Variable>> = {
  failure_targets: {
    type: map(target),
    description:
      'Who is told of a failed rotation, by a name of your choice. Events of failures need a trail of CloudTrail in the region.',
    default: {},
    nullable: false,
    validations: rulesOfTargets('failure_targets'),
  },
  success_targets: {
    type: map(target),
    description: 'Who is told of a new current value, by a name of your choice. No trail is needed.',
    default: {},
    nullable: false,
    validations: rulesOfTargets('success_targets'),
  },
  trailed_success: {
    type: bool,
    description:
      'Whether success is the `RotationSucceeded` event, which needs a trail, in place of every new current value, also one put by hand.',
    default: false,
    nullable: false,
  },
  create_topic: {
    type: bool,
    description: 'Whether to create a topic that is told of failures and alarms.',
    default: false,
    nullable: false,
  },
  topic_success: {
    type: bool,
    description: 'Whether the created topic is told of successes too.',
    default: false,
    nullable: false,
  },
  topic_email_addresses: {
    type: list(string),
    description: 'Who gets the messages of the created topic by e-mail, after confirming it.',
    default: [],
    nullable: false,
    validations: [
      {
        condition: expr`length(var.topic_email_addresses) == 0 || var.create_topic`,
        message: 'topic_email_addresses subscribe to the created topic: set create_topic = true.',
      },
    ],
  },
  create_topic_kms_key: {
    type: bool,
    description:
      'Whether to encrypt the created topic with a key of its own, which EventBridge and CloudWatch may use.',
    default: false,
    nullable: false,
    validations: [
      {
        condition: expr`!var.create_topic_kms_key || (var.create_topic && var.topic_kms_key_id == null)`,
        message: 'create_topic_kms_key needs create_topic = true and no topic_kms_key_id.',
      },
    ],
  },
  topic_kms_key_id: {
    type: string,
    description:
      'Key of yours that encrypts the created topic. Its policy must let `events.amazonaws.com` and `cloudwatch.amazonaws.com` use it; that of `alias/aws/sns` does not.',
    default: null,
    validations: [
      {
        condition: expr`var.topic_kms_key_id == null || !endswith(coalesce(var.topic_kms_key_id, "-"), "alias/aws/sns")`,
        message:
          'EventBridge may not use alias/aws/sns: set create_topic_kms_key = true, or name a key of your own.',
      },
    ],
  },
  create_dead_letter_queue: {
    type: bool,
    description: 'Whether to create a queue for what could not be delivered to a target.',
    default: false,
    nullable: false,
  },
  create_alarms: {
    type: bool,
    description:
      'Whether to watch errors, throttles and the duration of the functions, which needs no trail.',
    default: true,
    nullable: false,
  },
  alarm_actions: {
    type: list(string),
    description: 'ARNs that alarms go to, beside the created topic.',
    default: [],
    nullable: false,
  },
  create_trail: {
    type: bool,
    description:
      'Whether to create a trail of CloudTrail with management events, which events of failures need; one in the account is enough.',
    default: false,
    nullable: false,
  },
  trail_retention_in_days: {
    type: number,
    description: 'Days that the log of the created trail is kept.',
    default: 90,
    nullable: false,
  },
};

export const variables: Readonly<Record<string, Variable>> = {
  create: { type: bool, description: 'Whether to create anything.', default: true, nullable: false },
  region: { type: string, description: "Region of everything; the provider's by default.", default: null },
  name: { type: string, description: 'Beginning of all names.', nullable: false },
  secret_arns: {
    type: map(string),
    description: 'ARNs of the secrets, by a key of your choice.',
    nullable: false,
  },
  functions: {
    type: map(watched),
    description: 'Rotation functions to watch, by a key of your choice.',
    default: {},
    nullable: false,
  },
  ...settings,
  tags: { type: map(string), description: 'Tags of everything.', default: {}, nullable: false },
};
