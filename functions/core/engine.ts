import type { Credentials, SecretShape } from './database-secret.ts';
import type { Deadline } from './deadline.ts';
import type { Strategy } from './environment.ts';
import type { Sensitive } from './sensitive.ts';

/**
 * One kind of database that credentials are rotated in. An engine answers what only an engine can; the order
 * of things, the labels and the rules about them are the lifecycle's.
 */
export interface Engine {
  /** The name in logs. */
  readonly name: string;
  /** What its secrets look like. */
  readonly shape: SecretShape;
  /** The strategies that it can carry out. */
  readonly strategies: readonly Strategy[];
  /**
   * Refuses a user name that the server would not hold as it is: servers cut long names off silently, which
   * makes another user of it.
   *
   * @param engine the secret's `engine`, where products that share a function differ
   * @throws SecretFormatError
   */
  checkUsername(username: string, engine: string | undefined): void;
  /**
   * Opens a session. `rejected` only when the server answered and refused these credentials, so that another
   * password might do; whatever else goes wrong is thrown.
   *
   * @throws EngineUnreachableError when nothing is known of the credentials: DNS, TCP, TLS, time
   * @throws LoginRefusedError when the server refused for a reason that another password would not change
   */
  logIn(credentials: Credentials, deadline: Deadline): Promise<LoginResult>;
}

/** How an attempt to log in ended. */
export type LoginResult =
  | { readonly outcome: 'accepted'; readonly session: Session }
  | { readonly outcome: 'rejected'; readonly engineCode: string };

/** An authenticated session in the target. Disposing of it closes the connection, whatever happened. */
export interface Session extends AsyncDisposable {
  /**
   * Makes a credential valid. Safe to repeat with the same change.
   *
   * Takes a lock in the target that lets one rotation of this user through at a time, then calls `fence`, and
   * only if that returns true lets the change take effect; if it returns false or throws, nothing has
   * taken effect.
   *
   * @returns whether the change took effect
   * @throws EngineCommandError when the server refuses the change; with the reason `privilege` before `fence` is
   *   called where the engine can tell beforehand, so that an admin can be asked instead
   * @throws EngineUnreachableError when the outcome is not known
   */
  apply(change: CredentialChange, fence: Fence): Promise<boolean>;
  /** What the login or `apply` found that the operator should look at although nothing failed. */
  readonly notices?: readonly string[];
  /**
   * Checks that this session can do what it should: it is a login of its user and, for the second user of a
   * pair, has the privileges of the first.
   *
   * @throws EngineCommandError naming what is missing
   */
  verify(privilegesOf: string | undefined): Promise<void>;
}

/** Reads the labels again; true while the rotation is still to happen. Throws when it must not. */
export type Fence = () => Promise<boolean>;

/** A user and the password that it shall have. */
export interface CredentialChange {
  readonly username: string;
  readonly password: Sensitive<string>;
  /** Who makes the change: the user itself, or an admin. */
  readonly by: 'user' | 'admin';
  /**
   * The user whose privileges this one shall have, no more and no less, and which is never changed: the first
   * of an alternating pair when this is the second. The user is made when it does not exist.
   */
  readonly privilegesOf: string | undefined;
  /** The other of an alternating pair when this is the first: proves that the two are one pair. */
  readonly alternateOf: string | undefined;
  /** The password that shall go on working beside the new one; present with the dual-password strategy. */
  readonly retain: Sensitive<string> | undefined;
  /** Present when the admin may make the user. The roles are granted to it, or to the user whose privileges it shall have. */
  readonly manage: { readonly grantRoles: readonly string[] } | undefined;
}
