import type { SecureContext } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import type { Credentials, Target } from '../core/database-secret.ts';
import type { Deadline } from '../core/deadline.ts';
import { isRejection, refusedLogin, serverErrorOf } from './server-error.ts';
import { timeIsUp, unreachable } from './unreachable.ts';
import { type Authentication, cut, watchProgress } from './wire.ts';

/** Longest time for connecting, TLS and authentication together, in milliseconds; what an invocation has left may be less. */
const longestLoginMs = 15_000;

/** Longest wait for the server to take its leave, in milliseconds; after it the socket is cut. */
const longestFarewellMs = 1_000;

/** Most iterations of SCRAM that a server may ask for: a second or so of work, where the driver's own limit is a tenth. */
const mostIterations = 1_000_000;

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** An authenticated connection. */
export interface Connection extends AsyncDisposable {
  readonly target: Target;
  readonly authentication: Authentication;
  /**
   * Runs a statement, or several without parameters, and returns the rows of the last.
   *
   * @throws EngineUnreachableError when the connection breaks or the deadline passes; the socket is cut then
   * @throws whatever the server answered, as the driver gives it: to be passed to `serverErrorOf`
   */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}

/** How an attempt to connect ended. */
export type ConnectResult =
  | { readonly outcome: 'accepted'; readonly connection: Connection }
  | { readonly outcome: 'rejected'; readonly engineCode: string };

/**
 * Connects and authenticates, over TLS unless the credentials say otherwise. There is no fall-back: one
 * attempt, one mode.
 *
 * @param trust gives the certificate authorities; called only for TLS
 * @throws EngineUnreachableError, LoginRefusedError
 */
export async function connect(
  credentials: Credentials,
  deadline: Deadline,
  trust: () => SecureContext,
): Promise<ConnectResult> {
  const { host, port, username, password, dbname, ssl } = credentials;
  const target = { host, port };
  const config: ClientConfig & { readonly scramMaxIterations: number } = {
    host,
    port,
    user: username,
    password: password.reveal(),
    database: dbname,
    ssl: ssl ? { secureContext: trust() } : false,
    application_name: 'rotating-secret',
    connectionTimeoutMillis: Math.min(longestLoginMs, deadline.remainingMs()),
    scramMaxIterations: mostIterations,
  };
  const client = new Client(config);
  // The driver reports a broken idle connection by an event, which would end the process if nobody listened.
  client.on('error', () => undefined);
  const progress = watchProgress(client, ssl);
  try {
    await client.connect();
  } catch (error) {
    cut(client);
    const answer = serverErrorOf(error);
    if (answer === undefined) throw unreachable(target, progress.phase, error);
    if (isRejection(answer)) return { outcome: 'rejected', engineCode: answer.sqlState };
    throw refusedLogin(answer, target, username);
  }
  return {
    outcome: 'accepted',
    connection: openConnection(client, target, deadline, progress.authentication),
  };
}

function openConnection(
  client: Client,
  target: Target,
  deadline: Deadline,
  authentication: Authentication,
): Connection {
  return {
    target,
    authentication,
    async query(sql, parameters) {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        cut(client);
      }, deadline.remainingMs());
      try {
        const result = await client.query(sql, parameters === undefined ? undefined : [...parameters]);
        const last: unknown = Array.isArray(result) ? result.at(-1) : result;
        return rowsOf(last);
      } catch (error) {
        if (serverErrorOf(error) !== undefined) throw error;
        throw unreachable(target, sql === 'COMMIT' ? 'commit' : 'query', isLate ? timeIsUp : error);
      } finally {
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => cut(client), longestFarewellMs);
      // Ending a connection that is broken already fails, and there is nothing left to do about it.
      await client.end().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

function rowsOf(result: unknown): readonly Row[] {
  const rows: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'rows') : undefined;
  return Array.isArray(rows) ? rows : [];
}
