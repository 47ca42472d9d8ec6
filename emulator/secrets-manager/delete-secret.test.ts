import { describe, expect, test } from 'vitest';
import { serviceUnderTest, token } from './service-under-test.ts';

const dayMs = 86_400_000;

describe('DeleteSecret', () => {
  test('waits 30 days, in which nothing but Describe and Restore works', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    const answer = await aws.call('DeleteSecret', { SecretId: 'orders' });

    expect(answer).toEqual({
      ARN: arn,
      Name: 'orders',
      DeletionDate: Date.parse('2026-04-09T10:30:00Z') / 1000,
    });
    const SecretId = 'orders';
    const ClientRequestToken = token('two');
    const refused: readonly [string, Record<string, unknown>][] = [
      ['GetSecretValue', { SecretId }],
      ['PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'x' }],
      ['UpdateSecret', { SecretId, ClientRequestToken }],
      ['UpdateSecretVersionStage', { SecretId, VersionStage: 'X', MoveToVersionId: token('one') }],
      ['RotateSecret', { SecretId, ClientRequestToken }],
      ['CancelRotateSecret', { SecretId }],
      ['TagResource', { SecretId, Tags: [{ Key: 'a' }] }],
      ['UntagResource', { SecretId, TagKeys: ['a'] }],
      ['ListSecretVersionIds', { SecretId }],
      ['GetResourcePolicy', { SecretId }],
      ['PutResourcePolicy', { SecretId, ResourcePolicy: '{}' }],
      ['DeleteResourcePolicy', { SecretId }],
      ['ReplicateSecretToRegions', { SecretId, AddReplicaRegions: [{ Region: 'us-east-1' }] }],
      ['DeleteSecret', { SecretId }],
    ];
    for (const [operation, request] of refused) {
      await expect(aws.call(operation, request), operation).rejects.toMatchObject({
        code: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      });
    }
  });

  test('removes the secret when the recovery window ends', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await aws.call('DeleteSecret', { SecretId: 'orders', RecoveryWindowInDays: 7 });
    await aws.advance(7 * dayMs - 1);
    await aws.call('DescribeSecret', { SecretId: 'orders' });
    await aws.advance(1);

    await expect(aws.call('DescribeSecret', { SecretId: 'orders' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(aws.serviceEvents()).toEqual(['StartSecretVersionDelete', 'EndSecretVersionDelete']);
  });

  test('at once when forced, also a second time and for a secret that waits for its deletion', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.call('DeleteSecret', { SecretId: 'orders' });
    const forced = { SecretId: 'orders', ForceDeleteWithoutRecovery: true };

    expect(await aws.call('DeleteSecret', forced)).toMatchObject({ ARN: arn, Name: 'orders' });

    await expect(aws.call('DescribeSecret', { SecretId: arn })).rejects.toThrow();
    expect(await aws.call('DeleteSecret', forced)).toMatchObject({ Name: 'orders' });
    expect(await aws.call('DeleteSecret', { ...forced, SecretId: arn })).toMatchObject({
      ARN: arn,
      Name: 'orders',
    });
    const again = await aws.createSecret();
    await aws.advance(40 * dayMs);
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({ ARN: again });
    expect(aws.serviceEvents()).toEqual([
      'StartSecretVersionDelete',
      'StartSecretVersionDelete',
      'EndSecretVersionDelete',
    ]);
  });

  test.for([
    [{ RecoveryWindowInDays: 6 }, 'InvalidParameterException'],
    [{ RecoveryWindowInDays: 31 }, 'InvalidParameterException'],
    [{ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, 'InvalidParameterException'],
    [{ SecretId: 'missing' }, 'ResourceNotFoundException'],
  ] as const)('refuses %j', async ([change, code]) => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(aws.call('DeleteSecret', { SecretId: 'orders', ...change })).rejects.toMatchObject({ code });

    await aws.call('GetSecretValue', { SecretId: 'orders' });
  });
});

describe('RestoreSecret', () => {
  test('takes a deletion back for good', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.call('DeleteSecret', { SecretId: 'orders', RecoveryWindowInDays: 7 });

    expect(await aws.call('RestoreSecret', { SecretId: 'orders' })).toEqual({ ARN: arn, Name: 'orders' });
    await aws.advance(30 * dayMs);

    expect(await aws.call('GetSecretValue', { SecretId: 'orders' })).toMatchObject({ SecretString: 'one' });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).not.toHaveProperty('DeletedDate');
    expect(aws.serviceEvents()).toEqual(['StartSecretVersionDelete', 'CancelSecretVersionDelete']);
  });
});
