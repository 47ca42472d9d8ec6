import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction } from './testing/test-function.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.close();
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

  it('do not wait for a process that never stops writing', async () => {
    const endless = await deployFunction(
      emulator,
      `exports.handler = async () => { require('node:child_process').spawn('yes', { stdio: 'inherit' }); return { done: true } }`,
    );

    const { payload } = await endless.invoke();

    expect(payload).toEqual({ done: true });
  });
});
