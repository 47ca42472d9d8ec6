import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction, isRunning, zipOf } from './testing/test-function.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
});

describe('a run of a function', () => {
  it('gets the event and a context, and its result comes back', async () => {
    const echo = await deployFunction(
      emulator,
      `exports.handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() })`,
      { Timeout: 20 },
    );

    const { payload } = await echo.invoke({ greeting: 'grüß dich' });

    expect(payload.event).toEqual({ greeting: 'grüß dich' });
    expect(payload.context).toMatchObject({
      functionName: echo.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: echo.arn,
      memoryLimitInMB: '128',
      logGroupName: `/aws/lambda/${echo.name}`,
    });
    expect(payload.left).toBeGreaterThan(0);
    expect(payload.left).toBeLessThanOrEqual(20_000);
  });

  it.each([
    [
      'an ECMAScript module',
      { 'index.mjs': 'export const handler = async () => ({ ran: true })' },
      'index.handler',
    ],
    [
      'a module by its package.json',
      {
        'package.json': '{"type":"module"}',
        'index.js': 'export const handler = async () => ({ ran: true })',
      },
      'index.handler',
    ],
    ['a CommonJS file', { 'index.cjs': 'exports.handler = async () => ({ ran: true })' }, 'index.handler'],
    [
      'a nested export of a file in a folder',
      { 'src/app.js': 'exports.api = { handler: async () => ({ ran: true }) }' },
      'src/app.api.handler',
    ],
  ])('loads its handler from %s', async (_, files, handler) => {
    const deployed = await deployFunction(emulator, '', {
      Handler: handler,
      Code: { ZipFile: zipOf(files) },
    });

    const { payload } = await deployed.invoke();

    expect(payload).toEqual({ ran: true });
  });

  it('reports what it throws as Lambda does, and stays warm', async () => {
    const failing = await deployFunction(
      emulator,
      `let runs = 0; exports.handler = async () => { runs += 1; throw new RangeError('run ' + runs) }`,
    );

    const first = await failing.invoke();
    const second = await failing.invoke();

    expect(first.functionError).toBe('Unhandled');
    expect(first.payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'run 1' });
    expect(first.payload.trace).toContain('RangeError: run 1');
    expect(second.payload.errorMessage).toBe('run 2');
  });

  it('reports a module that fails to load', async () => {
    const failing = await deployFunction(emulator, `throw new Error('no DATABASE_URL')`);

    const { functionError, payload } = await failing.invoke();

    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'Error', errorMessage: 'no DATABASE_URL' });
  });

  it.each([
    ['Runtime.ImportModuleError', 'missing.handler', ''],
    ['Runtime.ImportModuleError', 'index.handler', `require('left-pad')`],
    ['Runtime.HandlerNotFound', 'index.other', 'exports.handler = async () => 1'],
    ['Runtime.MalformedHandlerName', 'handler', 'exports.handler = async () => 1'],
    ['Runtime.UserCodeSyntaxError', 'index.handler', 'exports.handler = async ( => 1'],
    [
      'Runtime.CallbackHandlerDeprecated',
      'index.handler',
      'exports.handler = async (event, context, callback) => 1',
    ],
  ])('reports %s for the handler %s of "%s"', async (errorType, handler, source) => {
    const failing = await deployFunction(emulator, source, { Handler: handler });

    const { payload } = await failing.invoke();

    expect(payload.errorType).toBe(errorType);
  });

  it.each([
    [
      'exits with a status',
      'process.exit(3)',
      'Runtime.ExitError',
      'Runtime exited with error: exit status 3',
    ],
    [
      'exits without one',
      'process.exit(0)',
      'Runtime.ExitError',
      'Runtime exited without providing a reason',
    ],
    [
      'is killed',
      `process.kill(process.pid, 'SIGKILL')`,
      'Runtime.ExitError',
      'Runtime exited with error: signal: SIGKILL',
    ],
    [
      'rejects somewhere else',
      `Promise.reject(new Error('adrift')); await new Promise((done) => setTimeout(done, 5000))`,
      'Runtime.UnhandledPromiseRejection',
      'Error: adrift',
    ],
    [
      'throws somewhere else',
      `setImmediate(() => { throw new TypeError('adrift') }); await new Promise((done) => setTimeout(done, 5000))`,
      'TypeError',
      'adrift',
    ],
    ['waits for nothing', 'await new Promise(() => undefined)', 'Runtime.NodeJsExit', 'never settled'],
    ['returns what is no JSON', 'return 1n', 'Runtime.MarshalError', 'Unable to stringify response body'],
  ])('that %s is an error, and the next one starts anew', async (_, statement, errorType, message) => {
    const failing = await deployFunction(
      emulator,
      `let runs = 0; exports.handler = async (event) => { runs += 1; if (event.fail) { ${statement} } return { runs } }`,
    );

    const failed = await failing.invoke({ fail: true });
    const next = await failing.invoke();

    expect(failed.payload.errorType).toBe(errorType);
    expect(failed.payload.errorMessage).toContain(message);
    expect(next.payload.runs).toBeGreaterThan(0);
  });

  it('is killed at its time-out with all that it started', async () => {
    const slow = await deployFunction(
      emulator,
      `let runs = 0;
       exports.handler = async (event) => {
         runs += 1;
         if (!event.hang) return { runs };
         const child = require('node:child_process').spawn('sleep', ['600']);
         console.log('pids', process.pid, child.pid);
         for (;;) ;
       }`,
      { Timeout: 1 },
    );
    await slow.invoke();

    const hung = await slow.invoke({ hang: true });
    const next = await slow.invoke();

    const [, ...pids] = /pids (\d+) (\d+)/.exec(hung.log) ?? [];
    expect(hung.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.map(Number).filter(isRunning), { timeout: 5000 }).toEqual([]);
    expect(next.payload).toEqual({ runs: 1 });
  });

  it('supports callbacks where the runtime does', async () => {
    const source = `exports.handler = (event, context, callback) => {
      setTimeout(() => event.fail ? callback(new Error('called back')) : callback(null, { called: 'back' }), 5);
    }`;
    const old = await deployFunction(emulator, source, { Runtime: 'nodejs22.x' });

    const succeeded = await old.invoke();
    const failed = await old.invoke({ fail: true });

    expect(succeeded.payload).toEqual({ called: 'back' });
    expect(failed.payload).toMatchObject({ errorType: 'Error', errorMessage: 'called back' });
  });
});
