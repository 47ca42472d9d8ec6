import { openAdminSession } from './admin-session.ts';
import type { DatabaseSecret } from './database-secret.ts';
import type { Session } from './engine.ts';
import { CredentialsRejectedError, EngineCommandError, SecretFormatError } from './errors.ts';
import { type Pins, pinTags } from './pins.ts';
import { alreadyCurrent, type Rotation, type StepOutcome } from './rotation.ts';
import type { Sensitive } from './sensitive.ts';
import { describeChecked, fenceOf, type Transition } from './transition.ts';

/**
 * Changes the password in a session of its own user, and closes the session.
 *
 * @param retain the password that shall go on working beside the new one
 */
export async function changeByUser(
  transition: Transition,
  session: Session,
  detail: string,
  retain?: Sensitive<string>,
): Promise<StepOutcome> {
  await using open = session;
  const { username, password } = transition.next;
  const change = {
    username,
    password,
    by: 'user',
    retain,
    privilegesOf: undefined,
    alternateOf: undefined,
    manage: undefined,
  } as const;
  return (await open.apply(change, fenceOf(transition))) ? { outcome: 'done', detail } : alreadyCurrent;
}

/**
 * Changes the password such that the current one goes on working: in a session of the user, which was logged in
 * with it, or with the admin credential where one is named and the user lacks the right to have two passwords.
 */
export async function changeKeepingCurrent(
  transition: Transition,
  session: Session,
  current: Sensitive<string>,
): Promise<StepOutcome> {
  try {
    return await changeByUser(
      transition,
      session,
      'Changed the password and retained the current one, logged in with AWSCURRENT.',
      current,
    );
  } catch (error) {
    if (!(error instanceof EngineCommandError) || error.reason !== 'privilege') throw error;
    const pins = await describeChecked(transition);
    if (pins.adminSecretArn === undefined && transition.current.adminSecretArn === undefined) throw error;
    return changeByAdmin(transition, pins, current);
  }
}

/**
 * Changes the password with the admin credential, which is read and used only once the pins allow it.
 *
 * @param retain the current password, seen working, where it shall go on working beside the new one
 */
export async function changeByAdmin(
  transition: Transition,
  pins: Pins,
  retain?: Sensitive<string>,
): Promise<StepOutcome> {
  const { rotation, strategy, current, next } = transition;
  // AWS's rule, against a value that names somebody else's user: who cannot log in cannot have it changed.
  if (!pins.manageUser && retain === undefined) await proveCurrentLogin(rotation, current);
  await using admin = await openAdminSession(rotation, next, pins);
  const isFirstOfPair = strategy.firstOf(current.username) === next.username;
  const changed = await admin.apply(
    {
      username: next.username,
      password: next.password,
      by: 'admin',
      retain,
      privilegesOf: strategy.firstOf(next.username),
      alternateOf: isFirstOfPair && pins.username === undefined ? current.username : undefined,
      manage: pins.manageUser ? { grantRoles: pins.grantRoles } : undefined,
    },
    fenceOf(transition),
  );
  if (!changed) return alreadyCurrent;
  const detail = 'Changed the password with the admin credential.';
  const { notices = [] } = admin;
  return notices.length === 0 ? { outcome: 'done', detail } : { outcome: 'done', detail, notices };
}

async function proveCurrentLogin({ engine, deadline }: Rotation, current: DatabaseSecret): Promise<void> {
  if (current.password === undefined) {
    throw new SecretFormatError(
      'password',
      `The AWSCURRENT version has no "password", and the tag ${pinTags.manageUser} does not allow the admin to set one.`,
    );
  }
  const login = await engine.logIn({ ...current, password: current.password }, deadline);
  if (login.outcome === 'accepted') {
    await using session = login.session;
    // A server may take a login for another account than the one that the admin is asked to change.
    await session.verify(undefined);
    return;
  }
  throw new CredentialsRejectedError(
    ['AWSCURRENT'],
    login.engineCode,
    `The server rejected the AWSCURRENT credentials (${login.engineCode}), so the admin credential was not used: the value might name somebody else's user. ` +
      `Put a value with the right password, or tag the secret with ${pinTags.manageUser} = "true", ${pinTags.adminSecret} and ${pinTags.username}, and the admin repairs it.`,
  );
}
