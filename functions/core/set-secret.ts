import { changeByAdmin, changeByUser, changeKeepingCurrent } from './change-password.ts';
import { CredentialsRejectedError, EngineCommandError } from './errors.ts';
import { openOldSession } from './old-versions.ts';
import { pinTags } from './pins.ts';
import { alreadyCurrent, type Rotation, type StepOutcome } from './rotation.ts';
import { describeChecked, readTransition, type Transition } from './transition.ts';

/**
 * Makes the AWSPENDING credential valid in the target. Safe to repeat from any point.
 *
 * Logins go current first: on a normal run it works, so no login fails, and with one user it proves that the
 * change is still to be made. Only a clear rejection lets the next value be tried; a target that cannot be
 * reached ends the step. Whoever makes the change, it takes effect inside the target's lock and after the labels
 * were read again there, so that neither a second invocation nor a late one can undo what another did.
 */
export async function setSecret(rotation: Rotation): Promise<StepOutcome> {
  try {
    return await changePassword(rotation);
  } catch (error) {
    throw error instanceof EngineCommandError && error.reason === 'policy'
      ? await abandon(rotation, error)
      : error;
  }
}

/**
 * Gives up a password that the server's rules refuse: Secrets Manager would try the same one for ever. Nothing has
 * taken effect, so nobody needs it.
 */
async function abandon(
  { event, store }: Rotation,
  { engineCode, message }: EngineCommandError,
): Promise<EngineCommandError> {
  await store.dropPending(event.clientRequestToken);
  return new EngineCommandError(
    'policy',
    engineCode,
    `${message} The version has lost its AWSPENDING label, so that the next rotation makes a fresh password.`,
  );
}

async function changePassword(rotation: Rotation): Promise<StepOutcome> {
  const transition = await readTransition(rotation);
  if (transition === 'already-current') return alreadyCurrent;
  const { strategy, current } = transition;
  if (strategy.needsAdmin) return changeByAdmin(transition, await describeChecked(transition));

  const { password } = current;
  let rejectedWith = '';
  if (password !== undefined) {
    const own = await rotation.engine.logIn({ ...current, password }, rotation.deadline);
    if (own.outcome === 'accepted') {
      return strategy.keepsCurrent
        ? changeKeepingCurrent(transition, own.session, password)
        : changeByUser(transition, own.session, 'Changed the password, logged in with AWSCURRENT.');
    }
    rejectedWith = own.engineCode;
  }

  const pins = await describeChecked(transition);
  if (pins.manageUser) return changeByAdmin(transition, pins);
  return recover(transition, rejectedWith);
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
