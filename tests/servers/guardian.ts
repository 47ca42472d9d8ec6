/**
 * The program between whoever starts a server and the server. It holds the reading end of a pipe: when the other
 * end closes, for whatever reason (SIGKILL too), it stops what runs and removes the folder. Nothing polls, and no
 * feature of one operating system is needed.
 *
 * Usage: `node guardian.ts FOLDER`, then one JSON line (`GuardedCommand[]`) on stdin. The commands run one after the
 * other, the last being the server. When one ends that should not, a JSON line (`GuardedEnd`) is written to stdout.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { GuardedCommand, GuardedEnd } from './guarded-folder.ts';

/** How long a server may take to obey one signal before it gets the next, harder one. */
const patienceMs = 5_000;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node guardian.ts FOLDER');

let running: ChildProcess | undefined;
let stopSignal: NodeJS.Signals = 'SIGINT';
let stopping = false;

// A parent that was killed no longer reads; that must not end the guardian before its work is done.
process.stdout.on('error', () => {});

const input = createInterface({ input: process.stdin });
input.once('line', (line) => void runAll(JSON.parse(line)));
input.once('close', () => void stopAndRemove(folder));

async function runAll(commands: readonly GuardedCommand[]): Promise<void> {
  for (const [index, command] of commands.entries()) {
    if (stopping) return;
    const end = await run(command);
    const isServer = index === commands.length - 1;
    if (end.code === 0 && !isServer) continue;
    process.stdout.write(`${JSON.stringify(end)}\n`);
    return;
  }
}

async function run(command: GuardedCommand): Promise<GuardedEnd> {
  const { program, args, env, input, log, uid, gid } = command;
  const logFile = openSync(log, 'a');
  const user = uid === undefined || gid === undefined ? {} : { uid, gid };
  const inputFile = input === undefined ? 'ignore' : openSync(input, 'r');
  const child = spawn(program, args, { env, stdio: [inputFile, logFile, logFile], cwd: folder, ...user });
  closeSync(logFile);
  running = child;
  stopSignal = command.stopSignal ?? 'SIGINT';
  try {
    const [code, signal] = await once(child, 'exit');
    return { program, code, signal };
  } catch (error) {
    return { program, code: null, signal: null, error: String(error) };
  } finally {
    running = undefined;
  }
}

async function stopAndRemove(path: string): Promise<void> {
  stopping = true;
  // For PostgreSQL the first two are its fast and its immediate shutdown.
  for (const signal of [stopSignal, 'SIGQUIT', 'SIGKILL'] as const) {
    const child = running;
    if (child === undefined) break;
    const ended = once(child, 'exit');
    child.kill(signal);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
  }
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}
