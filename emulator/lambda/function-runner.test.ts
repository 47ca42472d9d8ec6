import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction, lambdaClient } from './testing/test-function.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
});

describe('concurrency', () => {
  const slow = `exports.handler = async () => { await new Promise((done) => setTimeout(done, 1000)); return {} }`;

  it('of zero throttles every invocation', async () => {
    const client = lambdaClient(emulator);
    const throttled = await deployFunction(emulator, slow);
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: throttled.name, ReservedConcurrentExecutions: 0 }),
    );

    const invoking = throttled.invoke();

    await expect(invoking).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('that is reserved lets through no more than that', async () => {
    const client = lambdaClient(emulator);
    const limited = await deployFunction(emulator, slow);
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: limited.name, ReservedConcurrentExecutions: 2 }),
    );

    const results = await Promise.allSettled([1, 2, 3].map(() => limited.invoke()));

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
