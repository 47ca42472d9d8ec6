import type { Target } from '../core/database-secret.ts';
import {
  type CommandRefusal,
  EngineCommandError,
  EngineUnreachableError,
  type LoginRefusal,
  LoginRefusedError,
} from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';
import { textMember } from '../core/text-member.ts';

/** An ErrorResponse of the server, reduced to the fields that say what happened. */
export interface ServerError {
  readonly sqlState: string;
  /** The function in the server's source that raised it: unlike the message, it is never translated. */
  readonly routine: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
}

/** Tells an answer of the server from a failure on the way to it. */
export function serverErrorOf(error: unknown): ServerError | undefined {
  const sqlState = textMember(error, 'code');
  // The driver's own errors carry Node's codes ("ECONNREFUSED") or none; a severity comes only with a message of the server.
  if (sqlState === undefined || textMember(error, 'severity') === undefined) return undefined;
  return {
    sqlState,
    routine: textMember(error, 'routine'),
    message: textMember(error, 'message') ?? '',
    detail: textMember(error, 'detail'),
  };
}

/**
 * Whether the server refused the credentials themselves, so that another password might do.
 *
 * 28P01 is a wrong password, an unknown user or an expired one: the server does not tell them apart. 28000 is
 * that as well where it comes from the authentication itself, but it is also "no pg_hba.conf entry" and "not permitted
 * to log in", which no password changes.
 */
export function isRejection({ sqlState, routine, message }: ServerError): boolean {
  if (sqlState === '28P01') return true;
  if (sqlState === '28000') return routine === undefined || routine === 'auth_failed';
  // PgBouncer names no routine, and has one code for everything; its texts are not translated.
  return sqlState === '08P01' && routine === undefined && /authentication failed/i.test(message);
}

/** The error of a login that the server refused for another reason than the credentials. */
export function refusedLogin(
  error: ServerError,
  target: Target,
  username: string,
): LoginRefusedError | EngineUnreachableError {
  const where = `${target.host}:${target.port}`;
  const refused = (reason: LoginRefusal, text: string): LoginRefusedError =>
    new LoginRefusedError(reason, error.sqlState, `${text} (SQLSTATE ${error.sqlState}: ${error.message})`);
  switch (error.sqlState) {
    case '28000':
      return error.routine === 'ClientAuthentication'
        ? refused(
            'host-not-allowed',
            `${where} lets nobody in from here as "${username}": no entry of pg_hba.conf allows this user, database, address and TLS mode. Add one; with RDS check rds.force_ssl and the secret's "ssl".`,
          )
        : refused(
            'login-not-permitted',
            `The role "${username}" exists but may not log in. Allow it with ALTER ROLE ... LOGIN, or correct the secret's "username".`,
          );
    case '53300':
      return refused(
        'too-many-connections',
        `${where} has no connection left for "${username}". Raise the limit (max_connections, or CONNECTION LIMIT of the role or database) or free some; the rotation is retried.`,
      );
    case '3D000':
      return refused('no-such-database', `${where} has no such database. Correct the secret's "dbname".`);
    case '42501':
      return refused(
        'database-not-allowed',
        `"${username}" may not connect to this database. GRANT CONNECT ON DATABASE ... TO it, or correct the secret's "dbname".`,
      );
    case '57P03':
      return refused(
        'not-ready',
        `${where} is starting up, shutting down or recovering. The rotation is retried.`,
      );
    default:
      return new EngineUnreachableError(
        target,
        'startup',
        `${where} refused the session for "${username}" with SQLSTATE ${error.sqlState}: ${error.message}`,
      );
  }
}

/**
 * The error of a statement that the server refused.
 *
 * @param statement the server's text is left out where it quotes one of the secrets, or might quote a part of one
 */
export function refusedCommand(
  error: ServerError,
  doing: string,
  {
    secrets,
    setsPassword,
  }: { readonly secrets: readonly Sensitive<string>[]; readonly setsPassword: boolean },
): EngineCommandError {
  const { sqlState } = error;
  const { reason, wayOut } = refusalOf(error, setsPassword);
  return new EngineCommandError(
    reason,
    sqlState,
    `${doing} was refused, and nothing has changed (SQLSTATE ${sqlState}${safeText(error, secrets)}). ${wayOut}`.trimEnd(),
  );
}

interface Refusal {
  readonly reason: CommandRefusal;
  readonly wayOut: string;
}

function refusalOf({ sqlState, routine }: ServerError, setsPassword: boolean): Refusal {
  // A standby refuses the transaction itself, with the code of an unsupported feature.
  if (routine === 'check_transaction_read_only') return readOnly;
  // As the answer to another statement it is about a setting that is copied, not about the password.
  if (sqlState === '22023' && !setsPassword) return { reason: 'other', wayOut: '' };
  return commandRefusals[sqlState] ?? { reason: 'other', wayOut: '' };
}

const readOnly: Refusal = {
  reason: 'state',
  wayOut: 'This is a read-only server. Let the secret\'s "host" name the writer.',
};

const sessionEnded: Refusal = {
  reason: 'busy',
  wayOut: 'The server ended the session. The rotation is retried.',
};

const commandRefusals: Readonly<Record<string, Refusal>> = {
  '42501': {
    reason: 'privilege',
    wayOut:
      'The login may not do this. An admin needs CREATEROLE and, from PostgreSQL 16 on, the admin option: GRANT <user> TO <admin> WITH ADMIN OPTION. ' +
      'A user that may not change its own password (rds.restrict_password_commands) needs the manage-user tag.',
  },
  '22023': {
    reason: 'policy',
    wayOut:
      "The server's rules refuse this password. Change PASSWORD_LENGTH or the EXCLUDE_ variables of the function. " +
      'A server that refuses verifiers needs PASSWORD_FORM=plaintext.',
  },
  '0A000': {
    reason: 'unsupported',
    wayOut: 'A server that refuses verifiers needs PASSWORD_FORM=plaintext.',
  },
  '0LP01': {
    reason: 'state',
    wayOut:
      'The first user is a member of the second, so the second cannot be made a member of the first. Take it out: REVOKE <second> FROM <first>.',
  },
  '42704': {
    reason: 'state',
    wayOut:
      'Something that the change names does not exist, such as a role in the tag rotating-secret:grant-roles.',
  },
  '25006': readOnly,
  '25P03': sessionEnded,
  '25P04': sessionEnded,
  '57P01': sessionEnded,
  '57P02': sessionEnded,
  '55P03': {
    reason: 'busy',
    wayOut: 'Another session is changing this role and did not end in time. The rotation is retried.',
  },
  '57014': {
    reason: 'busy',
    wayOut:
      'The server did not finish in the time left to the function. The rotation is retried; raise its time-out if this repeats.',
  },
};

/** Codes that another transaction on the same role causes; what is rolled back can be tried again. */
export const concurrencyStates: readonly string[] = [
  'XX000', // "tuple concurrently updated": another session changed the role while this one waited for its row
  '40001',
  '40P01',
  '23505', // two sessions made the role
  '42710',
];

function safeText({ sqlState, message, detail }: ServerError, secrets: readonly Sensitive<string>[]): string {
  const text = detail === undefined ? message : `${message}; ${detail}`;
  // 42601 quotes the place of a syntax error, which may be the middle of a password.
  const quotes = sqlState === '42601' || secrets.some((secret) => text.includes(secret.reveal()));
  return quotes ? '; its message is withheld because it may quote the password' : `: ${text}`;
}
