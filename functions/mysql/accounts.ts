import { EngineCommandError } from '../core/errors.ts';
import type { Connection, Row } from './connection.ts';
import { quoteAccount, quoteIdentifier, quoteLiteral } from './quoting.ts';
import type { Server } from './server.ts';

/** An account: a user at a host pattern. One user may have several, each with a password of its own. */
export interface Account {
  readonly user: string;
  readonly host: string;
  readonly plugin: string;
  readonly locked: boolean;
  /** TLS requirement, resource limits and password rules, as the clauses of ALTER USER that set them all. */
  readonly attributes: string;
  /** Roles that are active from the login on, quoted; sorted. */
  readonly defaultRoles: readonly string[];
  /** The first of the alternating pair that this account was made the second of; kept by MySQL from 8.0.21 on. */
  readonly alternateOf: string | undefined;
  /** What says which password was made the primary one when another was retained; kept by MySQL from 8.0.21 on. */
  readonly primaryMark: string | undefined;
}

/** Plugins that the driver can log in with. */
const supportedPlugins = {
  mysql: ['caching_sha2_password', 'sha256_password', 'mysql_native_password'],
  mariadb: ['mysql_native_password'],
} as const;

/** The key under which an account's attribute says whose alternate it is. */
export const alternateKey = 'rotating-secret:alternate-of';

/** The key under which an account's attribute says which password was made the primary one. */
export const primaryKey = 'rotating-secret:primary';

/** Reads all accounts of a user, in the order of their hosts. */
export async function readAccounts(
  connection: Connection,
  server: Server,
  user: string,
): Promise<readonly Account[]> {
  const rows = await connection.query(server.isMariadb ? mariadbQuery(user) : mysqlQuery(server, user));
  const roles = server.isMariadb ? [] : await connection.query(defaultRolesQuery(user));
  return rows.map((row) => {
    const host = text(row.host);
    return {
      user,
      host,
      plugin: text(row.plugin),
      locked: text(row.locked) === '1',
      attributes: attributesOf(row, server),
      defaultRoles: server.isMariadb
        ? mariadbDefaultRole(row)
        : roles.filter((role) => text(role.host) === host).map(roleOf),
      alternateOf: text(row.alternate_of) || undefined,
      primaryMark: text(row.primary_mark) || undefined,
    };
  });
}

const columns = `
  u.Host AS host, u.plugin AS plugin, u.ssl_type AS ssl_type,
  CAST(u.ssl_cipher AS CHAR) AS ssl_cipher, CAST(u.x509_issuer AS CHAR) AS x509_issuer, CAST(u.x509_subject AS CHAR) AS x509_subject,
  u.max_questions AS max_questions, u.max_updates AS max_updates, u.max_connections AS max_connections,
  u.max_user_connections AS max_user_connections`;

function mysqlQuery({ version }: Server, user: string): string {
  const attribute = (path: string): string =>
    `JSON_UNQUOTE(JSON_EXTRACT(u.User_attributes, ${quoteLiteral(path)}))`;
  const current = version >= 80_014 ? 'u.Password_require_current' : 'NULL';
  return `SELECT ${columns}, u.account_locked = 'Y' AS locked, u.password_lifetime AS lifetime,
       u.Password_reuse_history AS history, u.Password_reuse_time AS reuse, ${current} AS require_current,
       ${version >= 80_019 ? attribute('$.Password_locking.failed_login_attempts') : 'NULL'} AS failed_attempts,
       ${version >= 80_019 ? attribute('$.Password_locking.password_lock_time_days') : 'NULL'} AS lock_days,
       ${version >= 80_021 ? attribute(`$.metadata."${alternateKey}"`) : 'NULL'} AS alternate_of,
       ${version >= 80_021 ? attribute(`$.metadata."${primaryKey}"`) : 'NULL'} AS primary_mark
  FROM mysql.user u WHERE u.User = ${quoteLiteral(user)} ORDER BY u.Host`;
}

function mariadbQuery(user: string): string {
  return `SELECT ${columns}, COALESCE(JSON_VALUE(g.Priv, '$.account_locked'), 0) AS locked,
       JSON_VALUE(g.Priv, '$.password_lifetime') AS lifetime, u.max_statement_time AS max_statement_time,
       u.default_role AS default_role
  FROM mysql.user u JOIN mysql.global_priv g ON g.Host = u.Host AND g.User = u.User
 WHERE u.User = ${quoteLiteral(user)} AND u.is_role = 'N' ORDER BY u.Host`;
}

