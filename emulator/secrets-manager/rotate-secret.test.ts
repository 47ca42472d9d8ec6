import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const daily = { RotationLambdaARN: functionArn, RotationRules: { AutomaticallyAfterDays: 1 } };
const rotate = (more: Record<string, unknown> = {}) => ({
  SecretId: 'orders',
  ClientRequestToken: token('two'),
  ...daily,
  ...more,
});

describe('RotateSecret', () => {
  test('answers before any step runs, with the empty pending version registered', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    const answer = await aws.call('RotateSecret', rotate());

    expect(aws.steps).toEqual([]);
    expect(answer).toMatchObject({ Name: 'orders', VersionId: token('two') });
    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSCURRENT'],
      [token('two')]: ['AWSPENDING'],
    });
    await expect(
      aws.call('GetSecretValue', { SecretId: 'orders', VersionStage: 'AWSPENDING' }),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('calls the four steps in order with the full ARN, one token and one rotation token', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    aws.lambda.rotator = aws.templateRotator;

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(aws.steps.map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    for (const step of aws.steps) {
      expect(step).toMatchObject({ SecretId: arn, ClientRequestToken: token('two') });
      expect(step.RotationToken).toMatch(/^[a-zA-Z0-9-]{36,256}$/);
      expect(step.RotationToken).toBe(aws.steps[0]?.RotationToken);
    }
  });

  test('leaves AWSCURRENT and AWSPENDING on the new version and dates the success', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = aws.templateRotator;

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('two')]: ['AWSCURRENT', 'AWSPENDING'],
    });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: 1 },
      LastRotatedDate: Date.parse('2026-03-10T10:30:00Z') / 1000,
      NextRotationDate: Date.parse('2026-03-11T23:59:59Z') / 1000,
    });
    expect(aws.serviceEvents()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });
});
