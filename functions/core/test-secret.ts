import { openAdminSession } from './admin-session.ts';
import { parseDatabaseSecret } from './database-secret.ts';
import { CredentialsRejectedError, SecretFormatError, StagingError } from './errors.ts';
import { readPending } from './pending-version.ts';
import { checkPins, readPins } from './pins.ts';
import { alreadyCurrent, type Rotation, type StepOutcome } from './rotation.ts';
import type { Sensitive } from './sensitive.ts';
import { readStaging } from './staging.ts';
import { requireWayToPassword, strategyFor } from './strategy.ts';

/**
 * Proves by a login of its own that the new value works, before it can become AWSCURRENT.
 *
 * RotateSecret with RotateImmediately=false calls this step alone, with a copy of AWSCURRENT as AWSPENDING. It
 * is then a check that a rotation would find its way: the value is tested as it is.
 */
export async function testSecret(rotation: Rotation): Promise<StepOutcome> {
  const { engine, environment, event, store, deadline } = rotation;
  const description = await store.describe();
  if (readStaging(description, event.clientRequestToken).kind === 'already-current') return alreadyCurrent;

  const version = await readPending(rotation);
  if (version === undefined) {
    // Whatever else could be tested in its place, finishSecret would promote what was not.
    throw new StagingError(
      event.clientRequestToken,
      description.labels,
      'The AWSPENDING version has no value that can be read, so there is nothing to test. createSecret stores it; the rotation is retried.',
    );
  }
  const secret = parseDatabaseSecret(version.text, engine.shape);
  const strategy = strategyFor(environment.strategy, secret, engine);
  const pins = readPins(description.tags);
  checkPins(secret, pins, strategy.usernamesOf);
  requireWayToPassword(secret, pins);
  if (secret.password === undefined) {
    await checkOnlyCopy(rotation, version.text);
    await using _admin = await openAdminSession(rotation, secret, pins);
    return { outcome: 'done', detail: 'The user is not made yet; the admin credential works.' };
  }

  const login = await engine.logIn({ ...secret, password: secret.password }, deadline);
  if (login.outcome === 'rejected') throw rejected(login.engineCode);
  await using session = login.session;
  await session.verify(strategy.firstOf(secret.username));
  const { notices = [] } = session;
  return {
    outcome: 'done',
    detail: 'Logged in with the new value.',
    ...(notices.length === 0 ? {} : { notices }),
  };
}

/** A value without a password may only be the copy that RotateImmediately=false makes: promoting it would change nothing. */
async function checkOnlyCopy({ store }: Rotation, text: Sensitive<string>): Promise<void> {
  const current = await store.get({ stage: 'AWSCURRENT' });
  if (current?.text.reveal() === text.reveal()) return;
  throw new SecretFormatError(
    'password',
    'The AWSPENDING version has no "password". It was not made by this rotation; remove its label and rotate again.',
  );
}

function rejected(engineCode: string): CredentialsRejectedError {
  return new CredentialsRejectedError(
    ['AWSPENDING'],
    engineCode,
    `The server rejected the AWSPENDING credentials (${engineCode}). In a rotation, something changed the password after setSecret, or the user has expired; ` +
      'the retry sets it again. In the test that RotateImmediately=false makes, the value of AWSCURRENT itself does not work: correct it.',
  );
}
