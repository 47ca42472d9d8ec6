import type { Credentials } from '../core/database-secret.ts';
import type { Deadline } from '../core/deadline.ts';
import type { Engine } from '../core/engine.ts';
import { LoginRefusedError, SecretFormatError } from '../core/errors.ts';
import { trustedAuthorities } from '../core/trust.ts';
import type { SessionOptions } from './change-context.ts';
import { type ConnectResult, connect, type Tls } from './connection.ts';
import { openSession } from './session.ts';

/** Longest user name, in characters: `USERNAME_CHAR_LENGTH` of each server's source. */
const longestName = { mysql: 32, mariadb: 128 } as const;

/** What the engine is made with. */
export interface MysqlOptions extends SessionOptions {
  /** Path of a PEM file with certificate authorities to trust as well. */
  readonly caBundle: string | undefined;
}

/** The engine for MySQL 8.0 to 9, Aurora MySQL and RDS for MySQL, and for MariaDB from 10.6 on. */
export function mysqlEngine({ caBundle, ...options }: MysqlOptions): Engine {
  // Reading some 150 certificates takes milliseconds; a warm process does it once. They are no secret.
  let known: Tls | undefined;
  const tls = (): Tls => {
    known ??= { ca: [...trustedAuthorities(caBundle)], rejectUnauthorized: true, verifyIdentity: true };
    return known;
  };
  /** A second connection beside the session's own may be one too many for the account; nothing is known then. */
  const tryConnect = async (credentials: Credentials, deadline: Deadline): Promise<ConnectResult> => {
    try {
      return await connect(credentials, deadline, tls);
    } catch (error) {
      if (!(error instanceof LoginRefusedError) || error.reason !== 'too-many-connections') throw error;
      return { outcome: 'rejected', engineCode: error.engineCode };
    }
  };
  return {
    name: 'mysql',
    shape: { engines: ['mysql', 'mariadb', 'aurora-mysql'], defaultPort: 3306 },
    strategies: ['single-user', 'alternating-users', 'dual-password'],
    checkUsername,
    async logIn(credentials, deadline) {
      const result = await connect(credentials, deadline, tls);
      if (result.outcome === 'rejected') return result;
      const user = {
        username: credentials.username,
        password: credentials.password,
        async accepts(username: string, password: typeof credentials.password): Promise<boolean> {
          const probe = await tryConnect({ ...credentials, username, password }, deadline);
          if (probe.outcome === 'rejected') return false;
          await probe.connection[Symbol.asyncDispose]();
          return true;
        },
      };
      return { outcome: 'accepted', session: openSession(result.connection, deadline, user, options) };
    },
  };
}

/** The servers take a name that is too long for an error, but cut spaces off and write "?" for what UTF-8 has in four bytes. */
function checkUsername(username: string, engine: string | undefined): void {
  const limit = longestName[engine === 'mariadb' ? 'mariadb' : 'mysql'];
  const length = [...username].length;
  if (length > limit) {
    throw new SecretFormatError(
      'username',
      `The user name of the next version would be ${length} characters long; the server allows ${limit}. ` +
        `With alternating users the first name may have ${limit - '_clone'.length}, because the second appends "_clone". Use a shorter name, or the single-user or dual-password strategy.`,
    );
  }
  if (username.endsWith(' ') || /[\u{10000}-\u{10ffff}]/u.test(username)) {
    throw new SecretFormatError(
      'username',
      'The server would not keep the user name as it is: it cuts off spaces at the end and has no characters beyond the Basic Multilingual Plane. Use another name.',
    );
  }
}
