import type { Credentials } from '../database-secret.ts';
import type { CredentialChange, Engine, Fence, LoginResult, Session } from '../engine.ts';
import { EngineCommandError, SecretFormatError } from '../errors.ts';

/** A user of the model database. */
export interface ModelUser {
  /** What it can log in with: the newest first, then the one that was retained. */
  readonly passwords: readonly string[];
  /** The user whose privileges it has. */
  readonly memberOf?: string | undefined;
}

/** A login as the server saw it. */
export interface SeenLogin extends Pick<Credentials, 'host' | 'port' | 'username' | 'dbname' | 'ssl'> {
  readonly password: string;
  readonly outcome: LoginResult['outcome'];
}

/** A database without a network: users and passwords, one lock for each user, and all that happened. */
export interface ModelDatabase {
  readonly engine: Engine;
  readonly users: Map<string, ModelUser>;
  readonly logins: readonly SeenLogin[];
  /** Every change that was asked for, whether or not it took effect. */
  readonly changes: readonly CredentialChange[];
  openSessions(): number;
  logsIn(username: string, password: string): boolean;
}

/** What a model database starts as. */
export interface ModelDatabaseOptions {
  readonly users: Readonly<Record<string, string | ModelUser>>;
  /** Gets a line for each login, lock, end of a change, verification and end of a session. */
  readonly journal?: string[];
  /** Runs before a login is answered; throws where the server does not get that far. */
  readonly onLogin?: (credentials: Credentials) => void;
  /** Runs inside the lock, before the fence: the place for what others do meanwhile, or to refuse the change. */
  readonly onLock?: (change: CredentialChange) => void;
  /** Whether a user may keep two passwords of its own; default true. */
  readonly usersMayRetain?: boolean;
  readonly notices?: readonly string[];
}

/** The code with which the model rejects a password. */
export const rejectionCode = '28P01';

/** Longest user name, in characters. */
const longestName = 20;

/** Makes a model database, whose `admin` may change everybody. */
export function modelDatabase(options: ModelDatabaseOptions): ModelDatabase {
  const { journal = [], onLogin, onLock, usersMayRetain = true, notices } = options;
  const users = new Map(
    Object.entries(options.users).map(([name, user]) => [
      name,
      typeof user === 'string' ? { passwords: [user] } : user,
    ]),
  );
  const logins: SeenLogin[] = [];
  const changes: CredentialChange[] = [];
  const locks = new Map<string, Promise<unknown>>();
  let openSessions = 0;
  const logsIn = (username: string, password: string): boolean =>
    users.get(username)?.passwords.includes(password) ?? false;

  const applyLocked = async (change: CredentialChange, fence: Fence): Promise<boolean> => {
    const { username, password, retain, privilegesOf, manage } = change;
    journal.push(`lock ${username}`);
    onLock?.(change);
    const user = users.get(username);
    if (user === undefined && manage === undefined && privilegesOf === undefined)
      throw new EngineCommandError('state', '42704', `There is no user "${username}".`);
    if (!(await fence())) {
      journal.push(`roll back ${username}`);
      return false;
    }
    const retained = retain === undefined ? [] : [retain.reveal()];
    users.set(username, { ...user, memberOf: privilegesOf, passwords: [password.reveal(), ...retained] });
    journal.push(`commit ${username}`);
    return true;
  };

  const openSession = (sessionUser: string): Session => {
    openSessions++;
    return {
      ...(notices === undefined ? {} : { notices }),
      async apply(change, fence) {
        changes.push(change);
        const { username, by, retain } = change;
        if (by === 'user' && sessionUser !== username)
          throw new EngineCommandError(
            'privilege',
            '42501',
            `"${sessionUser}" may not change "${username}".`,
          );
        if (by === 'user' && retain !== undefined && !usersMayRetain)
          throw new EngineCommandError('privilege', '1227', `"${username}" may not have two passwords.`);
        const turn = (locks.get(username) ?? Promise.resolve()).then(() => applyLocked(change, fence));
        locks.set(
          username,
          turn.catch(() => undefined),
        );
        return turn;
      },
      async verify(privilegesOf) {
        journal.push(`verify ${sessionUser}`);
        if (users.get(sessionUser)?.memberOf === privilegesOf || privilegesOf === undefined) return;
        throw new EngineCommandError('privilege', undefined, `"${sessionUser}" is no "${privilegesOf}".`);
      },
      async [Symbol.asyncDispose]() {
        openSessions--;
        journal.push(`close ${sessionUser}`);
      },
    };
  };

  return {
    users,
    logins,
    changes,
    openSessions: () => openSessions,
    logsIn,
    engine: {
      name: 'model',
      shape: { engines: ['model'], defaultPort: 5432, defaultDbname: 'main' },
      strategies: ['single-user', 'alternating-users', 'dual-password'],
      checkUsername(username) {
        if (username.length <= longestName) return;
        throw new SecretFormatError('username', `The user name is longer than ${longestName} characters.`);
      },
      async logIn(credentials) {
        onLogin?.(credentials);
        const { host, port, username, dbname, ssl } = credentials;
        const password = credentials.password.reveal();
        const outcome = logsIn(username, password) ? 'accepted' : 'rejected';
        logins.push({ host, port, username, dbname, ssl, password, outcome });
        journal.push(`log in ${username}: ${outcome}`);
        return outcome === 'accepted'
          ? { outcome, session: openSession(username) }
          : { outcome, engineCode: rejectionCode };
      },
    },
  };
}
