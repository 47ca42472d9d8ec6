import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPostgres } from '../servers/postgres-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';

describeWithServer(
  'postgres',
  () => findPostgres(),
  'the demo',
  () => {
    let folder: string;
    let demo: Demo;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
      await chmod(folder, 0o711);
      demo = startDemo(folder);
    });
    afterEach(async () => {
      demo.process.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });

    test('rotates, proves it and leaves nothing', async () => {
      const code = await demo.ended;

      const output = demo.output();
      expect(code, output).toBe(0);
      expect(output).not.toContain('\u001b');
      expect(output).toMatch(/^alternating-users: failed logins: 0/m);
      expect(output).toMatch(/^ *old credential .* 3 of 3 *$/m);
      expect(output).toMatch(/^ *new credential .* 5 of 5 *$/m);
      await expectNothingLeft(folder, output);
    });

    test.each([
      ['SIGTERM', 'while it starts', /Rotating/, 143],
      ['SIGINT', 'while it rotates', /createSecret/, 130],
      ['SIGTERM', 'while the application logs in', /Rotation 2/, 143],
    ] as const)('stops at %s %s and leaves nothing', async (signal, _, moment, status) => {
      await demo.says(moment);

      demo.process.kill(signal);
      // The terminal and npm both deliver it.
      demo.process.kill(signal);
      const code = await demo.ended;

      expect(code, demo.output()).toBe(status);
      await expectNothingLeft(folder, demo.output());
    });

    test('leaves nothing when it is killed', async () => {
      await demo.says(/Rotation 1/);

      demo.process.kill('SIGKILL');
      await demo.ended;
      const deadlineMs = performance.now() + 60_000;
      while ((await readdir(folder)).length > 0 && performance.now() < deadlineMs) await sleep(50);

      await expectNothingLeft(folder, demo.output());
    });
  },
);

interface Demo {
  readonly process: ChildProcessWithoutNullStreams;
  /** The exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when the output matches. */
  says(what: RegExp): Promise<void>;
}

function startDemo(temporaryFolder: string): Demo {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'scripts', 'demo.ts')], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...process.env, TMPDIR: temporaryFolder, FORCE_COLOR: undefined },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    ended,
    output: () => output,
    async says(what) {
      while (!what.test(output)) {
        if (child.exitCode !== null) throw new Error(`the demo ended before it said ${what}: ${output}`);
        await sleep(20);
      }
    },
  };
}

/** The database and the emulator of the run no longer listen, and the folder for temporary files is empty. */
async function expectNothingLeft(folder: string, output: string): Promise<void> {
  for (const [, port] of output.matchAll(/(?:localhost|127\.0\.0\.1):(\d+)/g)) {
    expect(await listens(Number(port)), `port ${port}`).toBe(false);
  }
  expect(await readdir(folder)).toEqual([]);
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
