import { isSameTarget, parseDatabaseSecret } from './database-secret.ts';
import type { Session } from './engine.ts';
import { SecretFormatError, SecretStoreError } from './errors.ts';
import type { VersionSelector } from './secret-store.ts';
import type { Transition } from './transition.ts';

/** At most so many versions without a label are tried: servers lock users out after failed logins. */
const mostRetained = 5;

/**
 * Logs in with an older version: AWSPREVIOUS, then the retained versions without a label, newest first.
 *
 * The second is for a password that reached the database and then lost its AWSPENDING label, which is how AWS
 * advises to free a stuck rotation: no label leads to it any more, but Secrets Manager keeps the version.
 *
 * @param tried gets a line for each version that was tried
 * @returns undefined when the server rejected all of them
 */
export async function openOldSession(transition: Transition, tried: string[]): Promise<Session | undefined> {
  const { rotation, currentVersionId, current, next } = transition;
  const passwords = new Set([current.password?.reveal(), next.password.reveal()]);

  const attempt = async (
    selector: VersionSelector,
    name: string,
  ): Promise<Session | 'skipped' | 'rejected'> => {
    const candidate = await readCandidate(transition, selector);
    // Its password goes only where the new one goes, and a password that was refused once is not tried again.
    if (candidate === undefined || passwords.has(candidate.password.reveal())) return 'skipped';
    passwords.add(candidate.password.reveal());
    tried.push(name);
    const login = await rotation.engine.logIn({ ...next, password: candidate.password }, rotation.deadline);
    return login.outcome === 'accepted' ? login.session : 'rejected';
  };

  const previous = await attempt({ stage: 'AWSPREVIOUS' }, 'AWSPREVIOUS');
  if (typeof previous === 'object') return previous;

  let left = mostRetained;
  for (const versionId of await rotation.store.versionIds()) {
    if (left === 0) return undefined;
    if (versionId === currentVersionId || versionId === rotation.event.clientRequestToken) continue;
    const retained = await attempt({ versionId }, versionId);
    if (typeof retained === 'object') return retained;
    if (retained === 'rejected') left--;
  }
  return undefined;
}

/** Reads a version, if it holds a password for the same user at the same target. */
async function readCandidate(
  { rotation, next }: Transition,
  selector: VersionSelector,
): Promise<{ readonly password: NonNullable<Transition['current']['password']> } | undefined> {
  try {
    const version = await rotation.store.get(selector);
    if (version === undefined) return undefined;
    const { password, ...old } = parseDatabaseSecret(version.text, rotation.engine.shape);
    const isSame = isSameTarget(old, next) && old.username === next.username;
    return isSame && password !== undefined ? { password } : undefined;
  } catch (error) {
    // An old version of another shape, or under a key that is gone, is no candidate; it is not what this rotation
    // has to complain about.
    if (error instanceof SecretFormatError) return undefined;
    if (error instanceof SecretStoreError && error.awsName === 'DecryptionFailure') return undefined;
    throw error;
  }
}
