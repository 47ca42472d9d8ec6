import { openAdminSession } from './admin-session.ts';
import { type DatabaseSecret, differingFields, parseDatabaseSecret } from './database-secret.ts';
import type { Fence, Session } from './engine.ts';
import { CredentialsRejectedError, SecretFormatError, SecretMismatchError, StagingError } from './errors.ts';
import { openOldSession } from './old-versions.ts';
import { readPending } from './pending-version.ts';
import { checkPins, type Pins, pinTags, readPins } from './pins.ts';
import { alreadyCurrent, dropPendingCommand, type Rotation, type StepOutcome } from './rotation.ts';
import type { Sensitive } from './sensitive.ts';
import { readStaging, type SecretDescription } from './staging.ts';
import { type StrategyRules, strategyFor } from './strategy.ts';

/** The values that a change goes between. */
export interface Transition {
  readonly rotation: Rotation;
  readonly strategy: StrategyRules;
  readonly current: DatabaseSecret;
  readonly currentVersionId: string;
  readonly next: DatabaseSecret & { readonly password: Sensitive<string> };
}

/**
 * Makes the AWSPENDING credential valid in the target. Safe to repeat from any point.
 *
 * Logins go current first: on a normal run it works, so no login fails, and with one user it proves that the
 * change is still to be made. Only a clear rejection lets the next value be tried; a target that cannot be
 * reached ends the step. Whoever makes the change, it takes effect inside the target's lock and after the labels
 * were read again there, so that neither a second invocation nor a late one can undo what another did.
 */
export async function setSecret(rotation: Rotation): Promise<StepOutcome> {
  const transition = await readTransition(rotation);
  if (transition === 'already-current') return alreadyCurrent;
  const { strategy, current } = transition;
  if (strategy.needsAdmin) return changeByAdmin(transition, await describeChecked(transition));

  const own =
    current.password &&
    (await rotation.engine.logIn({ ...current, password: current.password }, rotation.deadline));
  if (own?.outcome === 'accepted')
    return changeByUser(transition, own.session, 'Changed the password, logged in with AWSCURRENT.');

  const pins = await describeChecked(transition);
  if (pins.manageUser) return changeByAdmin(transition, pins);
  return recover(transition, own?.engineCode ?? '');
}

/** Reads both values, and refuses a pair that does not belong together. */
async function readTransition(rotation: Rotation): Promise<Transition | 'already-current'> {
  const { engine, environment, event, store } = rotation;
  const [currentVersion, pendingVersion] = await Promise.all([
    store.get({ stage: 'AWSCURRENT' }),
    readPending(rotation),
  ]);
  if (currentVersion === undefined || pendingVersion === undefined) {
    const description = await store.describe();
    if (readStaging(description, event.clientRequestToken).kind === 'already-current')
      return 'already-current';
    throw noValue(rotation, description, currentVersion === undefined ? 'AWSCURRENT' : 'AWSPENDING');
  }
  const current = parseDatabaseSecret(currentVersion.text, engine.shape);
  const next = parseDatabaseSecret(pendingVersion.text, engine.shape);
  const strategy = strategyFor(environment.strategy, current, engine);
  // With one version under both labels there is nothing to change; the fence would find the same.
  if (currentVersion.versionId === pendingVersion.versionId) return 'already-current';
  checkDerived(rotation, strategy, current, next);
  if (next.password === undefined) {
    throw new SecretFormatError(
      'password',
      `The AWSPENDING version has no "password". ${dropPendingCommand(event)}`,
    );
  }
  return {
    rotation,
    strategy,
    current,
    currentVersionId: currentVersion.versionId,
    next: { ...next, password: next.password },
  };
}

/** Refuses an AWSPENDING value that is not what createSecret would make of the present AWSCURRENT. */
function checkDerived(
  { event }: Rotation,
  strategy: StrategyRules,
  current: DatabaseSecret,
  next: DatabaseSecret,
): void {
  const fields = [
    ...differingFields(current, next, ['username', 'password']),
    ...(next.username === strategy.nextUsername(current) ? [] : ['username']),
  ];
  if (fields.length === 0) return;
  throw new SecretMismatchError(
    fields,
    `AWSPENDING was not made from the present AWSCURRENT: they differ in ${fields.map((field) => `"${field}"`).join(', ')}. ` +
      `Somebody changed one of them during the rotation. Nothing was changed in the database. ${dropPendingCommand(event)}`,
  );
}

/** Reads labels and pins outside the lock, where an admin credential is about to be used. */
async function describeChecked({ rotation, strategy, current, next }: Transition): Promise<Pins> {
  const description = await rotation.store.describe();
  readStaging(description, rotation.event.clientRequestToken);
  const pins = readPins(description.tags);
  checkPins(current, pins, strategy.usernamesOf);
  checkPins(next, pins, strategy.usernamesOf);
  return pins;
}

