import type { SecureContext } from 'node:tls';
import { Client } from 'pg';
import type { Credentials, Target } from '../core/database-secret.ts';
import type { Deadline } from '../core/deadline.ts';
import { type EnginePhase, EngineUnreachableError } from '../core/errors.ts';
import { isRejection, refusedLogin, serverErrorOf } from './server-error.ts';

/** Longest time for connecting, TLS and authentication together, in milliseconds; what an invocation has left may be less. */
const longestLoginMs = 15_000;

/** Longest wait for the server to take its leave, in milliseconds; after it the socket is cut. */
const longestFarewellMs = 1_000;

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** An authenticated connection. */
export interface Connection extends AsyncDisposable {
  readonly target: Target;
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
  const client = new Client({
    host,
    port,
    user: username,
    password: password.reveal(),
    database: dbname,
    ssl: ssl ? { secureContext: trust() } : false,
    application_name: 'rotating-secret',
    connectionTimeoutMillis: Math.min(longestLoginMs, deadline.remainingMs()),
  });
  // The driver reports a broken idle connection by an event, which would end the process if nobody listened.
  client.on('error', () => undefined);
  const phase = watchPhase(client, ssl);
  try {
    await client.connect();
  } catch (error) {
    cut(client);
    const answer = serverErrorOf(error);
    if (answer === undefined) throw unreachable(target, phase(), error);
    if (isRejection(answer)) return { outcome: 'rejected', engineCode: answer.sqlState };
    throw refusedLogin(answer, target, username);
  }
  return { outcome: 'accepted', connection: openConnection(client, target, deadline) };
}

function openConnection(client: Client, target: Target, deadline: Deadline): Connection {
  return {
    target,
    async query(sql, parameters) {
      const timer = setTimeout(() => cut(client), deadline.remainingMs());
      try {
        const result = await client.query(sql, parameters === undefined ? undefined : [...parameters]);
        const last: unknown = Array.isArray(result) ? result.at(-1) : result;
        return rowsOf(last);
      } catch (error) {
        if (serverErrorOf(error) !== undefined) throw error;
        throw unreachable(target, sql === 'COMMIT' ? 'commit' : 'query', error);
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

/** What the driver has of its wire, which its types leave out. */
interface Wire {
  readonly stream: NodeJS.ReadWriteStream & { destroy(): void };
  once(event: 'connect' | 'sslconnect', listener: () => void): void;
}

function wireOf(client: Client): Wire {
  return Reflect.get(client, 'connection') as Wire;
}

function cut(client: Client): void {
  wireOf(client).stream.destroy();
}

/** Follows how far a connection has come, to say where it broke off. */
function watchPhase(client: Client, ssl: boolean): () => EnginePhase {
  let phase: EnginePhase = 'connect';
  const wire = wireOf(client);
  wire.once('connect', () => {
    phase = ssl ? 'tls' : 'startup';
  });
  wire.once('sslconnect', () => {
    wire.stream.once('secureConnect', () => {
      phase = 'startup';
    });
  });
  return () => phase;
}

const phaseHints: Readonly<Record<EnginePhase, string>> = {
  dns: 'The name does not resolve from here. Check the secret\'s "host"; a private name needs the function in its VPC.',
  connect:
    'Check the route: the function\'s subnets and security group, the database\'s security group (this port, from the function\'s group), and the secret\'s "host" and "port".',
  tls: 'TLS failed. If the certificate comes from a private authority, give its PEM file with CA_BUNDLE (a layer); "host" must be a name in the certificate; a server without TLS needs "ssl": false in the secret.',
  startup: 'The server took the connection and then did not finish the login.',
  query: 'The connection broke before the change was committed, so nothing has changed.',
  commit: 'Whether the change took effect is not known; the retry finds out by logging in.',
};

function unreachable(target: Target, reached: EnginePhase, error: unknown): EngineUnreachableError {
  if (error instanceof EngineUnreachableError) return error;
  const reason = reasonOf(error);
  const phase = reason === 'ENOTFOUND' || reason === 'EAI_AGAIN' ? 'dns' : reached;
  return new EngineUnreachableError(
    target,
    phase,
    `No session with ${target.host}:${target.port} (${phase}: ${reason}). ${phaseHints[phase]}`,
  );
}

/** Texts of the driver that say more than a code; whatever else it says is not passed on. */
const driverTexts: Readonly<Record<string, string>> = {
  'timeout expired': 'no answer in time',
  'The server does not support SSL connections': 'the server does not offer TLS',
  'Connection terminated unexpectedly': 'the connection was closed',
  'Connection terminated': 'the connection was closed',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // A name with several addresses fails with one error for each of them.
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return driverTexts[error.message] ?? error.name;
}
