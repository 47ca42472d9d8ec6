import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const put = (name: string, more: Record<string, unknown> = {}) => ({
  SecretId: 'orders',
  ClientRequestToken: token(name),
  SecretString: name,
  ...more,
});

describe('PutSecretValue', () => {
  test('makes the new version current and tells its labels', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    const answer = await aws.call('PutSecretValue', put('two'));

    expect(answer).toEqual({
      ARN: arn,
      Name: 'orders',
      VersionId: token('two'),
      VersionStages: ['AWSCURRENT'],
    });
    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('two')]: ['AWSCURRENT'],
    });
  });

  test('does nothing for a known token with the same value, and decrypts to compare', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('PutSecretValue', put('two'));
    aws.clearHistory();

    const answer = await aws.call('PutSecretValue', put('one', { SecretString: 'one' }));

    expect(answer).toMatchObject({ VersionId: token('one'), VersionStages: ['AWSPREVIOUS'] });
    expect(aws.kmsCalls().map(({ operation }) => operation)).toEqual(['Decrypt']);
  });

  test('refuses a known token with another value', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    await expect(aws.call('PutSecretValue', put('one', { SecretString: 'other' }))).rejects.toMatchObject({
      code: 'ResourceExistsException',
      message: `You can't use ClientRequestToken ${token('one')} because that value is already in use for a version of secret ${arn}.`,
    });
  });

  test('fills the placeholder of a rotation and makes it readable', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('RotateSecret', {
      SecretId: 'orders',
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });

    await aws.call('PutSecretValue', put('two', { VersionStages: ['AWSPENDING'] }));

    expect(
      await aws.call('GetSecretValue', { SecretId: 'orders', VersionStage: 'AWSPENDING' }),
    ).toMatchObject({ SecretString: 'two', VersionId: token('two') });
    expect(await aws.call('GetSecretValue', { SecretId: 'orders' })).toMatchObject({ SecretString: 'one' });
  });

  test.for([
    ['no token', { ClientRequestToken: undefined }, 'InvalidRequestException'],
    ['no value', { SecretString: undefined }, 'InvalidRequestException'],
    ['two values', { SecretBinary: 'b25l' }, 'InvalidParameterException'],
    ['an empty value', { SecretString: '' }, 'ValidationException'],
    ['too many characters', { SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
    ['too many bytes', { SecretString: 'ü'.repeat(32_769) }, 'ValidationException'],
    [
      'too long binary data',
      { SecretString: undefined, SecretBinary: Buffer.alloc(65_537).toString('base64') },
      'ValidationException',
    ],
    [
      'binary data that is not base64',
      { SecretString: undefined, SecretBinary: '***' },
      'SerializationException',
    ],
    ['a secret that does not exist', { SecretId: 'missing' }, 'ResourceNotFoundException'],
    [
      '21 labels',
      { VersionStages: Array.from({ length: 21 }, (_, index) => `L${index}`) },
      'ValidationException',
    ],
    ['no label at all', { VersionStages: [] }, 'ValidationException'],
    ['a malformed rotation token', { RotationToken: 'no!' }, 'ValidationException'],
  ] as const)('refuses %s', async ([, change, code]) => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(aws.call('PutSecretValue', put('two', change))).rejects.toMatchObject({ code });
  });

  test('takes a value of exactly 65,536 bytes', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    const value = 'ü'.repeat(32_768);

    await aws.call('PutSecretValue', put('two', { SecretString: value }));

    expect((await aws.call('GetSecretValue', { SecretId: 'orders' })).SecretString).toBe(value);
  });

  test('never repeats a value in an error', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    const value = `canary${'x'.repeat(65_536)}`;

    await expect(aws.call('PutSecretValue', put('two', { SecretString: value }))).rejects.not.toThrow(
      'canary',
    );
  });
});

