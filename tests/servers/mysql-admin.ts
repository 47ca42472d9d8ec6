import { randomBytes } from 'node:crypto';
import type { MysqlServer } from './mysql.ts';
import { logInToMysql, mysqlRows } from './mysql-login.ts';

/** A user that may make other users and is not root, as RDS hands one out, with an open session. */
export interface MysqlAdmin extends AsyncDisposable {
  readonly username: string;
  readonly password: string;
  readonly database: string;
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * What RDS's master user has in every version: all static privileges but SUPER, FILE, SHUTDOWN and CREATE TABLESPACE.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const staticPrivileges = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'PROCESS', 'REFERENCES', 'INDEX'],
  ...['ALTER', 'SHOW DATABASES', 'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'REPLICATION SLAVE'],
  ...['REPLICATION CLIENT', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'CREATE USER'],
  ...['EVENT', 'TRIGGER'],
];

/** What it has besides, in MySQL from 8.0.36 on, through `rds_superuser_role`. */
const mysqlPrivileges = [
  'CREATE ROLE',
  'DROP ROLE',
  'APPLICATION_PASSWORD_ADMIN',
  'ROLE_ADMIN',
  'XA_RECOVER_ADMIN',
];

/** Makes the admin and a database, and logs in. */
export async function createMysqlAdmin(
  server: MysqlServer,
  { username = 'master', database = 'app' }: { readonly username?: string; readonly database?: string } = {},
): Promise<MysqlAdmin> {
  const password = randomBytes(24).toString('base64url');
  const superuser = await logInToMysql(server, {
    user: server.superuser,
    password: server.superuserPassword,
  });
  const privileges = [...staticPrivileges, ...(server.flavor === 'mysql' ? mysqlPrivileges : [])];
  try {
    await superuser.query('CREATE USER ?@? IDENTIFIED BY ?', [username, '%', password]);
    await superuser.query(`GRANT ${privileges.join(', ')} ON *.* TO ?@? WITH GRANT OPTION`, [username, '%']);
    await superuser.query('CREATE DATABASE ??', [database]);
  } finally {
    await superuser.end();
  }
  const session = await logInToMysql(server, { user: username, password, database });
  return {
    username,
    password,
    database,
    query: (sql, values) => mysqlRows(session, sql, values),
    [Symbol.asyncDispose]: () => session.end(),
  };
}
