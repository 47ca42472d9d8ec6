import { describe, expect, test } from 'vitest';
import { type EventBridgeEvent, History, type Invocation } from '../../emulator/history.ts';
import { gapMs, watchRotation } from './rotation.ts';

const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:demo-abcdef';
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

function invocation(step: string, more: Partial<Invocation> = {}): Invocation {
  const time = new Date('2026-01-01T00:00:00Z');
  const facts = {
    requestId: 'r',
    invokedBy: 'secretsmanager.amazonaws.com',
    coldStart: false,
    durationMs: 5,
  };
  return { time, functionArn, step, log: '', ...facts, ...more };
}

function call(history: History, operation: string, time: string, functionName = 'rotate'): void {
  const arn = `arn:aws:sts::123456789012:assumed-role/role/${functionName}`;
  const facts = { service: 'secretsmanager', region: 'us-east-1', requestId: 'r', userAgent: '' } as const;
  const caller = { accessKeyId: 'ASIA', arn };
  history.recordApiCall({ ...facts, time: new Date(time), operation, caller, parameters: {}, durationMs: 1 });
}

function rotationEvent(eventName: string, SecretId = secretArn): EventBridgeEvent {
  const envelope = {
    version: '0',
    id: 'e',
    source: 'aws.secretsmanager',
    account: '1',
    time: '',
    region: '',
  } as const;
  const detail = { eventName, additionalEventData: { SecretId } };
  return { ...envelope, 'detail-type': 'AWS Service Event via CloudTrail', resources: [], detail };
}

function watch(history: History, start: () => void, signal = new AbortController().signal) {
  return watchRotation({
    history,
    secretArn,
    functionArn,
    start: async () => start(),
    onStep: () => {},
    signal,
  });
}

describe('watchRotation', () => {
  test("gives each step the function's own calls", async () => {
    const history = new History();

    const rotation = await watch(history, () => {
      call(history, 'DescribeSecret', '2026-01-01T00:00:00.000Z');
      call(history, 'GetSecretValue', '2026-01-01T00:00:00.001Z', 'somebody-else');
      history.recordInvocation(invocation('setSecret'));
      call(history, 'UpdateSecretVersionStage', '2026-01-01T00:00:00.040Z');
      history.recordInvocation(invocation('finishSecret'));
      history.recordEvent(rotationEvent('RotationSucceeded', 'another secret'));
      history.recordEvent(rotationEvent('RotationSucceeded'));
    });

    expect(rotation.steps.map(({ calls }) => calls.map(({ operation }) => operation))).toEqual([
      ['DescribeSecret'],
      ['UpdateSecretVersionStage'],
    ]);
    expect(gapMs(rotation)).toBe(40);
  });

  test('fails with what the last step said and logged', async () => {
    const history = new History();

    const rotation = watch(history, () => {
      const failure = {
        functionError: 'Unhandled',
        errorType: 'CredentialsRejectedError',
        errorMessage: 'no',
      };
      history.recordInvocation(invocation('testSecret', { ...failure, log: 'a line' }));
      history.recordEvent(rotationEvent('RotationFailed'));
    });

    await expect(rotation).rejects.toThrow(/failed in testSecret: CredentialsRejectedError: no\n.*\na line/);
  });

  test('ends when it is interrupted', async () => {
    const interruption = new AbortController();

    const rotation = watch(new History(), () => interruption.abort(), interruption.signal);

    await expect(rotation).rejects.toThrow('interrupted');
  });
});
