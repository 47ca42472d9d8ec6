import type { Target } from '../core/database-secret.ts';
import {
  type CommandRefusal,
  EngineCommandError,
  EngineUnreachableError,
  type LoginRefusal,
  LoginRefusedError,
} from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';

/**
 * An error packet of the server, reduced to the fields that say what happened. The driver's own error carries the
 * statement as well, and in it the password.
 */
export class ServerRefusal extends Error {
  /** The server's number for the error: what the driver calls `code` is a table that the bundle leaves out. */
  readonly errno: number;

  constructor(errno: number, message: string) {
    super(message);
    this.name = 'ServerRefusal';
    this.errno = errno;
  }
}

/** Tells an answer of the server from a failure on the way to it. */
export function serverRefusalOf(error: unknown): ServerRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const errno: unknown = Reflect.get(error, 'errno');
  const message: unknown = Reflect.get(error, 'sqlMessage');
  // Node's own errors have numbers below zero; the server's begin at 1000.
  if (typeof errno === 'number' && errno >= 1_000)
    return new ServerRefusal(errno, typeof message === 'string' ? message : '');
  return unsupportedPlugin(error);
}

/** CR_AUTH_PLUGIN_CANNOT_LOAD, which a client gives itself when the server asks for a method that it does not have. */
const pluginCannotLoad = 2059;

function unsupportedPlugin(error: Error): ServerRefusal | undefined {
  if (!('code' in error) || error.code !== 'AUTH_SWITCH_PLUGIN_ERROR') return undefined;
  const plugin = /plugin '?([A-Za-z0-9_]+)'?|using ([a-z_]+),/.exec(error.message);
  return new ServerRefusal(pluginCannotLoad, plugin?.[1] ?? plugin?.[2] ?? 'unknown');
}

/**
 * Whether the server refused the credentials themselves, so that another password might do: 1045, and 1698 in
 * MariaDB. Both mean a wrong password, an unknown user, or a TLS requirement of the account that was not met.
 */
export function isRejection({ errno }: ServerRefusal): boolean {
  return errno === 1045 || errno === 1698;
}

/** The error of a login that the server refused for another reason than the credentials. */
export function refusedLogin(
  { errno, message }: ServerRefusal,
  target: Target,
  username: string,
): LoginRefusedError | EngineUnreachableError {
  const where = `${target.host}:${target.port}`;
  const known = loginRefusals[errno];
  if (known === undefined) {
    return new EngineUnreachableError(
      target,
      'startup',
      `${where} refused the session for "${username}" with error ${errno}: ${message}`,
    );
  }
  const { reason, text } = known;
  return new LoginRefusedError(
    reason,
    String(errno),
    `${where} refused the session for "${username}": ${text} (error ${errno}: ${message})`,
  );
}

const tooMany: LoginRefusalText = {
  reason: 'too-many-connections',
  text: 'no connection is left for it. Raise the limit (max_connections, or the limits of the account) or free some; the rotation is retried.',
};
const locked: LoginRefusalText = {
  reason: 'login-not-permitted',
  text: 'the account is locked. If it is the right one, unlock it: ALTER USER ... ACCOUNT UNLOCK.',
};
const unsupported: LoginRefusalText = {
  reason: 'unsupported-authentication',
  text: 'it asks for an authentication plugin that this function does not have. Give the account one of caching_sha2_password, sha256_password or mysql_native_password.',
};

interface LoginRefusalText {
  readonly reason: LoginRefusal;
  readonly text: string;
}

const loginRefusals: Readonly<Record<number, LoginRefusalText>> = {
  1040: tooMany,
  1203: tooMany,
  1226: tooMany,
  1049: {
    reason: 'no-such-database',
    text: 'there is no such database. Correct the secret\'s "dbname".',
  },
  1053: { reason: 'not-ready', text: 'the server is shutting down. The rotation is retried.' },
  1129: {
    reason: 'host-not-allowed',
    text: 'the server has blocked this host after too many failed connections. Unblock it with FLUSH HOSTS (mysqladmin flush-hosts).',
  },
  1130: {
    reason: 'host-not-allowed',
    text: "no account may log in from here. Give the user an account whose host pattern covers the function's subnets.",
  },
  1251: unsupported,
  1524: unsupported,
  [pluginCannotLoad]: unsupported,
  1862: {
    reason: 'login-not-permitted',
    text: 'its password has expired, and the server lets nobody in with it. Set one by hand (ALTER USER ... IDENTIFIED BY ...), or tag the secret with rotating-secret:manage-user and the admin sets it.',
  },
  3118: locked,
  4151: locked,
  3159: {
    reason: 'host-not-allowed',
    text: 'the server takes TLS only (require_secure_transport). Remove "ssl": false from the secret.',
  },
  3955: {
    reason: 'login-not-permitted',
    text: 'the account is locked for a while after failed logins (FAILED_LOGIN_ATTEMPTS). Find out who logs in with an old password; unlock it with ALTER USER ... ACCOUNT UNLOCK.',
  },
};

