import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (time: string) => Date.parse(time) / 1000;

async function rotating(rules: Record<string, unknown>, options = {}) {
  const aws = serviceUnderTest(options);
  await aws.createSecret();
  aws.lambda.rotator = aws.templateRotator;
  await aws.call('RotateSecret', {
    SecretId: 'orders',
    ClientRequestToken: token('two'),
    RotationLambdaARN: functionArn,
    RotationRules: rules,
  });
  await aws.service.settled();
  const rotations = () => aws.steps.filter(({ Step }) => Step === 'createSecret').length;
  const describeSecret = () => aws.call('DescribeSecret', { SecretId: 'orders' });
  return { ...aws, rotations, describeSecret };
}

describe('a schedule', () => {
  test('rotates with a new token each time its window opens', async () => {
    const aws = await rotating({ ScheduleExpression: 'rate(2 days)' });

    for (let day = 0; day < 6; day += 1) await aws.advance(dayMs);

    // At 10:30 on the 10th by hand, then at midnight of the 12th, 14th and 16th.
    expect(aws.rotations()).toBe(4);
    expect(new Set(aws.steps.map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(4);
    expect(await aws.describeSecret()).toMatchObject({
      LastRotatedDate: at('2026-03-16T00:00:00Z'),
      NextRotationDate: at('2026-03-18T23:59:59Z'),
    });
  });

  test('shows the days between rotations beside its expression after a success', async () => {
    const aws = await rotating({ ScheduleExpression: 'rate(10 days)', Duration: '2h' });

    expect((await aws.describeSecret()).RotationRules).toEqual({
      AutomaticallyAfterDays: 10,
      ScheduleExpression: 'rate(10 days)',
      Duration: '2h',
    });
  });

  test('rotates all the times that a long advance passes', async () => {
    const aws = await rotating({ ScheduleExpression: 'cron(0 8/8 * * ? *)' });

    await aws.advance(3 * dayMs);

    // 16:00 today, 8:00 and 16:00 on the two days between, 8:00 on the last one.
    expect(aws.rotations()).toBe(1 + 1 + 2 + 2 + 1);
  });

  test('takes a rotation up again that failed, and leaves NextRotationDate in the past until it succeeds', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 1 }, { retries: 1 });
    aws.lambda.rotator = () => {
      throw new Error('unreachable');
    };

    await aws.advance(14 * hourMs);
    await aws.advance(10_000);
    const failed = aws.steps.at(-1)?.ClientRequestToken;
    expect(aws.rotations()).toBe(1 + 2);
    await aws.advance(12 * hourMs);
    expect((await aws.describeSecret()).NextRotationDate).toBe(at('2026-03-11T23:59:59Z'));
    aws.lambda.rotator = aws.templateRotator;
    await aws.advance(dayMs);

    expect(aws.steps.at(-1)).toMatchObject({ Step: 'finishSecret', ClientRequestToken: failed });
    expect((await aws.describeSecret()).NextRotationDate).toBe(at('2026-03-13T23:59:59Z'));
  });

  test('counts a value that was put by hand as a rotation', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 10 });

    await aws.advance(5 * dayMs);
    await aws.call('PutSecretValue', {
      SecretId: 'orders',
      ClientRequestToken: token('by hand'),
      SecretString: 'by hand',
    });

    expect((await aws.describeSecret()).NextRotationDate).toBe(at('2026-03-25T23:59:59Z'));
  });

  test('does not count a pending value as a rotation', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 10 });

    await aws.advance(5 * dayMs);
    await aws.call('PutSecretValue', {
      SecretId: 'orders',
      ClientRequestToken: token('pending'),
      SecretString: 'pending',
      VersionStages: ['AWSPENDING'],
    });

    expect((await aws.describeSecret()).NextRotationDate).toBe(at('2026-03-20T23:59:59Z'));
  });

  test('rests while the secret waits for its deletion, and goes on after it is restored', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 1 });

    await aws.call('DeleteSecret', { SecretId: 'orders' });
    await aws.advance(3 * dayMs);
    expect(aws.rotations()).toBe(1);
    await aws.call('RestoreSecret', { SecretId: 'orders' });
    await aws.advance(dayMs);

    expect(aws.rotations()).toBe(2);
  });

  test('starts from now with new rules, and forgets what it knew of the old ones', async () => {
    const aws = await rotating({ ScheduleExpression: 'rate(10 days)' });

    await aws.advance(5 * dayMs);
    await aws.call('RotateSecret', {
      SecretId: 'orders',
      ClientRequestToken: token('three'),
      RotationRules: { ScheduleExpression: 'rate(20 days)' },
      RotateImmediately: false,
    });
    await aws.service.settled();

    expect(await aws.describeSecret()).toMatchObject({
      RotationRules: { ScheduleExpression: 'rate(20 days)' },
      LastRotatedDate: at('2026-03-10T10:30:00Z'),
      NextRotationDate: at('2026-04-04T23:59:59Z'),
    });
    expect((await aws.describeSecret()).RotationRules).not.toHaveProperty('AutomaticallyAfterDays');
  });

  test('does not begin a rotation while another one is about to end', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 1 });
    let finish = () => {};
    const lastStep = new Promise<void>((resolve) => {
      finish = resolve;
    });
    aws.lambda.rotator = async (event) => {
      await aws.templateRotator(event);
      if (event.Step === 'finishSecret') await lastStep;
    };

    await aws.clock.advance(14 * hourMs);
    await aws.clock.advance(dayMs);
    finish();
    await aws.service.settled();

    expect(aws.rotations()).toBe(2);
    expect((await aws.describeSecret()).LastRotatedDate).toBe(at('2026-03-12T00:30:00Z'));
  });

  test('ends with close', async () => {
    const aws = await rotating({ AutomaticallyAfterDays: 1 });

    aws.service.close();
    await aws.advance(3 * dayMs);

    expect(aws.rotations()).toBe(1);
  });
});
