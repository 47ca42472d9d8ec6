import { createHash } from 'node:crypto';

/**
 * Computes what MariaDB stores of a password for `mysql_native_password`, so that the password itself is never sent
 * and cannot end up in the server's log: an asterisk and the SHA-1 of the SHA-1 in capital hexadecimal digits.
 *
 * @see https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/
 */
export function nativeVerifier(password: string): string {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
