import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const there = 'us-east-1';
const SecretId = 'orders';

async function replicated(options = {}) {
  const aws = serviceUnderTest(options);
  const arn = await aws.createSecret(SecretId, {
    Tags: [{ Key: 'team', Value: 'shop' }],
    AddReplicaRegions: [{ Region: there, KmsKeyId: 'alias/there' }],
  });
  await aws.service.settled();
  const status = async () => (await aws.call('DescribeSecret', { SecretId })).ReplicationStatus;
  const put = (name: string) =>
    aws.call('PutSecretValue', { SecretId, ClientRequestToken: token(name), SecretString: name });
  return { ...aws, arn, replicaArn: arn.replace('eu-west-1', there), status, put };
}

describe('a replica', () => {
  test('has the same suffix, value, labels and tags, and its own key', async () => {
    const aws = await replicated();

    expect(await aws.callIn(there, 'DescribeSecret', { SecretId })).toMatchObject({
      ARN: aws.replicaArn,
      PrimaryRegion: 'eu-west-1',
      KmsKeyId: 'alias/there',
      Tags: [{ Key: 'team', Value: 'shop' }],
      VersionIdsToStages: { [token('one')]: ['AWSCURRENT'] },
    });
    expect(await aws.callIn(there, 'GetSecretValue', { SecretId: aws.replicaArn })).toMatchObject({
      ARN: aws.replicaArn,
      SecretString: 'one',
    });
    expect(await aws.call('DescribeSecret', { SecretId })).toMatchObject({
      PrimaryRegion: 'eu-west-1',
      ReplicationStatus: [{ Region: there, KmsKeyId: 'alias/there', Status: 'InSync' }],
    });
  });

  test('lags behind a write by the configured time', async () => {
    const aws = await replicated({ replicationDelayMs: 500 });
    await aws.advance(500);

    await aws.put('two');
    expect(await aws.status()).toMatchObject([{ Status: 'InProgress' }]);
    await aws.advance(499);
    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'one' });
    await aws.advance(1);

    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'two' });
    expect(await aws.status()).toMatchObject([{ Status: 'InSync' }]);
  });

  test('follows a rotation to its end', async () => {
    const aws = await replicated();
    aws.lambda.rotator = aws.templateRotator;

    await aws.call('RotateSecret', {
      SecretId,
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });
    await aws.service.settled();

    expect(await aws.labels(SecretId, there)).toEqual(await aws.labels(SecretId));
  });

  test('refuses every write but that of its key', async () => {
    const aws = await replicated();
    const ClientRequestToken = token('two');
    const refused: readonly [string, Record<string, unknown>][] = [
      ['PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'x' }],
      ['UpdateSecret', { SecretId, ClientRequestToken, Description: 'x' }],
      ['UpdateSecret', { SecretId, ClientRequestToken, KmsKeyId: 'k', SecretString: 'x' }],
      ['UpdateSecretVersionStage', { SecretId, VersionStage: 'X', MoveToVersionId: token('one') }],
      ['RotateSecret', { SecretId, ClientRequestToken, RotationLambdaARN: functionArn }],
      ['CancelRotateSecret', { SecretId }],
      ['TagResource', { SecretId, Tags: [{ Key: 'a' }] }],
      ['UntagResource', { SecretId, TagKeys: ['a'] }],
      ['PutResourcePolicy', { SecretId, ResourcePolicy: '{}' }],
      ['DeleteResourcePolicy', { SecretId }],
      ['DeleteSecret', { SecretId }],
      ['DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }],
      ['ReplicateSecretToRegions', { SecretId, AddReplicaRegions: [{ Region: 'ap-south-1' }] }],
      ['RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: [there] }],
    ];

    for (const [operation, request] of refused) {
      await expect(aws.callIn(there, operation, request), operation).rejects.toMatchObject({
        code: 'InvalidParameterException',
        message: "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
      });
    }
    await aws.callIn(there, 'UpdateSecret', { SecretId, ClientRequestToken, KmsKeyId: 'alias/other' });
    expect(await aws.status()).toMatchObject([{ KmsKeyId: 'alias/other' }]);
  });

  test('is written with keys of both regions', async () => {
    const aws = await replicated();
    aws.clearHistory();

    await aws.put('two');

    expect(aws.kmsCalls().map(({ operation, region, keyId }) => [operation, region, keyId])).toEqual([
      ['GenerateDataKey', 'eu-west-1', 'alias/aws/secretsmanager'],
      ['Decrypt', 'eu-west-1', 'alias/aws/secretsmanager'],
      ['GenerateDataKey', there, 'alias/there'],
      ['Encrypt', there, 'alias/there'],
    ]);
  });

  test('keeps its primary from being deleted until it is removed', async () => {
    const aws = await replicated();

    await expect(aws.call('DeleteSecret', { SecretId })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: `You can't delete secret ${aws.arn} that still has replica regions [${there}].`,
    });
    const removed = await aws.call('RemoveRegionsFromReplication', {
      SecretId,
      RemoveReplicaRegions: [there],
    });

    expect(removed).toEqual({ ARN: aws.arn, ReplicationStatus: [] });
    await expect(aws.callIn(there, 'DescribeSecret', { SecretId })).rejects.toThrow();
    await aws.call('DeleteSecret', { SecretId });
  });

  test('becomes a secret of its own when its replication is stopped', async () => {
    const aws = await replicated();

    const answer = await aws.callIn(there, 'StopReplicationToReplica', { SecretId });
    await aws.put('two');
    await aws.service.settled();

    expect(answer).toEqual({ ARN: aws.replicaArn });
    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'one' });
    await aws.callIn(there, 'PutSecretValue', {
      SecretId,
      ClientRequestToken: token('three'),
      SecretString: 'three',
    });
    expect(await aws.status()).toBeUndefined();
    await expect(aws.call('StopReplicationToReplica', { SecretId })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });
});

