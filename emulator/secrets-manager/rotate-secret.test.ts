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

  test('stops at the first failing step and blocks the next rotation, touching nothing current', async () => {
    const aws = serviceUnderTest({ retries: 0 });
    await aws.createSecret();
    aws.lambda.rotator = ({ Step }) => {
      if (Step === 'setSecret') throw new Error('unreachable');
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(aws.steps.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret']);
    const described = await aws.call('DescribeSecret', { SecretId: 'orders' });
    expect(described).not.toHaveProperty('LastRotatedDate');
    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSCURRENT'],
      [token('two')]: ['AWSPENDING'],
    });
    await expect(
      aws.call('RotateSecret', rotate({ ClientRequestToken: token('three') })),
    ).rejects.toMatchObject({
      code: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
  });

  test('counts four steps that leave AWSCURRENT where it was as a failure', async () => {
    const aws = serviceUnderTest({ retries: 0 });
    await aws.createSecret();

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(aws.steps).toHaveLength(4);
    expect(aws.serviceEvents()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  test('retries the whole rotation with the same token, waiting twice as long each time', async () => {
    const aws = serviceUnderTest({ retries: 2, retryDelayMs: 1000 });
    await aws.createSecret();
    aws.lambda.rotator = () => {
      throw new Error('unreachable');
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    expect(aws.steps).toHaveLength(1);
    await aws.advance(999);
    expect(aws.steps).toHaveLength(1);
    await aws.advance(1);
    expect(aws.steps).toHaveLength(2);
    await aws.advance(1999);
    expect(aws.steps).toHaveLength(2);
    await aws.advance(1);
    await aws.advance(60_000);

    expect(aws.steps.map(({ Step }) => Step)).toEqual(['createSecret', 'createSecret', 'createSecret']);
    expect(new Set(aws.steps.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(
      new Set([token('two')]),
    );
  });

  test('succeeds on a retry that finds the work half done', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = async (event) => {
      if (event.Step === 'testSecret' && aws.steps.length < 4) throw new Error('unreachable');
      await aws.templateRotator(event);
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    await aws.advance(1000);

    expect(await aws.labels('orders')).toMatchObject({ [token('two')]: ['AWSCURRENT', 'AWSPENDING'] });
    expect(aws.serviceEvents()).toEqual([
      'RotationStarted',
      'RotationFailed',
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  test('takes a stuck rotation up again with its own token when another one is refused', async () => {
    const aws = serviceUnderTest({ retries: 0 });
    await aws.createSecret();
    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    aws.lambda.rotator = aws.templateRotator;

    await expect(
      aws.call('RotateSecret', rotate({ ClientRequestToken: token('three') })),
    ).rejects.toMatchObject({ code: 'InvalidRequestException' });
    await aws.service.settled();

    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('two')]: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  test('begins anew after AWSPENDING was removed by hand', async () => {
    const aws = serviceUnderTest({ retries: 0 });
    await aws.createSecret();
    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    aws.lambda.rotator = aws.templateRotator;

    await aws.call('UpdateSecretVersionStage', {
      SecretId: 'orders',
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: token('two'),
    });
    await aws.call('RotateSecret', { SecretId: 'orders', ClientRequestToken: token('three') });
    await aws.service.settled();

    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('three')]: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  test('answers a repeated request again without a second rotation', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = aws.templateRotator;

    const answers = [await aws.call('RotateSecret', rotate()), await aws.call('RotateSecret', rotate())];
    await aws.service.settled();

    expect(answers[1]).toEqual(answers[0]);
    expect(aws.steps).toHaveLength(4);
  });

  test('does not run twice when another request comes between two attempts', async () => {
    const aws = serviceUnderTest({ retries: 1 });
    await aws.createSecret();
    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    await expect(
      aws.call('RotateSecret', rotate({ ClientRequestToken: token('three') })),
    ).rejects.toMatchObject({ code: 'InvalidRequestException' });
    await aws.service.settled();
    expect(aws.steps).toHaveLength(4);
    await aws.advance(1000);

    expect(aws.steps).toHaveLength(8);
  });

  test('is not retried when AWSPENDING is gone', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = async () => {
      await aws.call('UpdateSecretVersionStage', {
        SecretId: 'orders',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token('two'),
      });
      throw new Error('no longer pending');
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    await aws.advance(60_000);

    expect(aws.steps).toHaveLength(1);
    expect(aws.serviceEvents()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  test('ends when the secret is deleted, and stays ended when that is taken back', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('RotateSecret', rotate({ RotationRules: undefined }));
    await aws.service.settled();

    await aws.call('DeleteSecret', { SecretId: 'orders' });
    await aws.call('RestoreSecret', { SecretId: 'orders' });
    await aws.advance(60_000);

    expect(aws.steps).toHaveLength(4);
  });

  test('may come as soon as AWSCURRENT has moved, and lets the former rotation count', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = async (event) => {
      await aws.templateRotator(event);
      if (event.Step !== 'finishSecret' || event.ClientRequestToken !== token('two')) return;
      await aws.call('RotateSecret', { SecretId: 'orders', ClientRequestToken: token('three') });
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(await aws.labels('orders')).toEqual({
      [token('two')]: ['AWSPREVIOUS'],
      [token('three')]: ['AWSCURRENT', 'AWSPENDING'],
    });
    expect(aws.serviceEvents()).toEqual([
      'RotationStarted',
      'RotationSucceeded',
      'RotationStarted',
      'RotationSucceeded',
    ]);
  });

  test('calls no further step once the service is closed', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = () => aws.service.close();

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    expect(aws.steps).toHaveLength(1);
  });

  test('gives up a rotation whose AWSPENDING was taken away by a new value', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = async ({ Step }) => {
      if (Step === 'createSecret') {
        const put = { SecretId: 'orders', ClientRequestToken: token('by hand'), SecretString: 'by hand' };
        await aws.call('PutSecretValue', put);
      }
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    await aws.advance(60_000);

    expect(aws.steps).toHaveLength(1);
    expect(aws.serviceEvents()).toEqual(['RotationStarted', 'RotationAbandoned']);
    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('by hand')]: ['AWSCURRENT'],
    });
  });

  test('refuses a function that it may not invoke, and keeps nothing of the request', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.permitted = false;

    await expect(aws.call('RotateSecret', rotate())).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message:
        'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants ' +
        'access to the principal secretsmanager.amazonaws.com.',
    });

    const described = await aws.call('DescribeSecret', { SecretId: 'orders' });
    expect(Object.keys(described).filter((member) => member.startsWith('Rotation'))).toEqual([]);
    expect(await aws.labels('orders')).toEqual({ [token('one')]: ['AWSCURRENT'] });
  });

  test.for([
    ['no function', { RotationLambdaARN: undefined }, 'InvalidRequestException'],
    ['no token', { ClientRequestToken: undefined }, 'InvalidParameterException'],
    ['the token of another version', { ClientRequestToken: token('one') }, 'ResourceExistsException'],
    [
      'a bad schedule',
      { RotationRules: { ScheduleExpression: 'rate(1 hour)' } },
      'InvalidParameterException',
    ],
    ['a short token', { ClientRequestToken: 'short' }, 'ValidationException'],
  ] as const)('refuses a request with %s', async ([, change, code]) => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(aws.call('RotateSecret', rotate(change))).rejects.toMatchObject({ code });

    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).not.toHaveProperty('RotationEnabled');
  });

  test('survives that the function or the secret goes away between two steps', async () => {
    const aws = serviceUnderTest({ retries: 1 });
    await aws.createSecret();
    aws.lambda.rotator = async ({ Step }) => {
      if (aws.steps.length === 1) aws.lambda.permitted = false;
      if (Step === 'setSecret') {
        await aws.call('DeleteSecret', { SecretId: 'orders', ForceDeleteWithoutRecovery: true });
      }
    };

    await aws.call('RotateSecret', rotate());
    await aws.service.settled();
    aws.lambda.permitted = true;
    await aws.advance(1000);
    await aws.advance(86_400_000);

    expect(aws.steps.map(({ Step }) => Step)).toEqual(['createSecret', 'createSecret', 'setSecret']);
    expect(aws.serviceEvents()).toEqual([
      'RotationStarted',
      'RotationFailed',
      'RotationStarted',
      'StartSecretVersionDelete',
      'EndSecretVersionDelete',
    ]);
  });
});

describe('RotateSecret with RotateImmediately=false', () => {
  test('runs testSecret alone on a copy of the current value, and takes the copy away', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    let seen: unknown;
    aws.lambda.rotator = async ({ SecretId }) => {
      seen = await aws.call('GetSecretValue', { SecretId, VersionStage: 'AWSPENDING' });
    };

    await aws.call('RotateSecret', rotate({ RotateImmediately: false }));
    await aws.service.settled();

    expect(aws.steps.map(({ Step }) => Step)).toEqual(['testSecret']);
    expect(seen).toMatchObject({ SecretString: 'one', VersionId: token('two') });
    expect(await aws.labels('orders')).toEqual({ [token('one')]: ['AWSCURRENT'] });
    const { Versions } = await aws.call('ListSecretVersionIds', {
      SecretId: 'orders',
      IncludeDeprecated: true,
    });
    expect(Versions).toHaveLength(1);
    expect(aws.serviceEvents()).toEqual([
      'TestRotationStarted',
      'EndSecretVersionDelete',
      'TestRotationSucceeded',
    ]);
    const described = await aws.call('DescribeSecret', { SecretId: 'orders' });
    expect(described).toMatchObject({
      RotationEnabled: true,
      NextRotationDate: Date.parse('2026-03-11T23:59:59Z') / 1000,
    });
    expect(described).not.toHaveProperty('LastRotatedDate');
  });

  test('is not disturbed by a value that is put meanwhile', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = async () => {
      const put = { SecretId: 'orders', ClientRequestToken: token('by hand'), SecretString: 'by hand' };
      await aws.call('PutSecretValue', put);
    };

    await aws.call('RotateSecret', rotate({ RotateImmediately: false }));
    await aws.service.settled();

    expect(aws.serviceEvents().at(-1)).toBe('TestRotationSucceeded');
    expect(aws.serviceEvents()).not.toContain('RotationAbandoned');
    expect(await aws.labels('orders')).toEqual({
      [token('one')]: ['AWSPREVIOUS'],
      [token('by hand')]: ['AWSCURRENT'],
    });
  });

  test('reports a failing test once, and does not block a rotation', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.lambda.rotator = () => {
      throw new Error('unreachable');
    };

    await aws.call('RotateSecret', rotate({ RotateImmediately: false }));
    await aws.service.settled();
    await aws.advance(60_000);

    expect(aws.steps).toHaveLength(1);
    expect(aws.serviceEvents()).toContain('TestRotationFailed');
    aws.lambda.rotator = aws.templateRotator;
    await aws.call('RotateSecret', { SecretId: 'orders', ClientRequestToken: token('three') });
    await aws.service.settled();
    expect(await aws.labels('orders')).toMatchObject({ [token('three')]: ['AWSCURRENT', 'AWSPENDING'] });
  });
});

describe('CancelRotateSecret', () => {
  test('stops the retries, keeps the configuration and AWSPENDING, and names the partial version', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('RotateSecret', rotate());
    await aws.service.settled();

    const answer = await aws.call('CancelRotateSecret', { SecretId: 'orders' });
    await aws.advance(10 * 86_400_000);

    expect(answer).toMatchObject({ Name: 'orders', VersionId: token('two') });
    expect(aws.steps).toHaveLength(4);
    const described = await aws.call('DescribeSecret', { SecretId: 'orders' });
    expect(described).toMatchObject({
      RotationEnabled: false,
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: 1 },
    });
    expect(described).not.toHaveProperty('NextRotationDate');
    expect(await aws.labels('orders')).toMatchObject({ [token('two')]: ['AWSPENDING'] });
    await expect(
      aws.call('RotateSecret', { SecretId: 'orders', ClientRequestToken: token('three') }),
    ).rejects.toMatchObject({ code: 'InvalidRequestException' });
    await aws.service.settled();
    expect(aws.steps).toHaveLength(4);
  });

  test('takes the copy of a test away that had not run yet', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    await aws.call('RotateSecret', rotate({ RotateImmediately: false }));

    await aws.call('CancelRotateSecret', { SecretId: 'orders' });
    await aws.service.settled();

    expect(aws.steps).toEqual([]);
    expect(await aws.labels('orders')).toEqual({ [token('one')]: ['AWSCURRENT'] });
  });

  test('does nothing to a secret that never rotated', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();

    expect(await aws.call('CancelRotateSecret', { SecretId: 'orders' })).toEqual({
      ARN: arn,
      Name: 'orders',
    });
    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).not.toHaveProperty('RotationEnabled');
  });
});
