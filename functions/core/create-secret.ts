import { nextSecretText, parseDatabaseSecret } from './database-secret.ts';
import { StagingError } from './errors.ts';
import { generatePassword } from './password.ts';
import { checkPins, readPins } from './pins.ts';
import { alreadyCurrent, type Rotation, type StepOutcome } from './rotation.ts';
import type { Sensitive } from './sensitive.ts';
import { readStaging } from './staging.ts';
import { requireWayToPassword, strategyFor } from './strategy.ts';

/**
 * Stores the value that the rotation will make valid, as AWSPENDING.
 *
 * Everything that can be known to fail later is refused here, before anything is written: a value that its
 * pins do not allow, a user name too long to have an alternate, a missing password.
 */
export async function createSecret(rotation: Rotation): Promise<StepOutcome> {
  const { engine, environment, event, store } = rotation;
  const description = await store.describe();
  if (readStaging(description, event.clientRequestToken).kind === 'already-current') return alreadyCurrent;

  const version = await store.get({ stage: 'AWSCURRENT' });
  if (version === undefined) {
    throw new StagingError(
      event.clientRequestToken,
      description.labels,
      'The secret has no value yet. Put one first: engine, host, port, dbname, username and the present password (or, with the manage-user tag, no password).',
    );
  }
  const current = parseDatabaseSecret(version.text, engine.shape);
  const strategy = strategyFor(environment.strategy, current, engine);
  const pins = readPins(description.tags);
  checkPins(current, pins, strategy.usernamesOf);
  requireWayToPassword(current, pins);

  engine.checkUsername(current.username, current.engine);
  const username = strategy.nextUsername(current);
  const text = nextSecretText(current, username, await makePassword(rotation));
  // Written once for each version: when an earlier run, or one at the same moment, was first, its password is
  // the one to go on with. A second one could reach the database while the first is what was stored.
  const result = await store.putPending(event.clientRequestToken, text, event.rotationToken);
  return result === 'stored'
    ? { outcome: 'done', detail: 'Stored a new password as AWSPENDING.' }
    : { outcome: 'already-done', detail: 'The version has a value already; it is kept.' };
}

async function makePassword({ environment, store }: Rotation): Promise<Sensitive<string>> {
  if (environment.passwordSource === 'secretsmanager')
    return store.randomPassword(environment.passwordPolicy);
  return generatePassword(environment.passwordPolicy);
}
