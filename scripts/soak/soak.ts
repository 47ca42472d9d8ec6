import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, type MysqlTarget, startMysqlTarget } from '../../tests/rotation/mysql-target.ts';
import { type Rehearsal, startRehearsal } from '../../tests/rotation/rehearsal.ts';
import type { Login } from '../../tests/rotation/target.ts';
import { mysqlLoginOutcome } from '../../tests/servers/mysql-login.ts';
import { type Client, startClient, type Tally } from './client.ts';

/** The strategies that are held against each other; the second is the control. */
export const strategies = ['dual-password', 'single-user'] as const;

/** How long and how hard to soak. */
export interface SoakOptions {
  readonly rotations: number;
  /** From the start of one rotation to that of the next. */
  readonly intervalMs: number;
  /** How old a value may be that a client logs in with; less than the interval. */
  readonly staleMs: number;
  /** How many clients log in at once with each strategy. */
  readonly clients: number;
  /** Called after each rotation. */
  readonly onRotation?: (strategy: string, count: number, tally: Tally) => void;
}

/** What the clients of one strategy saw. */
export interface SoakResult extends Tally {
  readonly strategy: (typeof strategies)[number];
  readonly rotations: number;
}

/**
 * Rotates two users of one MySQL side by side, one with each strategy, while clients that read their secret again
 * only now and then log in all the time.
 *
 * @throws Error when a rotation fails
 */
export async function soak(options: SoakOptions): Promise<readonly SoakResult[]> {
  await using target = await startMysqlTarget('mysql');
  const runs = await Promise.allSettled(strategies.map((strategy) => soakWith(strategy, target, options)));
  return runs.map((run) => {
    if (run.status === 'rejected') throw run.reason;
    return run.value;
  });
}

async function soakWith(
  strategy: SoakResult['strategy'],
  target: MysqlTarget,
  options: SoakOptions,
): Promise<SoakResult> {
  const { caPath, host, port, dbname } = target;
  await using rehearsal = await startRehearsal({
    bundle: 'mysql',
    caPath,
    environment: { ROTATION_STRATEGY: strategy },
  });
  const login = { username: strategy, password: 'initial-1' };
  await target.createUser(login);
  const arn = await rehearsal.createSecret({ engine: 'mysql', host, port, dbname, ...login });
  const clients = Array.from({ length: options.clients }, (_, index) =>
    startClient({
      read: () => readLogin(rehearsal, arn),
      logIn: (value) => mysqlLoginOutcome(target.server, asUser(value)),
      staleMs: options.staleMs,
      // So that they do not all read at the same moment.
      firstReadMs: (index * options.staleMs) / options.clients,
    }),
  );
  try {
    await rotateAtIntervals(rehearsal, arn, strategy, options, clients);
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
  }
  return { strategy, rotations: options.rotations, ...sum(clients) };
}

async function readLogin(rehearsal: Rehearsal, arn: string): Promise<Login> {
  const { username, password } = await rehearsal.read(arn);
  return { username: String(username), password: String(password) };
}

async function rotateAtIntervals(
  rehearsal: Rehearsal,
  arn: string,
  strategy: string,
  { rotations, intervalMs, onRotation }: SoakOptions,
  clients: readonly Client[],
): Promise<void> {
  for (let count = 1; count <= rotations; count++) {
    const next = sleep(intervalMs);
    const { rotated, errorMessage } = await rehearsal.rotate(arn);
    if (!rotated) throw new Error(`rotation ${count} with ${strategy} failed: ${errorMessage}`);
    onRotation?.(strategy, count, sum(clients));
    await next;
  }
}

function sum(clients: readonly Client[]): Tally {
  const tallies = clients.map(({ tally }) => tally);
  return {
    logins: tallies.reduce((total, { logins }) => total + logins, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    lastFailure: tallies.findLast(({ lastFailure }) => lastFailure !== undefined)?.lastFailure,
  };
}
