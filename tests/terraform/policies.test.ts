import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACCOUNT, Everything, given } from './everything.ts';
import { isAllowed, type PolicyDocument, type RequestOfRole } from './iam-policy.ts';
import { letsIn, type RequestToResource } from './resource-policy.ts';
import { describeWithTerraform } from './workspace.ts';

const events = 'events.amazonaws.com';
const rule = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/acme-failure-01`;
const createdTopic = `arn:aws:sns:eu-west-1:${ACCOUNT}:acme-rotations`;
const createdQueue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:acme-undelivered`;
const eventsRole = `arn:aws:iam::${ACCOUNT}:role/acme-eu-west-1-events`;
const ownRole = `arn:aws:iam::${ACCOUNT}:role/someone`;

/** What EventBridge delivers to, where its policy is, and what the policy lets it do. */
const deliveries: readonly (readonly [title: string, address: string, resource: string, action: string])[] = [
  ['the topic of a target', 'aws_sns_topic_policy.target["success-topic"]', given.topic, 'sns:Publish'],
  ['the created topic', 'aws_sns_topic_policy.this[0]', createdTopic, 'sns:Publish'],
  ['the queue of a target', 'aws_sqs_queue_policy.target["failure-queue"]', given.queue, 'sqs:SendMessage'],
  ['the created queue', 'aws_sqs_queue_policy.dead_letter[0]', createdQueue, 'sqs:SendMessage'],
];