/** What is read again inside the lock: labels, pins, and that AWSCURRENT is still the value that was read. */
function fenceOf({ rotation, strategy, currentVersionId, next }: Transition): Fence {
  return async () => {
    const { clientRequestToken } = rotation.event;
    const description = await rotation.store.describe();
    const staging = readStaging(description, clientRequestToken);
    if (staging.kind === 'already-current') return false;
    if (staging.currentVersionId !== currentVersionId) {
      throw new StagingError(
        clientRequestToken,
        description.labels,
        'AWSCURRENT moved to another version while setSecret ran. Nothing was changed in the database; the retry starts from the new value.',
      );
    }
    checkPins(next, readPins(description.tags), strategy.usernamesOf);
    return true;
  };
}

async function changeByUser(transition: Transition, session: Session, detail: string): Promise<StepOutcome> {
  await using open = session;
  const { username, password } = transition.next;
  const change = {
    username,
    password,
    by: 'user',
    privilegesOf: undefined,
    alternateOf: undefined,
    manage: undefined,
  } as const;
  return (await open.apply(change, fenceOf(transition))) ? { outcome: 'done', detail } : alreadyCurrent;
}

async function changeByAdmin(transition: Transition, pins: Pins): Promise<StepOutcome> {
  const { rotation, strategy, current, next } = transition;
  // AWS's rule, against a value that names somebody else's user: who cannot log in cannot have it changed.
  if (!pins.manageUser) await proveCurrentLogin(rotation, current);
  await using admin = await openAdminSession(rotation, next, pins);
  const isFirstOfPair = strategy.firstOf(current.username) === next.username;
  const changed = await admin.apply(
    {
      username: next.username,
      password: next.password,
      by: 'admin',
      privilegesOf: strategy.firstOf(next.username),
      alternateOf: isFirstOfPair && pins.username === undefined ? current.username : undefined,
      manage: pins.manageUser ? { grantRoles: pins.grantRoles } : undefined,
    },
    fenceOf(transition),
  );
  return changed
    ? { outcome: 'done', detail: 'Changed the password with the admin credential.' }
    : alreadyCurrent;
}

async function proveCurrentLogin({ engine, deadline }: Rotation, current: DatabaseSecret): Promise<void> {
  if (current.password === undefined) {
    throw new SecretFormatError(
      'password',
      `The AWSCURRENT version has no "password", and the tag ${pinTags.manageUser} does not allow the admin to set one.`,
    );
  }
  const login = await engine.logIn({ ...current, password: current.password }, deadline);
  if (login.outcome === 'accepted') return login.session[Symbol.asyncDispose]();
  throw new CredentialsRejectedError(
    ['AWSCURRENT'],
    login.engineCode,
    `The server rejected the AWSCURRENT credentials (${login.engineCode}), so the admin credential was not used: the value might name somebody else's user. ` +
      `Put a value with the right password, or tag the secret with ${pinTags.manageUser} = "true", ${pinTags.adminSecret} and ${pinTags.username}, and the admin repairs it.`,
  );
}

/** AWSCURRENT does not work: finds out whether an earlier run made the change, else a value that still works. */
async function recover(transition: Transition, currentCode: string): Promise<StepOutcome> {
  const { rotation, next } = transition;
  const done = await rotation.engine.logIn(next, rotation.deadline);
  if (done.outcome === 'accepted') {
    await done.session[Symbol.asyncDispose]();
    return { outcome: 'already-done', detail: 'AWSPENDING works: an earlier run changed the password.' };
  }
  const tried = ['AWSCURRENT', 'AWSPENDING'];
  const session = await openOldSession(transition, tried);
  if (session !== undefined)
    return changeByUser(transition, session, 'Changed the password, logged in with an older version.');
  throw new CredentialsRejectedError(
    tried,
    currentCode,
    `The server rejected every version that could be tried (${tried.join(', ')}; ${currentCode}). Give the user the password of AWSCURRENT by hand and rotate again, ` +
      `or tag the secret with ${pinTags.manageUser} = "true", ${pinTags.adminSecret} and ${pinTags.username}, and the next rotation repairs it. A role that has expired (VALID UNTIL) is rejected in the same way.`,
  );
}

function noValue({ event }: Rotation, { labels }: SecretDescription, label: string): StagingError {
  return new StagingError(
    event.clientRequestToken,
    labels,
    `The ${label} version has no value. ${label === 'AWSPENDING' ? 'createSecret stores it; setSecret does not go on without.' : 'Put one first.'}`,
  );
}
