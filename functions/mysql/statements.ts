import { createHash, randomBytes, scryptSync } from 'node:crypto';
import type { Account } from './accounts.ts';
import { alternateKey, primaryKey } from './accounts.ts';
import { quoteAccount, quoteIdentifier, quoteLiteral } from './quoting.ts';
import type { Server } from './server.ts';
import { nativeVerifier } from './verifier.ts';

/** How a new password is sent to MariaDB: as what the server stores of it, or, for servers that refuse that, as it is. */
export type PasswordForm = 'verifier' | 'plaintext';

/** An account by its name. */
type Named = Pick<Account, 'user' | 'host'>;

/**
 * Waits for other rotations of this user and asks what the server is. The lock is held by the session, in the server
 * as a whole.
 *
 * @param seconds longest wait
 */
export function lockQuery(user: string, seconds: number): string {
  return `SELECT GET_LOCK(${quoteLiteral(lockName(user))}, ${seconds}) AS locked, VERSION() AS version, CURRENT_USER() AS account`;
}

/** Names of locks have 64 characters at most, and letters' case does not count in them. */
export function lockName(user: string): string {
  return `rotating-secret:${createHash('sha256').update(user).digest('hex').slice(0, 40)}`;
}

/** Who the session is for the server, which may be another account than the one it logged in for. */
export const whoQuery = 'SELECT CURRENT_USER() AS account';

/**
 * Sets the password of the session's own user.
 *
 * @param current given, the server makes sure that it is the account's (primary) password
 */
export function alterOwnPassword(
  server: Server,
  password: string,
  form: PasswordForm,
  current?: string,
): string {
  if (server.isMariadb) {
    // ALTER USER would need CREATE USER, even for oneself.
    return form === 'verifier'
      ? `SET PASSWORD = ${quoteLiteral(nativeVerifier(password))}`
      : `SET PASSWORD = PASSWORD(${quoteLiteral(password)})`;
  }
  const replace = current === undefined ? '' : ` REPLACE ${quoteLiteral(current)}`;
  return `ALTER USER USER() IDENTIFIED BY ${quoteLiteral(password)}${replace}`;
}

/** An account, and the authentication plugin that it shall have where that is another than it has. */
export interface PasswordChange extends Named {
  readonly newPlugin?: string | undefined;
}

/** Sets the password of accounts in one statement, which in MySQL takes effect for all or for none. */
export function alterPasswords(
  server: Server,
  accounts: readonly PasswordChange[],
  password: string,
  form: PasswordForm,
): string {
  const clauses = accounts.map(
    (account) => `${quoteAccount(account)} ${identified(server, password, form, account.newPlugin)}`,
  );
  return `ALTER USER ${clauses.join(', ')}`;
}

/** The same for MySQL, with the present password retained as a second one. */
export function alterPasswordsRetaining(
  server: Server,
  accounts: readonly Named[],
  password: string,
): string {
  const clause = `IDENTIFIED BY ${quoteLiteral(password)} RETAIN CURRENT PASSWORD`;
  const mark = JSON.stringify({ [primaryKey]: primaryMark(accounts[0]?.user ?? '', password) });
  const attribute = server.version >= 80_021 ? ` ATTRIBUTE ${quoteLiteral(mark)}` : '';
  return `ALTER USER ${accounts.map((account) => `${quoteAccount(account)} ${clause}`).join(', ')}${attribute}`;
}

/** Tells passwords apart for whoever knows them, and nobody else. */
export function primaryMark(user: string, password: string): string {
  return scryptSync(password, `rotating-secret:${user}`, 16).toString('hex');
}

/** Makes an account with a password that nobody knows, so that it can be finished before anybody can log in. */
export function createAccount(
  server: Server,
  account: Named,
  form: PasswordForm,
  next: string,
  plugin?: string,
): string {
  // It meets each rule of length and kinds of characters that the next password meets, because it holds it.
  const unknown = `${randomBytes(24).toString('base64url')}${next}`;
  return `CREATE USER IF NOT EXISTS ${quoteAccount(account)} ${identified(server, unknown, form, plugin)}`;
}

function identified(server: Server, password: string, form: PasswordForm, plugin?: string): string {
  if (!server.isMariadb) {
    const method = plugin === undefined ? '' : ` WITH ${quoteLiteral(plugin)}`;
    return `IDENTIFIED${method} BY ${quoteLiteral(password)}`;
  }
  return form === 'verifier'
    ? `IDENTIFIED BY PASSWORD ${quoteLiteral(nativeVerifier(password))}`
    : `IDENTIFIED BY ${quoteLiteral(password)}`;
}

/** Brings an account's TLS requirement, limits and password rules to another's, and says whose alternate it is. */
export function alignStatements(
  server: Server,
  first: Account,
  second: Account | undefined,
  to: Named,
): readonly string[] {
  const isMarked = second?.alternateOf === first.user;
  const canMark = !server.isMariadb && server.version >= 80_021;
  const clauses = [
    ...(second?.attributes === first.attributes ? [] : [first.attributes]),
    ...(isMarked || !canMark
      ? []
      : [`ATTRIBUTE ${quoteLiteral(JSON.stringify({ [alternateKey]: first.user }))}`]),
  ];
  return clauses.length === 0 ? [] : [`ALTER USER ${quoteAccount(to)} ${clauses.join(' ')}`];
}

/** Sets the roles that are active from the login on. */
export function setDefaultRoles(server: Server, roles: readonly string[], account: Named): string {
  const list = roles.length === 0 ? 'NONE' : roles.join(', ');
  return server.isMariadb
    ? `SET DEFAULT ROLE ${list} FOR ${quoteAccount(account)}`
    : `ALTER USER ${quoteAccount(account)} DEFAULT ROLE ${list}`;
}

/** Quotes a role: its name or, where it is not at every host, `name@host`. */
export function quoteRole(server: Server, role: string): string {
  if (server.isMariadb) return quoteIdentifier(role);
  const at = role.lastIndexOf('@');
  return at < 0
    ? quoteAccount({ user: role, host: '%' })
    : quoteAccount({ user: role.slice(0, at), host: role.slice(at + 1) });
}
