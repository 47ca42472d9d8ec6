import type { Construct } from 'constructs';
import { expr } from '../authoring/expression.ts';
import { ModuleStack } from '../authoring/module-stack.ts';
import { list, map, string, type Type } from '../authoring/types.ts';
import { settings } from '../notifications/variables.ts';
import { tuning } from '../rotator/tuning.ts';
import { variables as secretVariables } from '../secret/variables.ts';
import { declareKey } from './key.ts';
import { declareNetwork } from './network.ts';
import { declareRotators } from './rotators.ts';
import { declareSchedules } from './schedules.ts';
import { variables } from './variables.ts';

/** The module that users call: it composes the others, one way, from secrets to rotators to schedules. */
export class RotatingSecretModule extends ModuleStack {
  constructor(scope: Construct) {
    super(scope, 'rotating-secret');
    for (const [name, variable] of Object.entries(variables)) this.variable(name, variable);
    this.#secrets();
    declareKey(this);
    declareNetwork(this);
    declareRotators(this);
    declareSchedules(this);
    this.#notifications();
    this.#outputs();
  }

  #secrets(): void {
    this.section('Secrets');
    this.locals({ secrets: expr`var.create ? var.secrets : {}` });
    const passed = Object.keys(secretVariables).map((name): [string, string] => [
      name,
      `\${each.value.${name}}`,
    ]);
    this.module(
      'secret',
      './modules/secret',
      {
        ...Object.fromEntries(passed),
        region: expr`var.region`,
        kms_key_id: expr`local.kms_key_ids[each.key]`,
        initial_value: expr`lookup(var.initial_values, each.key, null)`,
        tags: expr`each.value.create ? merge(var.tags, each.value.tags) : each.value.tags`,
      },
      { forEach: expr`local.secrets` },
    );
  }

  #notifications(): void {
    this.section('Notifications');
    this.module(
      'notifications',
      './modules/notifications',
      {
        region: expr`var.region`,
        name: expr`var.name`,
        secret_arns: expr`{ for key in keys(local.rotator_of) : key => module.secret[key].arn }`,
        functions: expr`
          {
            for key, rotator in local.rotators : key => {
              name    = module.rotator[key].function_name
              timeout = coalesce(rotator.timeout, ${String(tuning.timeout.default)})
            } if coalesce(rotator.create_function, true)
          }
        `,
        ...Object.fromEntries(
          Object.keys(settings).map((name): [string, string] => [name, `\${var.notifications.${name}}`]),
        ),
        tags: expr`var.tags`,
      },
      { overrides: { count: expr`var.create && var.notifications != null ? 1 : 0` } },
    );
  }

  #outputs(): void {
    const bySecret = (value: string) => expr`{ for key in keys(local.secrets) : key => ${value} }`;
    const byRotator = (value: string) =>
      expr`{ for key, rotator in module.rotator : key => rotator.${value} }`;
    const outputs: readonly (readonly [name: string, description: string, value: string, type?: Type])[] = [
      ['secret_arns', 'ARNs of the secrets by key.', bySecret('module.secret[key].arn'), map(string)],
      ['secret_names', 'Names of the secrets by key.', bySecret('module.secret[key].name'), map(string)],
      [
        'replica_arns',
        'ARNs of the replicas by key and region.',
        bySecret('module.secret[key].replica_arns'),
        map(map(string)),
      ],
      [
        'reader_policy_json',
        'IAM policies by key, each with what an application needs to read that secret and its replicas, and no more.',
        bySecret('module.secret[key].reader_policy_json'),
        map(string),
      ],
      [
        'rotator_function_arns',
        'ARNs of the rotation functions by rotator.',
        byRotator('function_arn'),
        map(string),
      ],
      [
        'rotator_function_names',
        'Names of the functions that were created, by rotator.',
        byRotator('function_name'),
        map(string),
      ],
      ['rotator_role_arns', "ARNs of the functions' roles by rotator.", byRotator('role_arn'), map(string)],
      [
        'rotator_log_group_names',
        "Names of the functions' log groups by rotator.",
        byRotator('log_group_name'),
        map(string),
      ],
      [
        'rotator_security_group_ids',
        "IDs of the functions' security groups by rotator.",
        byRotator('security_group_id'),
        map(string),
      ],
      [
        'rotator_policy_documents',
        'IAM policies by rotator that let the role of a function of your own rotate the secrets.',
        byRotator('policy_documents'),
        map(list(string)),
      ],
      ['topic_arn', 'ARN of the topic that was created.', expr`one(module.notifications[*].topic_arn)`],
      [
        'dead_letter_queue_arn',
        'ARN of the queue that was created for what could not be delivered.',
        expr`one(module.notifications[*].dead_letter_queue_arn)`,
      ],
      ['kms_key_arn', 'ARN of the key that was created.', expr`local.kms_key_arn`],
      ['endpoint_id', 'ID of the endpoint that was created.', expr`one(module.endpoint[*].id)`],
      ['endpoint_url', 'URL of the endpoint that was created.', expr`one(module.endpoint[*].url)`],
    ];
    for (const [name, description, value, type = string] of outputs)
      this.output(name, { description, value, type });
  }
}
