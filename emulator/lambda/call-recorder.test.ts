import { DeleteFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction, lambdaClient } from './testing/test-function.ts';

const source =
  'exports.handler = async () => ({ version: 1, pid: process.pid, variable: process.env.VARIABLE })';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
});

describe('the history', () => {
  it('tells who called what, with its outcome and never with variables or payloads', async () => {
    const { name: FunctionName, arn } = await deployFunction(emulator, source, {
      Environment: { Variables: { VARIABLE: 'canary-in-a-variable' } },
    });
    const other = lambdaClient(emulator, 'AKIDOTHER');
    await other.send(new InvokeCommand({ FunctionName, Payload: '{"secret":"canary-in-a-payload"}' }));
    await other.send(new DeleteFunctionCommand({ FunctionName: 'no-such' })).catch(() => undefined);

    const calls = emulator.history.apiCalls.all();

    expect(calls.at(-2)).toMatchObject({
      service: 'lambda',
      operation: 'Invoke',
      region: 'us-east-1',
      resource: arn,
      caller: { accessKeyId: 'AKIDOTHER', arn: 'arn:aws:iam::123456789012:user/AKIDOTHER' },
      parameters: { FunctionName },
    });
    expect(calls.at(-1)).toMatchObject({
      operation: 'DeleteFunction',
      errorName: 'ResourceNotFoundException',
    });
    expect(JSON.stringify(calls)).not.toContain('canary');
  });
});