describe('ReplicateSecretToRegions', () => {
  test('fails where the name is taken, and succeeds when it may overwrite', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret(SecretId);
    await aws.callIn(there, 'CreateSecret', {
      Name: SecretId,
      ClientRequestToken: token('x'),
      SecretString: 'x',
    });
    const request = { SecretId, AddReplicaRegions: [{ Region: there }] };

    expect(await aws.call('ReplicateSecretToRegions', request)).toMatchObject({
      ReplicationStatus: [{ Region: there, Status: 'InProgress' }],
    });
    await aws.service.settled();
    expect((await aws.call('DescribeSecret', { SecretId })).ReplicationStatus).toMatchObject([
      { Status: 'Failed', StatusMessage: expect.stringContaining('already exists') },
    ]);
    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'x' });
    await aws.call('ReplicateSecretToRegions', { ...request, ForceOverwriteReplicaSecret: true });
    await aws.service.settled();

    const [status] = (await aws.call('DescribeSecret', { SecretId })).ReplicationStatus as object[];
    expect(status).toMatchObject({ Status: 'InSync' });
    expect(status).not.toHaveProperty('StatusMessage');
    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'one' });
  });

  test('does not overwrite what is a replica of another secret', async () => {
    const aws = serviceUnderTest();
    await aws.callIn('ap-south-1', 'CreateSecret', {
      Name: SecretId,
      ClientRequestToken: token('x'),
      SecretString: 'x',
      AddReplicaRegions: [{ Region: there }],
    });
    await aws.createSecret(SecretId, {
      AddReplicaRegions: [{ Region: there }],
      ForceOverwriteReplicaSecret: true,
    });
    await aws.service.settled();

    expect(await aws.callIn(there, 'GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'x' });
    await aws.call('DeleteSecret', { SecretId });
  });

  test('makes no replica in a region that was removed before it came to it', async () => {
    const aws = serviceUnderTest({ replicationDelayMs: 500 });
    await aws.createSecret(SecretId, { AddReplicaRegions: [{ Region: there }] });

    await aws.call('RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: [there] });
    await aws.advance(500);

    await expect(aws.callIn(there, 'DescribeSecret', { SecretId })).rejects.toThrow();
  });

  test('ends the rotations of a secret that it overwrites', async () => {
    const aws = serviceUnderTest({ retries: 1 });
    await aws.createSecret(SecretId);
    const other = { Name: SecretId, ClientRequestToken: token('x'), SecretString: 'x' };
    await aws.callIn(there, 'CreateSecret', other);
    await aws.callIn(there, 'RotateSecret', {
      SecretId,
      ClientRequestToken: token('y'),
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: 1 },
    });
    await aws.service.settled();

    await aws.call('ReplicateSecretToRegions', {
      SecretId,
      AddReplicaRegions: [{ Region: there }],
      ForceOverwriteReplicaSecret: true,
    });
    await aws.service.settled();
    await aws.advance(3 * 86_400_000);

    // The four steps that ran before, which moved no label; neither a retry nor a window after it.
    expect(aws.steps).toHaveLength(4);
    expect(aws.serviceEvents()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  test('refuses to remove a region that has no replica', async () => {
    const aws = await replicated();

    await expect(
      aws.call('RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: ['ap-south-1'] }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });
});
