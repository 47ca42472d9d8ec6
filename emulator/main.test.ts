import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Emulator } from './index.ts';
import { deployFunction, isRunning } from './lambda/testing/test-function.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

const started: Child[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function run(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

/** Starts the emulator and deploys a function that has started a process of its own. */
async function startWithFunction(command: string, args: readonly string[]) {
  const child = run(command, args);
  const line = String((await once(child.stdout, 'data'))[0]);
  const ready = JSON.parse(line) as Pick<Emulator, 'url' | 'port' | 'region' | 'account'>;
  const { invoke } = await deployFunction(
    ready as Emulator,
    `exports.handler = async () => {
      const child = require('node:child_process').spawn('sleep', ['600']);
      return { pids: [process.pid, child.pid], emulator: process.ppid, folder: process.cwd() };
    }`,
  );
  const { payload } = await invoke();
  return { child, line, ready, ...(payload as { pids: number[]; emulator: number; folder: string }) };
}

async function expectNothingLeft({
  pids,
  emulator,
  folder,
}: {
  pids: number[];
  emulator: number;
  folder: string;
}) {
  await expect.poll(() => [...pids, emulator].filter(isRunning), { timeout: 15_000 }).toEqual([]);
  await expect.poll(() => existsSync(folder), { timeout: 15_000 }).toBe(false);
}

describe('the emulator as a command', () => {
  it('prints one line of JSON when it is ready, and ends with SIGTERM leaving nothing', async () => {
    const emulator = await startWithFunction('npm', [
      'run',
      '--silent',
      'emulator',
      '--',
      '--region',
      'eu-west-1',
      '--account',
      '210987654321',
    ]);

    emulator.child.kill('SIGTERM');

    const rest = await text(emulator.child.stdout);
    expect(emulator.ready).toEqual({
      url: `http://127.0.0.1:${emulator.ready.port}`,
      port: emulator.ready.port,
      region: 'eu-west-1',
      account: '210987654321',
    });
    expect(emulator.line).toMatch(/^\{.*\}\n$/);
    expect(rest).toBe('');
    await expectNothingLeft(emulator);
  });

  it('leaves nothing when npm is killed', async () => {
    const emulator = await startWithFunction('npm', ['run', '--silent', 'emulator']);

    emulator.child.kill('SIGKILL');

    await expectNothingLeft(emulator);
  });

  it.each(['SIGINT', 'SIGHUP', 'SIGKILL'] as const)('leaves nothing after %s', async (signal) => {
    const emulator = await startWithFunction(process.execPath, ['emulator/main.ts']);

    emulator.child.kill(signal);

    await expectNothingLeft(emulator);
  });

  it.each([
    [['--port', 'many'], /expected a number from 0 to 65535/],
    [['--port', '65536'], /expected a number from 0 to 65535/],
    [['--account', '12'], /account: expected twelve digits, found 12/],
    [['--region', 'here'], /region: expected a name such as us-east-1, found here/],
    [['--colour'], /unknown option '--colour'/],
    [['4566'], /too many arguments/],
  ])('refuses %j with status 2 and says why', async (args, message) => {
    const child = run(process.execPath, ['emulator/main.ts', ...args]);

    const [[status], output, errors] = await Promise.all([
      once(child, 'exit'),
      text(child.stdout),
      text(child.stderr),
    ]);

    expect(status).toBe(2);
    expect(output).toBe('');
    expect(errors).toMatch(message);
  });

  it('names a port that is in use', async () => {
    const first = run(process.execPath, ['emulator/main.ts']);
    const { port } = JSON.parse(String((await once(first.stdout, 'data'))[0])) as { port: number };

    const second = run(process.execPath, ['emulator/main.ts', '--port', String(port)]);
    const [[status], errors] = await Promise.all([once(second, 'exit'), text(second.stderr)]);

    expect(status).toBe(1);
    expect(errors).toBe(
      `emulator: port ${port} of 127.0.0.1 is in use: choose another one, or 0 for any that is free\n`,
    );
  });
});