function defaultRolesQuery(user: string): string {
  return `SELECT HOST AS host, DEFAULT_ROLE_USER AS role, DEFAULT_ROLE_HOST AS role_host
  FROM mysql.default_roles WHERE USER = ${quoteLiteral(user)} ORDER BY role, role_host`;
}

function roleOf(row: Row): string {
  return quoteAccount({ user: text(row.role), host: text(row.role_host) });
}

function mariadbDefaultRole(row: Row): readonly string[] {
  const role = text(row.default_role);
  return role === '' ? [] : [quoteIdentifier(role)];
}

function attributesOf(row: Row, server: Server): string {
  return [
    `REQUIRE ${tlsRequirement(row)}`,
    `WITH MAX_QUERIES_PER_HOUR ${text(row.max_questions)} MAX_UPDATES_PER_HOUR ${text(row.max_updates)}`,
    `MAX_CONNECTIONS_PER_HOUR ${text(row.max_connections)} MAX_USER_CONNECTIONS ${text(row.max_user_connections)}`,
    ...(server.isMariadb ? [`MAX_STATEMENT_TIME ${text(row.max_statement_time)}`] : []),
    `PASSWORD EXPIRE ${expiry(text(row.lifetime))}`,
    ...(server.isMariadb ? [] : mysqlPasswordRules(row, server)),
  ].join(' ');
}

function tlsRequirement(row: Row): string {
  const type = text(row.ssl_type);
  if (type !== 'SPECIFIED') return { ANY: 'SSL', X509: 'X509' }[type] ?? 'NONE';
  const parts = [
    ['SUBJECT', text(row.x509_subject)],
    ['ISSUER', text(row.x509_issuer)],
    ['CIPHER', text(row.ssl_cipher)],
  ] as const;
  return parts
    .filter(([, value]) => value !== '')
    .map(([word, value]) => `${word} ${quoteLiteral(value)}`)
    .join(' AND ');
}

/** Days; nothing (in MariaDB also -1) for the server's default, 0 for never. */
function expiry(lifetime: string): string {
  if (lifetime === '' || lifetime === '-1') return 'DEFAULT';
  return lifetime === '0' ? 'NEVER' : `INTERVAL ${lifetime} DAY`;
}

function mysqlPasswordRules(row: Row, { version }: Server): readonly string[] {
  const required = { Y: 'PASSWORD REQUIRE CURRENT', N: 'PASSWORD REQUIRE CURRENT OPTIONAL' };
  const lockDays = text(row.lock_days) || '0';
  return [
    `PASSWORD HISTORY ${text(row.history) || 'DEFAULT'}`,
    `PASSWORD REUSE INTERVAL ${text(row.reuse) === '' ? 'DEFAULT' : `${text(row.reuse)} DAY`}`,
    ...(version >= 80_014
      ? [required[text(row.require_current) as 'Y' | 'N'] ?? 'PASSWORD REQUIRE CURRENT DEFAULT']
      : []),
    ...(version >= 80_019
      ? [
          `FAILED_LOGIN_ATTEMPTS ${text(row.failed_attempts) || '0'} PASSWORD_LOCK_TIME ${lockDays === '-1' ? 'UNBOUNDED' : lockDays}`,
        ]
      : []),
  ];
}

/** A column as text; absent values as the empty string. */
function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/**
 * Refuses an account that this function could not log in with, whatever its password.
 *
 * @throws EngineCommandError naming the account and its plugin
 */
export function refuseUnsupportedPlugin(account: Account, server: Server): void {
  const supported: readonly string[] = supportedPlugins[server.isMariadb ? 'mariadb' : 'mysql'];
  if (supported.includes(account.plugin)) return;
  throw refused(
    'unsupported',
    `The account ${quoteAccount(account)} authenticates with "${account.plugin}", which this function cannot log in with. Nothing has changed. ` +
      `Give it one of ${supported.join(', ')}.`,
  );
}

/**
 * Refuses an account whose password, once set, would let nobody in.
 *
 * @throws EngineCommandError naming the account
 */
export function refuseLocked(account: Account): void {
  if (!account.locked) return;
  throw refused(
    'state',
    `The account ${quoteAccount(account)} is locked, so no password would let it in. Nothing has changed. If it is the application's user, unlock it: ALTER USER ... ACCOUNT UNLOCK.`,
  );
}

/** The error for a user that must exist and does not. */
export function missingUser(user: string): EngineCommandError {
  return refused(
    'state',
    `There is no user "${user}". Create it (CREATE USER ...), or let the rotation do so with the tag rotating-secret:manage-user.`,
  );
}

function refused(reason: 'state' | 'unsupported', message: string): EngineCommandError {
  return new EngineCommandError(reason, undefined, message);
}
