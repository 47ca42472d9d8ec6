import { describe, expect, test } from 'vitest';
import { serviceUnderTest, token } from './service-under-test.ts';

const create = (more: Record<string, unknown> = {}) => ({
  Name: 'orders',
  ClientRequestToken: token('one'),
  SecretString: 'one',
  ...more,
});

describe('CreateSecret', () => {
  test('makes an ARN with a random suffix and a current version', async () => {
    const aws = serviceUnderTest();

    const answer = await aws.call('CreateSecret', create());

    expect(answer).toEqual({
      ARN: expect.stringMatching(
        /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-[A-Za-z0-9]{6}$/,
      ),
      Name: 'orders',
      VersionId: token('one'),
    });
    expect(await aws.labels('orders')).toEqual({ [token('one')]: ['AWSCURRENT'] });
  });

  test('makes a secret without a version when there is no value', async () => {
    const aws = serviceUnderTest();

    const answer = await aws.call('CreateSecret', create({ SecretString: undefined }));

    expect(answer).not.toHaveProperty('VersionId');
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toEqual({
      ARN: answer.ARN,
      Name: 'orders',
      CreatedDate: expect.any(Number),
      LastChangedDate: expect.any(Number),
    });
  });

  test('answers a repeated request again', async () => {
    const aws = serviceUnderTest();

    const answers = [await aws.call('CreateSecret', create()), await aws.call('CreateSecret', create())];

    expect(answers[1]).toEqual(answers[0]);
  });

  test.for([
    [
      'a taken name',
      { ClientRequestToken: token('two') },
      'ResourceExistsException',
      'the secret orders already exists.',
    ],
    [
      'its own token with another value',
      { SecretString: 'other' },
      'ResourceExistsException',
      "You can't use ClientRequestToken",
    ],
    [
      'a taken name without a value',
      { SecretString: undefined },
      'ResourceExistsException',
      'the secret orders already exists.',
    ],
    [
      'no token',
      { ClientRequestToken: undefined },
      'InvalidRequestException',
      'You must provide a ClientRequestToken value.',
    ],
    ['a bad name', { Name: 'or ders' }, 'ValidationException', 'Invalid name.'],
    [
      'no name',
      { Name: undefined },
      'ValidationException',
      "Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a name of a wrong type',
      { Name: 7 },
      'SerializationException',
      "'name' must be a string, but a value of type number was given.",
    ],
    [
      'a reserved tag',
      { Name: 'new', Tags: [{ Key: 'aws:x', Value: '' }] },
      'InvalidParameterException',
      'aws:',
    ],
    [
      'one tag twice',
      { Name: 'new', Tags: [{ Key: 'a' }, { Key: 'a' }] },
      'InvalidParameterException',
      'once',
    ],
    [
      'replication to its own region',
      { Name: 'new', AddReplicaRegions: [{ Region: 'eu-west-1' }] },
      'InvalidParameterException',
      'Invalid replica region.',
    ],
    [
      'a malformed region',
      { Name: 'new', AddReplicaRegions: [{ Region: 'europe' }] },
      'ValidationException',
      "'addReplicaRegions.1.member.region'",
    ],
  ] as const)('refuses %s', async ([, change, code, message]) => {
    const aws = serviceUnderTest();
    await aws.call('CreateSecret', create());

    await expect(aws.call('CreateSecret', create(change))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await expect(aws.call('DescribeSecret', { SecretId: 'new' })).rejects.toThrow();
  });

  test('refuses the name of a secret that waits for its deletion, until it is gone', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.call('DeleteSecret', { SecretId: 'orders', RecoveryWindowInDays: 7 });

    await expect(
      aws.call('CreateSecret', create({ ClientRequestToken: token('two') })),
    ).rejects.toMatchObject({
      code: 'InvalidRequestException',
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    await aws.advance(7 * 86_400_000);

    const again = await aws.call('CreateSecret', create({ ClientRequestToken: token('two') }));
    expect(again.ARN).not.toBe(arn);
    await expect(aws.call('DescribeSecret', { SecretId: arn })).rejects.toThrow();
  });

  test('names all broken constraints of a request at once', async () => {
    const aws = serviceUnderTest();

    await expect(aws.call('CreateSecret', { ClientRequestToken: 'x', SecretString: 'x' })).rejects.toThrow(
      /^2 validation errors detected: .*'name'.*'clientRequestToken'/,
    );
  });
});

describe('SecretId', () => {
  test('may be the name, the ARN, or the ARN without its suffix', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    for (const id of ['orders', arn, arn.slice(0, -7)]) {
      expect(await aws.call('DescribeSecret', { SecretId: id })).toMatchObject({ ARN: arn });
    }
  });

  test('is read as a whole ARN when it ends in a hyphen and six characters', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret('orders-backup');

    await expect(aws.call('DescribeSecret', { SecretId: arn.slice(0, -7) })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('does not reach another region or account', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    await expect(aws.callIn('us-east-1', 'DescribeSecret', { SecretId: 'orders' })).rejects.toThrow();
    await expect(aws.callIn('us-east-1', 'DescribeSecret', { SecretId: arn })).rejects.toThrow();
    const foreign = arn.replace('123456789012', '999999999999');
    await expect(aws.call('DescribeSecret', { SecretId: foreign })).rejects.toThrow();
  });
});

describe('an operation', () => {
  test('that does not exist is refused by its name', async () => {
    const aws = serviceUnderTest();

    await expect(aws.call('EncryptSecret', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });

  test.for([null, [], 'text', 7])('refuses %j as its body', async (body) => {
    const aws = serviceUnderTest();

    await expect(aws.call('DescribeSecret', body)).rejects.toMatchObject({ code: 'SerializationException' });
  });
});
