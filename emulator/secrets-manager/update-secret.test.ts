import { describe, expect, test } from 'vitest';
import { serviceUnderTest, token } from './service-under-test.ts';

const update = (more: Record<string, unknown>) => ({
  SecretId: 'orders',
  ClientRequestToken: token('two'),
  ...more,
});

describe('UpdateSecret', () => {
  test('changes the description without a new version', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    const answer = await aws.call('UpdateSecret', update({ Description: 'login' }));

    expect(answer).toEqual({ ARN: arn, Name: 'orders' });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({ Description: 'login' });
    expect(await aws.labels('orders')).toEqual({ [token('one')]: ['AWSCURRENT'] });
  });

  test('makes a new value current, and repeats itself for the same token and value', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    for (let time = 0; time < 2; time += 1) {
      expect(await aws.call('UpdateSecret', update({ SecretString: 'two' }))).toMatchObject({
        VersionId: token('two'),
      });
    }

    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('two')]: ['AWSCURRENT'],
    });
    await expect(aws.call('UpdateSecret', update({ SecretString: 'other' }))).rejects.toMatchObject({
      code: 'ResourceExistsException',
    });
  });

  test('tries a new key, and moves the labelled versions to it', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    for (const name of ['two', 'three']) {
      await aws.call('PutSecretValue', update({ ClientRequestToken: token(name), SecretString: name }));
    }
    aws.clearHistory();

    await aws.call('UpdateSecret', update({ ClientRequestToken: token('four'), KmsKeyId: 'alias/mine' }));

    expect(
      aws.kmsCalls().map(({ operation, keyId, encryptionContext }) => {
        expect(encryptionContext.SecretARN).toBe(arn);
        return [operation, keyId, encryptionContext.SecretVersionId];
      }),
    ).toEqual([
      ['GenerateDataKey', 'alias/mine', 'RequestToValidateKeyAccess'],
      ['Decrypt', 'alias/mine', 'RequestToValidateKeyAccess'],
      ['Decrypt', 'alias/aws/secretsmanager', token('two')],
      ['Encrypt', 'alias/mine', token('two')],
      ['Decrypt', 'alias/aws/secretsmanager', token('three')],
      ['Encrypt', 'alias/mine', token('three')],
    ]);
    const { Versions } = await aws.call('ListSecretVersionIds', {
      SecretId: 'orders',
      IncludeDeprecated: true,
    });
    expect(Versions).toMatchObject([
      { VersionId: token('one'), KmsKeyIds: ['DefaultEncryptionKey'] },
      { VersionId: token('two'), KmsKeyIds: ['alias/mine'] },
      { VersionId: token('three'), KmsKeyIds: ['alias/mine'] },
    ]);
  });

  test('goes back to the managed key with an empty one', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('orders', { KmsKeyId: 'alias/mine' });

    await aws.call('UpdateSecret', update({ KmsKeyId: '' }));

    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).not.toHaveProperty('KmsKeyId');
  });

  test('needs a token even when only the description changes', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(aws.call('UpdateSecret', { SecretId: 'orders', Description: 'x' })).rejects.toMatchObject({
      code: 'InvalidRequestException',
    });
  });

  test('encrypts a value that comes with a new key with that key, and changes nothing when it is refused', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('orders', { KmsKeyId: 'alias/mine' });

    await expect(
      aws.call('UpdateSecret', update({ ClientRequestToken: token('one'), SecretString: 'x', KmsKeyId: '' })),
    ).rejects.toMatchObject({ code: 'ResourceExistsException' });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({
      KmsKeyId: 'alias/mine',
    });
    aws.clearHistory();
    await aws.call('UpdateSecret', update({ SecretString: 'two', KmsKeyId: '' }));

    expect(aws.kmsCalls()).toContainEqual(
      expect.objectContaining({
        operation: 'GenerateDataKey',
        keyId: 'alias/aws/secretsmanager',
        encryptionContext: { SecretARN: expect.any(String), SecretVersionId: token('two') },
      }),
    );
  });

  test('refuses a request with two values before anything changes', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('orders', { KmsKeyId: 'alias/mine' });

    await expect(
      aws.call('UpdateSecret', update({ SecretString: 'one', SecretBinary: 'b25l', Description: 'x' })),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });

    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).not.toHaveProperty('Description');
  });
});

describe('UpdateSecretVersionStage', () => {
  test('moves AWSCURRENT by compare-and-swap and answers without a version', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.call('PutSecretValue', update({ SecretString: 'two', VersionStages: ['AWSPENDING'] }));
    const move = {
      SecretId: 'orders',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: token('two'),
      RemoveFromVersionId: token('one'),
    };

    expect(await aws.call('UpdateSecretVersionStage', move)).toEqual({ ARN: arn, Name: 'orders' });

    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('two')]: ['AWSCURRENT', 'AWSPENDING'],
    });
    await expect(aws.call('UpdateSecretVersionStage', move)).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });
});

describe('TagResource and UntagResource', () => {
  test('add, change and remove tags', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('orders', {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });

    await aws.call('TagResource', { SecretId: 'orders', Tags: [{ Key: 'a', Value: '3' }, { Key: 'c' }] });
    await aws.call('UntagResource', { SecretId: 'orders', TagKeys: ['b', 'missing'] });

    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({
      Tags: [
        { Key: 'a', Value: '3' },
        { Key: 'c', Value: '' },
      ],
    });
  });

  test('refuse a fifty-first tag and keep the others', async () => {
    const aws = serviceUnderTest();
    const tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await aws.createSecret('orders', { Tags: tags });

    await expect(
      aws.call('TagResource', { SecretId: 'orders', Tags: [{ Key: 'more' }] }),
    ).rejects.toMatchObject({ code: 'LimitExceededException' });
    await aws.call('TagResource', { SecretId: 'orders', Tags: [{ Key: 'k0', Value: 'x' }] });

    expect((await aws.call('DescribeSecret', { SecretId: 'orders' })).Tags).toHaveLength(50);
  });
});
