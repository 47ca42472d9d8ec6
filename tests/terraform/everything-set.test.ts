import { afterAll, beforeAll, expect, it } from 'vitest';
import { filledIn } from './event-message.ts';
import { ACCOUNT, Everything, given } from './everything.ts';
import { describeWithTerraform } from './workspace.ts';

const createdTopic = `arn:aws:sns:eu-west-1:${ACCOUNT}:acme-rotations`;
const createdQueue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:acme-undelivered`;

/** Where EventBridge delivers, how long it tries, and where it puts what it could not deliver. */
const deliveries: readonly (readonly [
  key: string,
  arn: string,
  seconds: number,
  retries: number,
  undelivered: string,
])[] = [
  ['failure-01/queue', given.queue, 600, 3, createdQueue],
  ['failure-01/function', given.function, 86_400, 185, given.undelivered],
  ['failure-01/pager', given.apiDestination, 86_400, 185, createdQueue],
  ['failure-01/bus', given.bus, 86_400, 185, createdQueue],
  ['failure-01/created-topic', createdTopic, 86_400, 185, createdQueue],
  ['success-01/topic', given.topic, 86_400, 185, createdQueue],
];

/** The function of the tuned rotator; none of this is a default. */
const tuned = {
  function_name: 'acme-postgres-single-user',
  description: 'Rotates what is dear to us',
  s3_bucket: 'artifacts',
  s3_key: 'postgres.zip',
  s3_object_version: 'v7',
  source_code_hash: 'aGFzaA==',
  filename: null,
  handler: 'wrapper.handler',
  runtime: 'nodejs22.x',
  architectures: ['x86_64'],
  memory_size: 512,
  timeout: 120,
  layers: [given.layer],
  reserved_concurrent_executions: 5,
  code_signing_config_arn: given.codeSigning,
  tracing_config: [{ mode: 'PassThrough' }],
};

describeWithTerraform('what is set', () => {
  let everything: Everything;
  beforeAll(async () => {
    everything = await Everything.apply();
  });
  afterAll(() => everything?.[Symbol.asyncDispose]());

  it.each(Object.entries(tuned))('reaches the function: %s', (attribute, value) => {
    expect(everything.one('aws_lambda_function.this[0]')[attribute]).toEqual(value);
  });

  it('reaches the environment of the function', () => {
    const { environment } = everything.one('aws_lambda_function.this[0]');

    expect(environment).toEqual([
      {
        variables: {
          CA_BUNDLE: '/opt/ca.pem',
          EXCLUDE_CHARACTERS: '/@',
          EXCLUDE_LOWERCASE: 'true',
          EXCLUDE_NUMBERS: 'true',
          EXCLUDE_PUNCTUATION: 'false',
          EXCLUDE_UPPERCASE: 'false',
          PASSWORD_LENGTH: '48',
          PASSWORD_SOURCE: 'secretsmanager',
          REQUIRE_EACH_INCLUDED_TYPE: 'false',
          ROTATION_STRATEGY: 'single-user',
          SECRETS_MANAGER_ENDPOINT: everything.outputs.endpoint_url,
        },
      },
    ]);
  });

  it('reaches the role and the policies of the function', () => {
    expect(everything.one('module.rotator["postgres-single-user"].aws_iam_role.this[0]')).toMatchObject({
      path: '/rotation/',
      permissions_boundary: given.boundary,
    });
    expect(everything.one('aws_iam_policy.secrets["01"]')).toMatchObject({ path: '/rotation/' });
  });

  it('reaches the log of the function', () => {
    expect(everything.one('aws_cloudwatch_log_group.this[0]')).toMatchObject({
      name: '/aws/lambda/acme-postgres-single-user',
      retention_in_days: 400,
      kms_key_id: given.logKey,
    });
  });

  it('reaches the secret and its replicas', () => {
    const secret = everything.one('module.secret["orders"].aws_secretsmanager_secret.this[0]');
    expect(secret).toMatchObject({ kms_key_id: given.key, force_overwrite_replica_secret: true });
    expect(everything.one('module.secret["stock"].aws_secretsmanager_secret.this[0]')).toMatchObject({
      force_overwrite_replica_secret: false,
    });
    expect(secret.replica).toMatchObject([
      { region: 'eu-central-1' },
      { region: 'us-west-2', kms_key_id: given.replicaKey },
    ]);
  });

  it('lets AWS refuse a public policy unless that is switched off', () => {
    const blocks = (secret: string) =>
      everything.one(`module.secret["${secret}"].aws_secretsmanager_secret_policy.this[0]`)
        .block_public_policy;

    expect([blocks('orders'), blocks('stock')]).toEqual([true, false]);
  });

  it('gives the endpoint the public name', () => {
    expect(everything.one('aws_vpc_endpoint.this[0]')).toMatchObject({ private_dns_enabled: true });
  });

  it.each(deliveries)('delivers %s', (key, arn, seconds, retries, undelivered) => {
    expect(everything.one(`aws_cloudwatch_event_target.this["${key}"]`)).toMatchObject({
      arn,
      rule: `acme-${key.split('/')[0]}`,
      retry_policy: [{ maximum_event_age_in_seconds: seconds, maximum_retry_attempts: retries }],
      dead_letter_config: [{ arn: undelivered }],
    });
  });

  it('delivers to nothing else', () => {
    const targets = everything.keys('aws_cloudwatch_event_target');

    expect([...targets].sort()).toEqual(deliveries.map(([key]) => key).sort());
  });

  it('lets EventBridge call the function of a target for the rule alone', () => {
    expect(everything.one('aws_lambda_permission.target["failure-01/function"]')).toMatchObject({
      action: 'lambda:InvokeFunction',
      function_name: given.function,
      principal: 'events.amazonaws.com',
      source_arn: everything.one('aws_cloudwatch_event_rule.this["failure-01"]').arn,
    });
  });

  it('tells people which secret failed, where and how, and machines the same as JSON', () => {
    const told = (key: string) =>
      filledIn(
        everything.one(`aws_cloudwatch_event_target.this["failure-01/${key}"]`),
        event('RotationFailed'),
      );

    const text = told('created-topic');
    expect(JSON.parse(text)).toEqual(expect.any(String));
    for (const part of ['arn:of:secret', 'RotationFailed', 'the cause', ACCOUNT, 'eu-west-1', 'some time'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/<\w+>/);
    for (const key of ['queue', 'function', 'pager'])
      expect(JSON.parse(told(key)), key).toEqual({
        outcome: 'failure',
        event: 'RotationFailed',
        secret: 'arn:of:secret',
        cause: 'the cause',
        account: ACCOUNT,
        region: 'eu-west-1',
        time: 'some time',
      });
    expect(everything.one('aws_cloudwatch_event_target.this["failure-01/bus"]').input_transformer).toEqual(
      [],
    );
  });

  it('takes success from the trail, with the secret where the trail says it', () => {
    const rule = everything.one('aws_cloudwatch_event_rule.this["success-01"]');
    const target = everything.one('aws_cloudwatch_event_target.this["success-01/topic"]');

    expect(JSON.parse(String(rule.event_pattern))).toMatchObject({
      'detail-type': expect.arrayContaining(['AWS Service Event via CloudTrail']),
      detail: {
        eventName: ['RotationSucceeded'],
        additionalEventData: {
          SecretId: Object.values(everything.outputs.secret_arns as Record<string, string>),
        },
      },
    });
    expect(filledIn(target, event('RotationSucceeded'))).toContain('arn:of:secret');
  });

  it.each([
    ['errors', 'Errors', 'Sum', 0],
    ['throttles', 'Throttles', 'Sum', 0],
    ['duration', 'Duration', 'Maximum', 96_000],
  ])('raises an alarm on %s above the threshold', (key, metric_name, statistic, threshold) => {
    const alarm = everything.one(`aws_cloudwatch_metric_alarm.this["postgres-single-user-${key}"]`);

    expect(alarm).toMatchObject({
      namespace: 'AWS/Lambda',
      metric_name,
      statistic,
      threshold,
      comparison_operator: 'GreaterThanThreshold',
      dimensions: { FunctionName: 'acme-postgres-single-user' },
      treat_missing_data: 'notBreaching',
      alarm_actions: [createdTopic],
    });
  });

  it('records what reads and what writes in the trail', () => {
    expect(everything.one('aws_cloudtrail.this[0]')).toMatchObject({
      enable_log_file_validation: true,
      event_selector: [{ include_management_events: true, read_write_type: 'All' }],
    });
    expect(everything.one('aws_s3_bucket_lifecycle_configuration.trail[0]')).toMatchObject({
      rule: [{ status: 'Enabled', expiration: [{ days: 30 }] }],
    });
  });

  it('is named by the outputs', () => {
    const { secret_arns, secret_names, replica_arns } = everything.outputs;
    const arns = secret_arns as Record<string, string>;
    const inRegion = (region: string) => arns.orders?.replace('eu-west-1', region);

    expect(secret_names).toEqual({ orders: 'orders', stock: 'stock' });
    expect(replica_arns).toEqual({
      orders: { 'eu-central-1': inRegion('eu-central-1'), 'us-west-2': inRegion('us-west-2') },
      stock: {},
    });
  });
});

/** What the events of a trail say, as far as messages use it. */
function event(eventName: string): unknown {
  return {
    account: ACCOUNT,
    region: 'eu-west-1',
    time: 'some time',
    detail: {
      eventName,
      errorMessage: 'the cause',
      additionalEventData: { SecretId: 'arn:of:secret' },
    },
  };
}
