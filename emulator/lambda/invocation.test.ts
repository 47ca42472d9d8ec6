import { InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../clock.ts';
import { type Emulator, startEmulator } from '../index.ts';
import { pinnedNodeBinary } from './node-binary.ts';
import { deployFunction, isRunning, lambdaClient, zipOf } from './testing/test-function.ts';

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

describe('execution environments', () => {
  const counting = `let runs = 0; exports.handler = async ({ ms = 0 }) => {
    runs += 1;
    await new Promise((done) => setTimeout(done, ms));
    return { runs, pid: process.pid };
  }`;

  it('stay warm and keep the state of their modules', async () => {
    const counter = await deployFunction(emulator, counting);

    const first = await counter.invoke();
    const second = await counter.invoke();

    expect(second.payload).toEqual({ runs: 2, pid: first.payload.pid });
  });

  it('are as many as run at once', async () => {
    const counter = await deployFunction(emulator, counting);

    const together = await Promise.all([1, 2, 3].map(() => counter.invoke({ ms: 500 })));
    const later = await counter.invoke();

    const pids = new Set(together.map(({ payload }) => payload.pid));
    expect(pids.size).toBe(3);
    expect(pids).toContain(later.payload.pid);
  });

  it('see Lambda’s variables and their own, and nothing of the emulator', async () => {
    process.env.EMULATORS_OWN_VARIABLE = 'not for functions';
    const reader = await deployFunction(
      emulator,
      'exports.handler = async () => ({ ...process.env, cwd: process.cwd() })',
      {
        Environment: { Variables: { MINE: 'kept', PASSWORD_LENGTH: '40' } },
      },
    );

    const { payload } = await reader.invoke();

    delete process.env.EMULATORS_OWN_VARIABLE;
    const { cwd, ...variables } = payload;
    expect(Object.keys(variables).sort()).toEqual(
      [
        '_HANDLER',
        '_X_AMZN_TRACE_ID',
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
        'AWS_ENDPOINT_URL_SECRETS_MANAGER',
        'AWS_EXECUTION_ENV',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_LOG_FORMAT',
        'AWS_LAMBDA_LOG_GROUP_NAME',
        'AWS_LAMBDA_LOG_STREAM_NAME',
        'AWS_LAMBDA_RUNTIME_API',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'LAMBDA_RUNTIME_DIR',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'MINE',
        'PASSWORD_LENGTH',
        'PATH',
        'TZ',
      ].sort(),
    );
    expect(variables).toMatchObject({
      MINE: 'kept',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: emulator.url,
    });
    expect(cwd).toBe(variables.LAMBDA_TASK_ROOT);
    expect(cwd).not.toContain(process.cwd());
  });

  it('leave the endpoint to a function that sets its own', async () => {
    const reader = await deployFunction(emulator, 'exports.handler = async () => ({ ...process.env })', {
      Environment: { Variables: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' } },
    });

    const { payload } = await reader.invoke();

    expect(payload.AWS_ENDPOINT_URL_SECRETS_MANAGER).toBe('http://127.0.0.1:1');
  });

  it('run on Node 24 whatever Node runs the emulator', async () => {
    const reader = await deployFunction(
      emulator,
      'exports.handler = async () => ({ version: process.version })',
    );

    const { payload } = await reader.invoke();

    expect(payload.version).toMatch(/^v24\./);
  });

  it('run an executable bootstrap of the provided runtimes', async () => {
    const bootstrap = `#!${pinnedNodeBinary()}
      const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
      (async () => {
        for (let runs = 1; ; runs += 1) {
          const next = await fetch(base + 'next');
          const id = next.headers.get('lambda-runtime-aws-request-id');
          const event = await next.json();
          const body = JSON.stringify({ runs, event, handler: process.env._HANDLER });
          await fetch(base + id + '/response', { method: 'POST', body });
        }
      })();`;
    const custom = await deployFunction(emulator, '', {
      Runtime: 'provided.al2023',
      Handler: 'anything',
      Code: { ZipFile: zipOf({ bootstrap }) },
    });

    await custom.invoke({ a: 1 });
    const { payload } = await custom.invoke({ a: 2 });

    expect(payload).toEqual({ runs: 2, event: { a: 2 }, handler: 'anything' });
  });

  it('report a bootstrap that is not there', async () => {
    const custom = await deployFunction(emulator, '', { Runtime: 'provided.al2023' });

    const { payload } = await custom.invoke();

    expect(payload.errorType).toBe('Runtime.InvalidEntrypoint');
  });

  it('do not resolve packages of the emulator', async () => {
    const nosy = await deployFunction(emulator, `exports.handler = async () => require('yauzl')`);

    const { payload } = await nosy.invoke();

    expect(payload.errorMessage).toContain(`Cannot find module 'yauzl'`);
  });
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

describe('logs', () => {
  it('hold the lines of both streams between START and END, and only those of their run', async () => {
    const chatty = await deployFunction(
      emulator,
      `console.log('loading');
       exports.handler = async ({ n }) => {
         console.log('console %s', n); process.stdout.write('stdout ' + n + '\\n'); process.stderr.write('stderr ' + n);
       }`,
    );

    const first = await chatty.invoke({ n: 1 });
    const second = await chatty.invoke({ n: 2 });

    expect(first.log).toMatch(/loading\nSTART RequestId: \S+ Version: \$LATEST\n/);
    expect(first.log).toMatch(
      /\tINFO\tconsole 1\nstdout 1\nstderr 1\nEND RequestId: \S+\nREPORT .*Init Duration: /,
    );
    expect(second.log).toContain('stdout 2');
    expect(second.log).not.toMatch(/loading|stdout 1|Init Duration/);
  });

  it('are JSON records where the function asks for them', async () => {
    const chatty = await deployFunction(
      emulator,
      `exports.handler = async () => { console.warn({ step: 'setSecret' }); console.log('done in %d ms', 3) }`,
      { LoggingConfig: { LogFormat: 'JSON' } },
    );

    const { log } = await chatty.invoke();

    const records = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as object);
    expect(records).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: { step: 'setSecret' },
        requestId: expect.any(String),
      }),
      expect.objectContaining({ level: 'INFO', message: 'done in 3 ms' }),
    ]);
  });

  it('are kept in the history, bounded, the end rather than the beginning', async () => {
    const noisy = await deployFunction(
      emulator,
      `exports.handler = async () => { process.stdout.write('x'.repeat(1_000_000)); console.log('the end') }`,
    );

    await noisy.invoke();

    const invocation = emulator.history.invocations
      .all()
      .findLast(({ functionArn }) => functionArn === noisy.arn);
    expect(invocation?.log.length).toBeLessThan(80_000);
    expect(invocation?.log.includes('[earlier output dropped]')).toBe(true);
    expect(invocation?.log.includes('the end')).toBe(true);
    expect(invocation).toMatchObject({
      coldStart: true,
      invokedBy: 'arn:aws:iam::123456789012:user/AKIDEXAMPLE',
    });
  });
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
});