describe('GetSecretValue', () => {
  test('gives the current version with its own date, and dates the access by the day', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.advance(60_000);

    const answer = await aws.call('GetSecretValue', { SecretId: 'orders' });

    expect(answer).toEqual({
      ARN: arn,
      Name: 'orders',
      VersionId: token('one'),
      SecretString: 'one',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: Date.parse('2026-03-10T10:30:00Z') / 1000,
    });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({
      LastAccessedDate: Date.parse('2026-03-10T00:00:00Z') / 1000,
    });
  });

  test('gives binary values as base64', async () => {
    const aws = serviceUnderTest();
    await aws.call('CreateSecret', { Name: 'key', ClientRequestToken: token('k'), SecretBinary: 'AAEC' });

    const answer = await aws.call('GetSecretValue', { SecretId: 'key' });

    expect(answer).toMatchObject({ SecretBinary: 'AAEC' });
    expect(answer).not.toHaveProperty('SecretString');
  });

  const unknown = token('unknown');
  test.for([
    [{ VersionStage: 'BLUE' }, 'ResourceNotFoundException', 'staging label: BLUE'],
    [{ VersionStage: 'AWSPENDING' }, 'ResourceNotFoundException', 'staging label: AWSPENDING'],
    [{ VersionId: unknown }, 'ResourceNotFoundException', `VersionId: ${unknown}`],
    [{ VersionId: token('two') }, 'ResourceNotFoundException', `VersionId: ${token('two')}`],
    [
      { VersionId: token('two'), VersionStage: 'AWSPENDING' },
      'ResourceNotFoundException',
      `VersionId: ${token('two')}`,
    ],
    [
      { VersionId: token('one'), VersionStage: 'AWSPENDING' },
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    ],
    [
      { SecretId: 'missing' },
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    ],
  ] as const)('refuses %j while a rotation is pending', async ([which, code, message]) => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('RotateSecret', {
      SecretId: 'orders',
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });

    await expect(aws.call('GetSecretValue', { SecretId: 'orders', ...which })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('finds no current value in a secret without one', async () => {
    const aws = serviceUnderTest();
    await aws.call('CreateSecret', { Name: 'empty', ClientRequestToken: token('e') });

    await expect(aws.call('GetSecretValue', { SecretId: 'empty' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });
});

describe('BatchGetSecretValue', () => {
  test('gives values and single errors side by side', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('a');
    await aws.createSecret('b');
    await aws.call('DeleteSecret', { SecretId: 'b' });

    const answer = await aws.call('BatchGetSecretValue', { SecretIdList: ['a', 'b', 'c'] });

    expect(answer.SecretValues).toMatchObject([{ Name: 'a', SecretString: 'one' }]);
    expect(answer.Errors).toMatchObject([
      { SecretId: 'b', ErrorCode: 'InvalidRequestException' },
      { SecretId: 'c', ErrorCode: 'ResourceNotFoundException' },
    ]);
  });

  test('pages through what filters find', async () => {
    const aws = serviceUnderTest();
    for (const name of ['app/a', 'app/b', 'app/c', 'other']) await aws.createSecret(name);
    const request = { Filters: [{ Key: 'name', Values: ['app/'] }], MaxResults: 2 };

    const first = await aws.call('BatchGetSecretValue', request);
    const second = await aws.call('BatchGetSecretValue', { ...request, NextToken: first.NextToken });

    expect(first.SecretValues).toMatchObject([{ Name: 'app/a' }, { Name: 'app/b' }]);
    expect(second.SecretValues).toMatchObject([{ Name: 'app/c' }]);
    expect(second).not.toHaveProperty('NextToken');
  });

  test.for([
    [{}],
    [{ SecretIdList: ['a'], Filters: [{ Key: 'name', Values: ['a'] }] }],
    [{ SecretIdList: ['a'], MaxResults: 1 }],
  ])('refuses %j', async ([request]) => {
    const aws = serviceUnderTest();

    await expect(aws.call('BatchGetSecretValue', request)).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });
});
