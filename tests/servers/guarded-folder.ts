import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { User } from './unprivileged-user.ts';

/** One command for the guardian. */
export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The file that stdin is read from; default: nothing. */
  readonly input?: string;
  /** The file that stdout and stderr are appended to. */
  readonly log: string;
  /** The first signal that shall stop it; default SIGINT. */
  readonly stopSignal?: 'SIGINT' | 'SIGKILL';
  readonly uid?: number;
  readonly gid?: number;
}

/** How a command ended. */
export interface GuardedEnd {
  readonly program: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the command could not be started at all. */
  readonly error?: string;
}

/** A temporary folder, and the processes that live on it, which both end with this process at the latest. */
export interface GuardedFolder {
  readonly path: string;
  /** Runs the commands one after the other, the last being the server. May be called once. */
  run(commands: readonly GuardedCommand[]): void;
  /** Resolves when the server ends, or a command before it fails. Never rejects. */
  readonly ended: Promise<GuardedEnd>;
  /** Stops what runs and removes the folder; may be called again. */
  release(): Promise<void>;
}

/**
 * Makes a temporary folder with a guardian that outlives this process just long enough to clean up after it.
 *
 * @param prefix path and start of the folder's name, as for `mkdtemp`
 * @param owner who may use the folder besides root; default: the user of this process
 */
export async function guardFolder(prefix: string, owner?: User): Promise<GuardedFolder> {
  const path = await mkdtemp(prefix);
  const guardian = spawn(process.execPath, [fileURLToPath(new URL('guardian.ts', import.meta.url)), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A session of its own: Ctrl-C in a terminal reaches the whole foreground group, and the order of stopping
    // is the parent's to choose.
    detached: true,
    cwd: '/',
  });
  // A guardian that died is noticed by its exit; a write to it must not be an uncaught error on top.
  guardian.stdin.on('error', () => {});
  const exited = once(guardian, 'exit');
  const ended = new Promise<GuardedEnd>((resolve) => {
    createInterface({ input: guardian.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    guardian.once('exit', (code, signal) => resolve({ program: 'guardian', code, signal }));
  });
  if (owner !== undefined) {
    await chown(path, owner.uid, owner.gid);
    await chmod(path, 0o711);
  }
  return {
    path,
    ended,
    run: (commands) => void guardian.stdin.write(`${JSON.stringify(commands)}\n`),
    async release() {
      guardian.stdin.end();
      await exited;
    },
  };
}
