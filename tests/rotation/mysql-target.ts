import type { Connection } from 'mysql2/promise';
import { type MysqlOptions, type MysqlServer, startMysqlServer } from '../servers/mysql.ts';
import { createMysqlAdmin, type MysqlAdmin } from '../servers/mysql-admin.ts';
import { logInToMysql, mysqlLoginOutcome } from '../servers/mysql-login.ts';
import type { PackagedServer } from '../servers/mysql-packages.ts';
import type { Login, Target } from './target.ts';

/** A MySQL or MariaDB server to rotate in, with what only tests of these ask. */
export interface MysqlTarget extends Target {
  readonly server: MysqlServer;
  /** A session of the admin. */
  readonly session: MysqlAdmin;
  /** A session of the superuser, for what RDS would not let its users see or do. */
  readonly superuser: Connection;
}

/** Every printable character of ASCII, and some that take two or three bytes; 32 characters at most with `_clone`. */
const oddUsernames = [
  'has space',
  `quote"quote'tick\``,
  'back\\slash$1%s TO x',
  'UPPER.lower-dash/slash@at:',
  '!#&()*+,;<=>?[]^{|}~',
  'ünïcode-имя-名前',
  'select',
];

/** Starts a server and makes the admin. */
export async function startMysqlTarget(
  flavor: PackagedServer,
  options: MysqlOptions = {},
): Promise<MysqlTarget> {
  const server = await startMysqlServer(flavor, options);
  const session = await createMysqlAdmin(server);
  const superuser = await logInToMysql(server, {
    user: server.superuser,
    password: server.superuserPassword,
  });
  const { host, port, caPath } = server;
  const dbname = session.database;
  return {
    server,
    session,
    superuser,
    engine: flavor,
    bundle: 'mysql',
    host,
    port,
    dbname,
    caPath,
    admin: { username: session.username, password: session.password },
    oddUsernames,
    async createUser({ username, password }) {
      await session.query('CREATE USER ?@? IDENTIFIED BY ?', [username, '%', password]);
      await session.query('GRANT SELECT ON ??.* TO ?@?', [dbname, username, '%']);
      // With two passwords in mind: a user that is to keep one needs the right to. MariaDB knows no such thing.
      if (flavor === 'mysql')
        await session.query('GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO ?@?', [username, '%']);
    },
    async setPassword({ username, password }) {
      await session.query('ALTER USER ?@? IDENTIFIED BY ?', [username, '%', password]);
    },
    async logsIn(login) {
      const outcome = await mysqlLoginOutcome(server, asUser(login));
      if (outcome === 'accepted') return true;
      if (outcome === 1045) return false;
      throw new Error(`expected the server to accept or reject the password; it answered ${outcome}`);
    },
    async logins() {
      const log = await server.log();
      return {
        accepted: [...log.matchAll(/\/\* rotating-secret \*\//g)].length,
        rejected: [...log.matchAll(/Connect\tAccess denied for user/g)].length,
      };
    },
    async openSessions() {
      const [own] = await session.query<{ id: number }>('SELECT CONNECTION_ID() AS id');
      const others = await session.query<{ ID: number }>(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE USER NOT IN ('event_scheduler', 'system user', ?) AND ID <> ?",
        [server.superuser, own?.id],
      );
      return others.length;
    },
    log: () => server.log(),
    async [Symbol.asyncDispose]() {
      await superuser.end();
      await session[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

/** A login as the driver of the tests takes it. */
export function asUser({ username, password }: Login): { readonly user: string; readonly password: string } {
  return { user: username, password };
}
