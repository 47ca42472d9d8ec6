/**
 * Sets a session up such that what this engine quotes means the same everywhere: UTF-8, and a `sql_mode` in which a
 * backslash escapes and double quotes delimit strings, whatever the server's defaults are. It also says by which
 * program the session was opened, which shows in the server's general log.
 *
 * @param idleSeconds after so long without a statement the server ends the session, so that a sandbox that was frozen
 *   does not hold its lock
 * @param lockSeconds longest wait for a lock on the grant tables
 */
export function setUpStatement(idleSeconds: number, lockSeconds: number): string {
  return (
    '/* rotating-secret */ SET NAMES utf8mb4, ' +
    `SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION wait_timeout = ${idleSeconds}, SESSION lock_wait_timeout = ${lockSeconds}`
  );
}

/**
 * Quotes an identifier so that the server reads exactly this name, whatever is in it.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/identifiers.html
 */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * Quotes a string constant for a session that {@link setUpStatement} has set up.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/string-literals.html
 */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Quotes the name of an account, as SHOW GRANTS does. */
export function quoteAccount({ user, host }: { readonly user: string; readonly host: string }): string {
  return `${quoteIdentifier(user)}@${quoteIdentifier(host)}`;
}
