import type { DatabaseSecret } from './database-secret.ts';
import type { Engine } from './engine.ts';
import type { Strategy } from './environment.ts';
import { ConfigurationError, SecretFormatError } from './errors.ts';
import { type Pins, pinTags } from './pins.ts';

/** What the second user of an alternating pair is called: AWS's functions append the same. */
const cloneSuffix = '_clone';

/** What a strategy decides: which user the next version is for, and which names belong together. */
export interface StrategyRules {
  readonly name: Strategy;
  /** The user of the next version, given the current one. */
  nextUsername(current: DatabaseSecret): string;
  /** The user names that a pinned one stands for. */
  usernamesOf(pinned: string): readonly string[];
  /** The first user of the pair when `username` is the second; undefined for a user that stands for itself. */
  firstOf(username: string): string | undefined;
  /** Whether the change is made by an admin even when the current password works. */
  readonly needsAdmin: boolean;
  /** Whether the current password shall go on working beside the next one. */
  readonly keepsCurrent: boolean;
}

/** One user, whose own password is replaced. */
const singleUser: StrategyRules = {
  name: 'single-user',
  nextUsername: (current) => current.username,
  usernamesOf: (pinned) => [pinned],
  firstOf: () => undefined,
  needsAdmin: false,
  keepsCurrent: false,
};

/** One user with two passwords: the one before keeps working until the next rotation replaces it. */
const dualPassword: StrategyRules = { ...singleUser, name: 'dual-password', keepsCurrent: true };

/** Two users take turns, so that the one in use is never touched. */
function alternatingUsers(engine: Engine): StrategyRules {
  return {
    name: 'alternating-users',
    nextUsername(current) {
      const next =
        current.password === undefined ? bornUnderOwnName(current.username) : alternateOf(current.username);
      engine.checkUsername(next, current.engine);
      return next;
    },
    usernamesOf: (pinned) => [pinned, alternateOf(pinned)],
    firstOf: (username) => (isSecond(username) ? alternateOf(username) : undefined),
    needsAdmin: true,
    keepsCurrent: false,
  };
}

/**
 * The rules of a rotation. Without a configured strategy it is chosen as AWS's templates would be: two users
 * for a secret that names an admin secret, else one.
 *
 * @throws ConfigurationError when the engine cannot carry out the configured one
 */
export function strategyFor(
  configured: Strategy | undefined,
  current: DatabaseSecret,
  engine: Engine,
): StrategyRules {
  const name = configured ?? (current.adminSecretArn === undefined ? 'single-user' : 'alternating-users');
  if (!engine.strategies.includes(name)) {
    throw new ConfigurationError(
      'ROTATION_STRATEGY',
      `ROTATION_STRATEGY is ${name}, which the engine ${engine.name} does not have. Set it to ${engine.strategies.join(' or ')}.`,
    );
  }
  if (name === 'alternating-users') return alternatingUsers(engine);
  return name === 'dual-password' ? dualPassword : singleUser;
}

/**
 * Refuses a value without a password unless the admin may make the user.
 *
 * @throws SecretFormatError
 */
export function requireWayToPassword(current: DatabaseSecret, pins: Pins): void {
  if (current.password !== undefined || pins.manageUser) return;
  throw new SecretFormatError(
    'password',
    `The secret has no "password", and the tag ${pinTags.manageUser} does not say that the rotation may make the user. ` +
      `Put a value with the user's present password, or tag the secret with ${pinTags.manageUser} = "true", ${pinTags.adminSecret} and ${pinTags.username}.`,
  );
}

function isSecond(username: string): boolean {
  return username.endsWith(cloneSuffix) && username.length > cloneSuffix.length;
}

function alternateOf(username: string): string {
  return isSecond(username) ? username.slice(0, -cloneSuffix.length) : username + cloneSuffix;
}

/** Before the first rotation no user is in use that would have to be spared, so the first of the pair is made. */
function bornUnderOwnName(username: string): string {
  if (!isSecond(username)) return username;
  throw new SecretFormatError(
    'username',
    `A user that the rotation makes cannot be named like the second of an alternating pair (…${cloneSuffix}). Put a value with the first user's name.`,
  );
}
