import pg from 'pg';
import type { PostgresServer } from './postgres.ts';

/** Who logs in where. */
export interface LoginOptions {
  readonly user: string;
  readonly password: string;
  /** Default `postgres`. */
  readonly database?: string;
}

/** Logs in with TLS, verified against the server's own authority; the caller ends the client. */
export async function logIn(
  server: Pick<PostgresServer, 'host' | 'port' | 'caPem'>,
  { user, password, database = 'postgres' }: LoginOptions,
): Promise<pg.Client> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user,
    password,
    database,
    ssl: { ca: server.caPem },
    connectionTimeoutMillis: 20_000,
  });
  // The server closes idle sessions when it stops; without a listener that would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Logs in and out again: `accepted`, or the SQLSTATE with which the server refused (`28P01`: wrong password). */
export async function loginOutcome(
  server: Pick<PostgresServer, 'host' | 'port' | 'caPem'>,
  options: LoginOptions,
): Promise<string> {
  try {
    const client = await logIn(server, options);
    await client.end();
    return 'accepted';
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code !== undefined) return error.code;
    throw error;
  }
}
