import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresServer } from './postgres.ts';
import { logIn } from './postgres-login.ts';

/** A user that may make other users and is no superuser, as RDS hands one out, with an open session. */
export interface PostgresAdmin extends AsyncDisposable {
  readonly username: string;
  readonly password: string;
  /** The database that the admin owns. */
  readonly database: string;
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Makes a role that can log in and may use the admin's database; returns its password. */
  createUser(name: string, password?: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Makes the admin and a database that it owns. It has CREATEROLE and CREATEDB and, as the server itself gives from
 * PostgreSQL 16 on, ADMIN OPTION on the roles that it makes; like RDS's, it is no superuser.
 */
export async function createPostgresAdmin(
  server: PostgresServer,
  { username = 'master', database = 'app' }: { readonly username?: string; readonly database?: string } = {},
): Promise<PostgresAdmin> {
  const password = randomPassword();
  const superuser = await logIn(server, { user: server.superuser, password: server.superuserPassword });
  try {
    const name = pg.escapeIdentifier(username);
    await superuser.query(
      `CREATE ROLE ${name} LOGIN NOSUPERUSER CREATEROLE CREATEDB PASSWORD ${pg.escapeLiteral(password)}`,
    );
    await superuser.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${name}`);
  } finally {
    await superuser.end();
  }

  const session = await logIn(server, { user: username, password, database });
  return {
    username,
    password,
    database,
    query: async (sql, values = []) => (await session.query(sql, [...values])).rows,
    async createUser(name, userPassword = randomPassword()) {
      const role = pg.escapeIdentifier(name);
      await session.query(`CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(userPassword)}`);
      return userPassword;
    },
    close: () => session.end(),
    [Symbol.asyncDispose]: () => session.end(),
  };
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
