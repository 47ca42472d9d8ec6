import { type DatabaseSecret, differingFields, parseDatabaseSecret } from './database-secret.ts';
import type { Fence } from './engine.ts';
import { SecretFormatError, SecretMismatchError, StagingError } from './errors.ts';
import { readPending } from './pending-version.ts';
import { checkPins, type Pins, readPins } from './pins.ts';
import { dropPendingCommand, type Rotation } from './rotation.ts';
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

/** Reads both values, and refuses a pair that does not belong together. */
export async function readTransition(rotation: Rotation): Promise<Transition | 'already-current'> {
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
export async function describeChecked({ rotation, strategy, current, next }: Transition): Promise<Pins> {
  const description = await rotation.store.describe();
  readStaging(description, rotation.event.clientRequestToken);
  const pins = readPins(description.tags);
  checkPins(current, pins, strategy.usernamesOf);
  checkPins(next, pins, strategy.usernamesOf);
  return pins;
}

/** What is read again inside the lock: labels, pins, and that AWSCURRENT is still the value that was read. */
export function fenceOf({ rotation, strategy, currentVersionId, next }: Transition): Fence {
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

function noValue({ event }: Rotation, { labels }: SecretDescription, label: string): StagingError {
  return new StagingError(
    event.clientRequestToken,
    labels,
    `The ${label} version has no value. ${label === 'AWSPENDING' ? 'createSecret stores it; setSecret does not go on without.' : 'Put one first.'}`,
  );
}
