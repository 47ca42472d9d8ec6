import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { pinnedNodeBinary } from './node-binary.ts';
import { deployFunction, zipOf } from './testing/test-function.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
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