describeWithTerraform('policies', () => {
  let everything: Everything;
  beforeAll(async () => {
    everything = await Everything.apply();
  });
  afterAll(() => everything?.[Symbol.asyncDispose]());

  const attributeOf = (addressEnd: string, attribute: string) =>
    String(everything.one(addressEnd)[attribute]);
  const policyOf = (addressEnd: string, attribute = 'policy') =>
    JSON.parse(attributeOf(addressEnd, attribute)) as PolicyDocument;
  const output = <T>(name: string) => everything.outputs[name] as T;

  /** Tests requests against the policy of a resource. */
  async function expectDecisions(
    policy: PolicyDocument,
    requests: readonly (readonly [allowed: boolean, request: RequestToResource])[],
  ): Promise<void> {
    for (const [allowed, request] of requests)
      expect(await letsIn(policy, request), JSON.stringify(request)).toBe(allowed);
  }

  it.each(deliveries)('let EventBridge alone deliver to %s', async (_, address, resource, action) => {
    const request = { principal: events, action, resource, context: { 'aws:SourceArn': rule } };
    const foreign = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/foreign`;

    await expectDecisions(policyOf(address), [
      [true, request],
      [false, { ...request, principal: 'ec2.amazonaws.com' }],
      [false, { ...request, context: { 'aws:SourceArn': foreign } }],
      [false, { ...request, action: action.startsWith('sns') ? 'sns:Subscribe' : 'sqs:ReceiveMessage' }],
    ]);
  });

  it('let alarms of this account publish to the created topic', async () => {
    const request = {
      principal: 'cloudwatch.amazonaws.com',
      action: 'sns:Publish',
      resource: createdTopic,
      context: { 'aws:SourceAccount': ACCOUNT },
    };

    await expectDecisions(policyOf('aws_sns_topic_policy.this[0]'), [
      [true, request],
      [false, { ...request, context: { 'aws:SourceAccount': '210987654321' } }],
    ]);
  });

  it.each([events, 'cloudwatch.amazonaws.com'])(
    'let %s encrypt what it publishes to the created topic',
    async (principal) => {
      const resource = attributeOf('aws_kms_key.topic[0]', 'arn');
      const request = { principal, action: 'kms:GenerateDataKey', resource };

      await expectDecisions(policyOf('aws_kms_key.topic[0]'), [
        [true, request],
        [true, { ...request, action: 'kms:Decrypt' }],
        [false, { ...request, action: 'kms:ScheduleKeyDeletion' }],
        [false, { ...request, principal: 'ec2.amazonaws.com' }],
      ]);
    },
  );

  it('let EventBridge alone take the role, which reaches the API destination and the bus alone', async () => {
    const take = {
      principal: events,
      action: 'sts:AssumeRole',
      resource: eventsRole,
      context: { 'aws:SourceAccount': ACCOUNT },
    };
    await expectDecisions(policyOf('notifications[0].aws_iam_role.this[0]', 'assume_role_policy'), [
      [true, take],
      [false, { ...take, principal: 'lambda.amazonaws.com' }],
      [false, { ...take, context: { 'aws:SourceAccount': '210987654321' } }],
    ]);

    const policy = policyOf('notifications[0].aws_iam_role_policy.this[0]');
    const otherBus = `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/other`;
    await expectAllowed(policy, [
      [true, 'events:InvokeApiDestination', given.apiDestination],
      [true, 'events:PutEvents', given.bus],
      [false, 'events:PutEvents', otherBus],
      [false, 'events:PutRule', rule],
    ]);
  });

  it('let CloudTrail write to the bucket of the trail, and nobody without TLS', async () => {
    const policy = policyOf('aws_s3_bucket_policy.trail[0]');
    const bucket = attributeOf('aws_s3_bucket.trail[0]', 'arn');
    const trail = attributeOf('aws_cloudtrail.this[0]', 'arn');
    const write = {
      principal: 'cloudtrail.amazonaws.com',
      action: 's3:PutObject',
      resource: `${bucket}/AWSLogs/${ACCOUNT}/log.json.gz`,
      context: { 'aws:SourceArn': trail, 'aws:SecureTransport': 'true' },
    };

    await expectDecisions(policy, [
      [true, write],
      [true, { ...write, action: 's3:GetBucketAcl', resource: bucket }],
      [false, { ...write, action: 's3:GetObject' }],
      [false, { ...write, context: { ...write.context, 'aws:SourceArn': `${trail}-other` } }],
      [false, { ...write, principal: ownRole, context: { 'aws:SecureTransport': 'false' } }],
    ]);
  });

  it('of a secret say what its statements say, with their effects and conditions', async () => {
    const { orders = '' } = output<Record<string, string>>('secret_arns');
    const read = { principal: given.reader, action: 'secretsmanager:GetSecretValue', resource: orders };
    const remove = { principal: ownRole, action: 'secretsmanager:DeleteSecret', resource: orders };

    await expectDecisions(policyOf('secret["orders"].aws_secretsmanager_secret_policy.this[0]'), [
      [true, read],
      [false, { ...read, action: 'secretsmanager:PutSecretValue' }],
      [false, { ...read, principal: `${given.reader}-other` }],
      [false, { ...remove, context: { 'aws:PrincipalTag/team': 'orders' } }],
      [true, { ...remove, context: { 'aws:PrincipalTag/team': 'security' } }],
    ]);
  });

  it('of readers allow to read the secret and its replicas, and no more', async () => {
    const { orders = '', stock = '' } = output<Record<string, string>>('secret_arns');
    const replicas = Object.values(
      output<Record<string, Record<string, string>>>('replica_arns').orders ?? {},
    );
    const policy = JSON.parse(
      output<Record<string, string>>('reader_policy_json').orders ?? '',
    ) as PolicyDocument;
    expect(replicas).toHaveLength(2);

    for (const arn of [orders, ...replicas])
      await expectAllowed(policy, [
        [true, 'secretsmanager:GetSecretValue', arn],
        [true, 'secretsmanager:DescribeSecret', arn],
        [false, 'secretsmanager:PutSecretValue', arn],
        [false, 'secretsmanager:DeleteSecret', arn],
      ]);
    const ofKey = {
      'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
      'kms:EncryptionContext:SecretARN': orders,
    };
    await expectAllowed(policy, [
      [false, 'secretsmanager:GetSecretValue', stock],
      [true, 'kms:Decrypt', given.key, ofKey],
      [false, 'kms:Encrypt', given.key, ofKey],
      [false, 'kms:Decrypt', given.key, { ...ofKey, 'kms:EncryptionContext:SecretARN': stock }],
      [false, 'kms:Decrypt', given.key, { ...ofKey, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }],
    ]);
  });

  it('for the role of a function of your own allow to rotate its secrets, and no more', async () => {
    const { orders = '', stock = '' } = output<Record<string, string>>('secret_arns');
    const [document = '', ...more] = output<Record<string, string[]>>('rotator_policy_documents').mine ?? [];
    expect(more).toEqual([]);

    await expectAllowed(JSON.parse(document) as PolicyDocument, [
      [true, 'secretsmanager:DescribeSecret', stock],
      [true, 'secretsmanager:GetSecretValue', stock],
      [true, 'secretsmanager:ListSecretVersionIds', stock],
      [true, 'secretsmanager:PutSecretValue', stock],
      [true, 'secretsmanager:UpdateSecretVersionStage', stock],
      [false, 'secretsmanager:DeleteSecret', stock],
      [false, 'secretsmanager:GetSecretValue', orders],
    ]);
  });
});

/** Tests requests of a role that has this policy alone. */
async function expectAllowed(
  policy: PolicyDocument,
  requests: readonly (readonly [
    allowed: boolean,
    action: string,
    resource: string,
    context?: RequestOfRole['context'],
  ])[],
): Promise<void> {
  for (const [allowed, action, resource, context = {}] of requests)
    expect(await isAllowed([policy], { action, resource, context }), `${action} on ${resource}`).toBe(
      allowed,
    );
}
