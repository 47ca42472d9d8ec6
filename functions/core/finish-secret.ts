import { SecretStoreError, StagingError } from './errors.ts';
import { alreadyCurrent, type Rotation, type StepOutcome } from './rotation.ts';
import { readStaging } from './staging.ts';

/**
 * Moves AWSCURRENT to the new version, by compare-and-swap: one call names both the version that gets the
 * label and the one that must still have it. AWSPENDING is left to Secrets Manager, which allows it beside
 * AWSCURRENT; a second label change in quick succession would only disturb replication.
 */
export async function finishSecret({ event, store }: Rotation): Promise<StepOutcome> {
  const description = await store.describe();
  const staging = readStaging(description, event.clientRequestToken);
  if (staging.kind === 'already-current') return alreadyCurrent;
  if (staging.currentVersionId === undefined) {
    throw new StagingError(
      event.clientRequestToken,
      description.labels,
      'No version carries AWSCURRENT, so there is nothing to replace. Put a value, then rotate again.',
    );
  }
  try {
    await store.moveCurrent(event.clientRequestToken, staging.currentVersionId);
  } catch (error) {
    if (!(error instanceof SecretStoreError)) throw error;
    // The call may have succeeded with its answer lost, and a repeat of it by the SDK have found the label moved.
    const after = readStaging(await store.describe(), event.clientRequestToken);
    if (after.kind !== 'already-current') throw error;
  }
  return { outcome: 'done', detail: 'Moved AWSCURRENT to the new version.' };
}
