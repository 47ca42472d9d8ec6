import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../clock.ts';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction, lambdaClient } from './testing/test-function.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
});

describe('kinds of invocation', () => {
  it('DryRun runs nothing', async () => {
    const quiet = await deployFunction(emulator, 'exports.handler = async () => ({})');

    const response = await lambdaClient(emulator).send(
      new InvokeCommand({ FunctionName: quiet.name, InvocationType: 'DryRun' }),
    );

    expect(response.StatusCode).toBe(204);
    expect(emulator.history.invocations.all().filter(({ functionArn }) => functionArn === quiet.arn)).toEqual(
      [],
    );
  });

  it('Event is answered before it runs, and a failed one runs twice more', async () => {
    const clock = manualClock();
    await using another = await startEmulator({ clock });
    const failing = await deployFunction(
      another,
      `exports.handler = async () => { throw new Error('again') }`,
    );
    const runs = (): number => another.history.invocations.all().length;

    const response = await lambdaClient(another).send(
      new InvokeCommand({ FunctionName: failing.name, InvocationType: 'Event' }),
    );

    expect(response.StatusCode).toBe(202);
    await expect.poll(runs, { timeout: 10_000 }).toBe(1);
    for (const expected of [2, 3]) {
      await expect.poll(() => clock.advance(60_000).then(runs), { timeout: 10_000 }).toBe(expected);
    }
    await clock.advance(3_600_000);
    expect(runs()).toBe(3);
  });

  it('with a payload that is no JSON is refused', async () => {
    const quiet = await deployFunction(emulator, 'exports.handler = async () => ({})');

    const invoking = lambdaClient(emulator).send(
      new InvokeCommand({ FunctionName: quiet.name, Payload: '{"a":' }),
    );

    await expect(invoking).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  it('with a result over 6 MB is an error', async () => {
    const large = await deployFunction(emulator, `exports.handler = async () => 'x'.repeat(7_000_000)`);

    const { payload } = await large.invoke();

    expect(payload.errorType).toBe('Function.ResponseSizeTooLarge');
  });

  it('hands on the client context', async () => {
    const reader = await deployFunction(
      emulator,
      'exports.handler = async (event, context) => context.clientContext',
    );
    const ClientContext = Buffer.from('{"custom":{"name":"Jürgen\\n😀"}}').toString('base64');

    const { payload } = await reader.invoke({}, { ClientContext });

    expect(payload).toEqual({ custom: { name: 'Jürgen\n😀' } });
  });

  it('refuses a client context that is none', async () => {
    const reader = await deployFunction(emulator, 'exports.handler = async () => ({})');

    const invoking = reader.invoke({}, { ClientContext: 'nothing' });

    await expect(invoking).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });
});
