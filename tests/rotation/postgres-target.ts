import pg from 'pg';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { createPostgresAdmin, type PostgresAdmin } from '../servers/postgres-admin.ts';
import { logIn, loginOutcome } from '../servers/postgres-login.ts';
import type { Target } from './target.ts';

/** A PostgreSQL server to rotate in, with what only tests of PostgreSQL ask. */
export interface PostgresTarget extends Target {
  readonly server: PostgresServer;
  /** A session of the admin. */
  readonly session: PostgresAdmin;
  /** A session of the superuser, for what RDS would not let its users see or do. */
  readonly superuser: pg.Client;
}

/** Every printable character of ASCII, and some that take two to four bytes; 63 bytes at most with `_clone`. */
const oddUsernames = [
  'has space',
  `quote"quote'`,
  'back\\slash$1%s',
  'UPPER.lower-dash/slash@at:colon',
  '!#&()*+,;<=>?[]^`{|}~',
  'ünïcode-имя-名前-😀',
  'select',
];

/** Starts a server and makes the admin. */
export async function startPostgresTarget(options: PostgresOptions): Promise<PostgresTarget> {
  const server = await startPostgres(options);
  const session = await createPostgresAdmin(server);
  const superuser = await logIn(server, {
    user: server.superuser,
    password: server.superuserPassword,
    database: session.database,
  });
  const { host, port, caPath } = server;
  const dbname = session.database;
  return {
    server,
    session,
    superuser,
    engine: 'postgres',
    bundle: 'postgres',
    host,
    port,
    dbname,
    caPath,
    admin: { username: session.username, password: session.password },
    oddUsernames,
    async createUser({ username, password }) {
      await session.createUser(username, password);
    },
    async setPassword({ username, password }) {
      await session.query(
        `ALTER ROLE ${pg.escapeIdentifier(username)} PASSWORD ${pg.escapeLiteral(password)}`,
      );
    },
    async logsIn({ username, password }) {
      const outcome = await loginOutcome(server, { user: username, password, database: dbname });
      if (outcome === 'accepted') return true;
      if (outcome === '28P01') return false;
      throw new Error(`expected the server to accept or reject the password; it answered ${outcome}`);
    },
    async logins() {
      const lines = (await server.log()).split('\n');
      return {
        accepted: lines.filter((line) =>
          /connection authorized: .*application_name=rotating-secret/.test(line),
        ).length,
        rejected: lines.filter((line) => /FATAL: {2}password authentication failed/.test(line)).length,
      };
    },
    async openSessions() {
      const { rows } = await superuser.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'rotating-secret'",
      );
      return rows[0]?.count ?? -1;
    },
    log: () => server.log(),
    async [Symbol.asyncDispose]() {
      await superuser.end();
      await session.close();
      await server.stop();
    },
  };
}
