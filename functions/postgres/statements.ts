import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import type { Role, Setting } from './roles.ts';

/**
 * Begins a transaction that cannot be led astray, whatever its role or database has as defaults: it may write, names
 * resolve in `pg_catalog` only, a commit is on disk, and no wait outlasts the invocation, on the server's side either.
 *
 * @param timeoutMs what the invocation has left
 * @param by a user acts for itself, although its sessions may begin as another role; an admin may have its rights there
 */
export function beginStatement(timeoutMs: number, by: 'user' | 'admin'): string {
  return [
    'BEGIN READ WRITE',
    'SET LOCAL search_path = pg_catalog',
    ...(by === 'user' ? ['SET LOCAL ROLE NONE'] : []),
    // A password that a crash of the server took back would no longer be AWSCURRENT's.
    'SET LOCAL synchronous_commit = on',
    `SET LOCAL statement_timeout = ${timeoutMs}`,
    `SET LOCAL lock_timeout = ${Math.max(1, timeoutMs - 500)}`,
    // A sandbox may be frozen between two statements; the role's row must not stay locked until it thaws.
    `SET LOCAL idle_in_transaction_session_timeout = ${timeoutMs + 5_000}`,
  ].join('; ');
}

/** Tries to take the advisory lock of a user's rotation, until the transaction ends. */
export const tryLockQuery =
  "SELECT pg_try_advisory_xact_lock(hashtext('rotating-secret'), hashtext($1)) AS locked";

/** What a change depends on. */
export const factsQuery = `
  SELECT current_setting('password_encryption') AS password_encryption,
         (SELECT source FROM pg_settings WHERE name = 'password_encryption') AS encryption_source,
         current_setting('scram_iterations', true) AS scram_iterations,
         current_setting('server_version_num') AS server_version`;

/** Sets the password of a role that exists. */
export function alterPassword(username: string, password: string): string {
  return `ALTER ROLE ${quoteIdentifier(username)} PASSWORD ${quoteLiteral(password)}`;
}

/** Makes a role that can log in; without a password it can not until it gets one. */
export function createUser(username: string, password?: string): string {
  const clause = password === undefined ? '' : ` PASSWORD ${quoteLiteral(password)}`;
  return `CREATE ROLE ${quoteIdentifier(username)} LOGIN${clause}`;
}

/** Grants a role to a user, with whatever options the server's version has for using it fully. */
export function grantRole(role: string, to: string, serverVersion: number): string {
  // Before 16 a member inherits or not by an attribute of its own.
  const options = serverVersion >= 160_000 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(to)}${options}`;
}

/**
 * Brings the second user of a pair to what the first has: attributes, settings, and `role` set to the first, so
 * that what it makes belongs to the first and either can use it. Only what differs is altered: an admin may
 * lack the right to state even what is so already.
 */
export function alignStatements(first: Role, second: Role): readonly string[] {
  const attributes = [
    ...attribute('LOGIN', true, second.canLogIn),
    ...attribute('INHERIT', true, second.inherits),
    ...attribute('CREATEDB', first.createDb, second.createDb),
    ...attribute('CREATEROLE', first.createRole, second.createRole),
    ...(first.connectionLimit === second.connectionLimit
      ? []
      : [`CONNECTION LIMIT ${first.connectionLimit}`]),
    ...(first.validUntil === second.validUntil
      ? []
      : [`VALID UNTIL ${quoteLiteral(first.validUntil ?? 'infinity')}`]),
  ];
  return [
    ...(attributes.length === 0
      ? []
      : [`ALTER ROLE ${quoteIdentifier(second.name)} ${attributes.join(' ')}`]),
    ...settingStatements(second.name, settingsOfSecond(first), second.settings),
  ];
}

function attribute(word: string, wanted: boolean, present: boolean): readonly string[] {
  return wanted === present ? [] : [wanted ? word : `NO${word}`];
}

/** The first user's settings, with `role` naming the first where it has no role of its own to act as. */
function settingsOfSecond(first: Role): readonly Setting[] {
  const actsAs = first.settings.some(({ database, name }) => database === undefined && name === 'role');
  return actsAs
    ? first.settings
    : [...first.settings, { database: undefined, name: 'role', value: first.name }];
}

function settingStatements(
  username: string,
  wanted: readonly Setting[],
  present: readonly Setting[],
): readonly string[] {
  const has = (settings: readonly Setting[], { database, name }: Setting): Setting | undefined =>
    settings.find((other) => other.database === database && other.name === name);
  const alter = ({ database }: Setting): string =>
    `ALTER ROLE ${quoteIdentifier(username)}${database === undefined ? '' : ` IN DATABASE ${quoteIdentifier(database)}`}`;
  return [
    ...present
      .filter((setting) => has(wanted, setting) === undefined)
      .map((setting) => `${alter(setting)} RESET ${settingName(setting.name)}`),
    ...wanted
      .filter((setting) => has(present, setting)?.value !== setting.value)
      .map((setting) => `${alter(setting)} SET ${settingName(setting.name)} = ${settingValue(setting)}`),
  ];
}

/** Settings of extensions have a name in two parts. */
function settingName(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

/**
 * Settings that hold a list of names, whose elements must be given one by one: as a single constant the whole
 * list would become one name. The same list is in pg_dump (`variable_is_guc_list_quote`).
 */
const listSettings = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

function settingValue({ name, value }: Setting): string {
  if (!listSettings.has(name.toLowerCase())) return quoteLiteral(value);
  const elements = listElements(value);
  return elements.length === 0 ? "''" : elements.map(quoteLiteral).join(', ');
}

/** Takes a stored list apart: elements are separated by commas, and quoted like identifiers where they need to be. */
export function listElements(value: string): readonly string[] {
  return [...value.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,"\s][^,"]*?))\s*(?:,|$)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );
}
