import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const reaperFile = fileURLToPath(new URL('workspace-reaper.mjs', import.meta.url));

/**
 * All that an emulator leaves outside its own process: one temporary folder and the process groups of its functions.
 * The folder is made when it is first needed, together with a reaper process that cleans up if the emulator is killed.
 */
export class Workspace {
  #opened: { readonly folder: string; readonly reaper: ChildProcess } | undefined;
  #foldersMade = 0;
  #closed = false;

  /** The path of the temporary folder; absent until something was put into it. */
  get folder(): string | undefined {
    return this.#opened?.folder;
  }

  /** Makes an empty folder. */
  async makeFolder(): Promise<string> {
    const folder = join(this.#open().folder, String(this.#foldersMade++));
    await mkdir(folder);
    return folder;
  }

  /** Has the reaper kill this process group, should the emulator die first. */
  watchGroup(leaderPid: number): void {
    this.#tellReaper(`+${leaderPid}`);
  }

  /** Takes a process group, which has ended, off the reaper's list. */
  forgetGroup(leaderPid: number): void {
    this.#tellReaper(`-${leaderPid}`);
  }

  /** Removes the folder and ends the reaper; the process groups have to be gone by then. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    await rm(opened.folder, { recursive: true, force: true, maxRetries: 10 });
    const { reaper } = opened;
    if (reaper.exitCode !== null || reaper.signalCode !== null) return;
    const ended = once(reaper, 'exit');
    reaper.ref();
    reaper.stdin?.end();
    await ended;
  }

  #tellReaper(line: string): void {
    if (this.#opened?.reaper.stdin?.writable) this.#opened.reaper.stdin.write(`${line}\n`);
  }

  #open(): { readonly folder: string; readonly reaper: ChildProcess } {
    if (this.#closed) throw new Error('the emulator has been closed');
    this.#opened ??= startReaper(mkdtempSync(join(tmpdir(), 'rotating-secret-emulator-')));
    return this.#opened;
  }
}

function startReaper(folder: string): { readonly folder: string; readonly reaper: ChildProcess } {
  // In a session of its own: Ctrl-C in a terminal reaches the whole foreground group, and must not reach the reaper.
  const reaper = spawn(process.execPath, [reaperFile, folder], {
    cwd: '/',
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  // A reaper that somebody killed costs the protection, not the emulator.
  reaper.stdin?.on('error', () => undefined);
  return { folder, reaper };
}