/**
 * The error of a statement that the server refused.
 *
 * @param secrets the server's text is left out where it quotes one of them, or might quote a part of one
 */
export function refusedCommand(
  { errno, message }: ServerRefusal,
  doing: string,
  secrets: readonly Sensitive<string>[],
): EngineCommandError {
  const { reason, wayOut } = commandRefusals[errno] ?? { reason: 'other', wayOut: '' };
  // 1064 quotes the place of a syntax error, which may be the middle of a password.
  const quotes = errno === 1064 || secrets.some((secret) => message.includes(secret.reveal()));
  const text = quotes ? '; its message is withheld because it may quote the password' : `: ${message}`;
  return new EngineCommandError(
    reason,
    String(errno),
    `${doing} was refused, and the password is what it was (error ${errno}${text}). ${wayOut}`.trimEnd(),
  );
}

const privilege = {
  reason: 'privilege',
  wayOut:
    'The login may not do this. An admin needs CREATE USER, SELECT on the schema mysql, and with alternating users all that the user has, WITH GRANT OPTION. ' +
    'A user that keeps two passwords needs GRANT APPLICATION_PASSWORD_ADMIN ON *.*, or an admin secret.',
} as const;
const busy = {
  reason: 'busy',
  wayOut: 'Another session holds the grant tables. The rotation is retried.',
} as const;
const readOnly = {
  reason: 'state',
  wayOut: 'This is a read-only server. Let the secret\'s "host" name the writer.',
} as const;

/** The user has no privilege on a database; without any, that it does not exist is not told. */
export const databaseNotAllowed = 1044;
/** validate_password refused a password. */
export const notValidPassword = 1819;
/** The password-history rule refused a password. */
export const historyContradiction = 3638;
/** REPLACE was given a password that is not the account's primary one. */
export const incorrectCurrentPassword = 3891;
/** The account may change its password only with REPLACE. */
export const missingCurrentPassword = 3892;

const commandRefusals: Readonly<
  Record<number, { readonly reason: CommandRefusal; readonly wayOut: string }>
> = {
  1044: privilege,
  1045: privilege,
  1142: privilege,
  1227: privilege,
  1410: privilege,
  1698: privilege,
  1699: privilege,
  1205: busy,
  1213: busy,
  3024: busy,
  1290: {
    reason: 'state',
    wayOut:
      'An option of the server forbids it: read_only (let the secret\'s "host" name the writer), or strict_password_validation of MariaDB, which needs PASSWORD_FORM=plaintext.',
  },
  1792: readOnly,
  1836: readOnly,
  1396: {
    reason: 'state',
    wayOut: 'The account does not exist, or somebody else made or dropped it at this moment.',
  },
  1524: {
    reason: 'unsupported',
    wayOut:
      "The account's authentication plugin is not loaded on this server. Load it, or give the account another.",
  },
  [notValidPassword]: {
    reason: 'policy',
    wayOut:
      'The rules of validate_password refuse it. Change PASSWORD_LENGTH or the EXCLUDE_ variables of the function to what they ask for.',
  },
  [historyContradiction]: {
    reason: 'policy',
    wayOut:
      'PASSWORD HISTORY or PASSWORD REUSE INTERVAL of the account refuses it; a fresh password will do.',
  },
  3523: {
    reason: 'state',
    wayOut: 'Create the role, or correct the tag rotating-secret:grant-roles.',
  },
  1959: {
    reason: 'state',
    wayOut: 'Create the role, or correct the tag rotating-secret:grant-roles.',
  },
};
