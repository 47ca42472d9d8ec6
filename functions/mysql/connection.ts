import { connect as openSocket, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createConnection, type Connection as Driver } from 'mysql2';
import type { Credentials, Target } from '../core/database-secret.ts';
import type { Deadline } from '../core/deadline.ts';
import type { EnginePhase } from '../core/errors.ts';
import { quoteIdentifier, setUpStatement } from './quoting.ts';
import {
  databaseNotAllowed,
  isRejection,
  refusedCommand,
  refusedLogin,
  ServerRefusal,
  serverRefusalOf,
} from './server-error.ts';
import { unreachable } from './unreachable.ts';

/** Longest time for connecting, TLS and authentication together, in milliseconds; what an invocation has left may be less. */
const longestLoginMs = 15_000;

/** Longest wait for the server to take its leave, in milliseconds; after it the socket is cut. */
const longestFarewellMs = 1_000;

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** The driver's TLS options; always verified. One object for all logins lets it keep the parsed authorities. */
export interface Tls {
  readonly ca: string[];
  readonly rejectUnauthorized: true;
  readonly verifyIdentity: true;
}

/** An authenticated connection. */
export interface Connection extends AsyncDisposable {
  readonly target: Target;
  /** What the login showed that the operator should look at although it worked. */
  readonly notices: readonly string[];
  /**
   * Runs a statement and returns its rows.
   *
   * @param phase what the error shall say is not known when the connection breaks; default `query`
   * @throws EngineUnreachableError when the connection breaks or the deadline passes; the socket is cut then
   * @throws ServerRefusal when the server refuses it
   */
  query(sql: string, phase?: EnginePhase): Promise<readonly Row[]>;
}

/** How an attempt to connect ended. */
export type ConnectResult =
  | { readonly outcome: 'accepted'; readonly connection: Connection }
  | { readonly outcome: 'rejected'; readonly engineCode: string };

/**
 * Connects and authenticates, over TLS unless the credentials say otherwise. There is no fall-back: one
 * attempt, one mode.
 *
 * @param tls called only for TLS
 * @throws EngineUnreachableError, LoginRefusedError
 */
export async function connect(
  credentials: Credentials,
  deadline: Deadline,
  tls: () => Tls,
): Promise<ConnectResult> {
  const { host, port, username, password, dbname, ssl } = credentials;
  const target = { host, port };
  const socket = openSocket({ host, port, noDelay: true });
  // Node verifies a certificate against this name; it sets it itself for names but not for addresses, and would take
  // "localhost" in their place.
  Reflect.set(socket, '_host', host);
  const driver = createConnection({
    stream: () => socket,
    host,
    port,
    user: username,
    password: password.reveal(),
    ...(ssl ? { ssl: tls() } : {}),
    charset: 'UTF8MB4_GENERAL_CI',
    // A server could otherwise ask for any file of the function's.
    flags: ['-LOCAL_FILES'],
    disableEval: true,
    trace: false,
    connectTimeout: Math.min(longestLoginMs, deadline.remainingMs()),
  });
  // The driver reports a broken idle connection by an event, which would end the process if nobody listened.
  driver.on('error', () => undefined);
  const phase = watchPhase(socket, driver, ssl);
  try {
    await handshake(driver);
  } catch (error) {
    const reached = phase();
    socket.destroy();
    const answer = serverRefusalOf(error);
    if (answer === undefined) throw unreachable(target, reached, error);
    if (isRejection(answer)) return { outcome: 'rejected', engineCode: String(answer.errno) };
    throw refusedLogin(answer, target, username);
  }
  const notices: string[] = [];
  const connection = openConnection(driver, socket, target, deadline, notices);
  try {
    await setUp(connection, deadline);
    notices.push(...(await useDatabase(connection, username, dbname)));
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return { outcome: 'accepted', connection };
}

function handshake(driver: Driver): Promise<void> {
  return new Promise((resolve, reject) => {
    driver.once('connect', () => resolve());
    driver.once('error', reject);
  });
}

async function setUp(connection: Connection, deadline: Deadline): Promise<void> {
  const seconds = Math.ceil(deadline.remainingMs() / 1_000);
  // Less than is left, so that the server gives up the change before this function gives up the server.
  const lockSeconds = Math.max(1, Math.floor(seconds / 3));
  try {
    await connection.query(setUpStatement(seconds + 5, lockSeconds), 'startup');
  } catch (error) {
    throw error instanceof ServerRefusal ? refusedCommand(error, 'Setting up the session', []) : error;
  }
}

/**
 * Checks the secret's database. That the user may not use it is no reason to keep an old password: rights come and go
 * on their own, and a user that was made a moment ago may be waiting for them.
 */
async function useDatabase(
  connection: Connection,
  username: string,
  dbname: string | undefined,
): Promise<readonly string[]> {
  if (dbname === undefined) return [];
  try {
    await connection.query(`USE ${quoteIdentifier(dbname)}`);
    return [];
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    if (error.errno !== databaseNotAllowed) throw refusedLogin(error, connection.target, username);
    return [
      `"${username}" has no right on the secret's database yet, or there is none of this name (error ${error.errno}).`,
    ];
  }
}

function openConnection(
  driver: Driver,
  socket: Socket,
  target: Target,
  deadline: Deadline,
  notices: readonly string[],
): Connection {
  return {
    target,
    notices,
    async query(sql, phase = 'query') {
      const timer = setTimeout(() => socket.destroy(), deadline.remainingMs());
      try {
        return await run(driver, sql);
      } catch (error) {
        // The driver's own error carries the statement, and with it the password.
        throw serverRefusalOf(error) ?? unreachable(target, phase, error);
      } finally {
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => socket.destroy(), longestFarewellMs);
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        if (socket.destroyed) resolve();
        // Ending a connection that is broken already fails, and there is nothing left to do about it.
        driver.end(() => undefined);
      });
      clearTimeout(timer);
    },
  };
}

function run(driver: Driver, sql: string): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    driver.query(sql, (error, rows) => {
      if (error === null) resolve(Array.isArray(rows) ? (rows as Row[]) : []);
      else reject(error);
    });
  });
}

/** Follows how far a connection has come, to say where it broke off. */
function watchPhase(socket: Socket, driver: Driver, ssl: boolean): () => EnginePhase {
  let connected = false;
  socket.once('connect', () => {
    connected = true;
  });
  return () => {
    if (!connected) return 'connect';
    // The driver puts the TLS socket in the plain one's place when the server has agreed to TLS.
    const stream: unknown = Reflect.get(driver, 'stream');
    const isSecure = stream instanceof TLSSocket && stream.authorized;
    return ssl && stream instanceof TLSSocket && !isSecure ? 'tls' : 'startup';
  };
}
