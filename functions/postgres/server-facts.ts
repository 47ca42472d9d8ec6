import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from '../core/deadline.ts';
import type { Connection } from './connection.ts';
import { factsQuery, tryLockQuery } from './statements.ts';
import { defaultIterations } from './verifier.ts';

/** What a change depends on, read inside its transaction. */
export interface ServerFacts {
  readonly passwordEncryption: string;
  /** Where that setting comes from, as pg_settings has it: `default`, `configuration file`, `database`, `user`, … */
  readonly encryptionSource: string;
  readonly scramIterations: number;
  /** `server_version_num`, such as 160004. */
  readonly version: number;
}

/** Asks the server what it is and wants. */
export async function readServerFacts(connection: Connection): Promise<ServerFacts> {
  const [row] = await connection.query(factsQuery);
  return {
    passwordEncryption: String(row?.password_encryption),
    encryptionSource: String(row?.encryption_source),
    scramIterations: Number(row?.scram_iterations ?? defaultIterations),
    version: Number(row?.server_version),
  };
}

/** How long to wait for the advisory lock, in milliseconds, and how often to ask. */
const politeWaitMs = 2_000;
const askEveryMs = 100;

/**
 * Waits a while for another rotation of this user, which holds an advisory lock. Only a courtesy, so that the two do
 * not disturb each other's transactions: the lock counts per database, and anybody who can connect can hold it, so
 * after the wait the change goes on without. What excludes others is the row lock that ALTER ROLE takes.
 */
export async function waitPolitely(
  connection: Connection,
  deadline: Deadline,
  username: string,
): Promise<void> {
  const until = Date.now() + Math.min(politeWaitMs, deadline.remainingMs() / 4);
  while (Date.now() < until) {
    const [row] = await connection.query(tryLockQuery, [username]);
    if (row?.locked === true) return;
    await sleep(askEveryMs);
  }
}
