import { setTimeout as sleep } from 'node:timers/promises';
import { SecretStoreError } from './errors.ts';
import type { Rotation } from './rotation.ts';
import type { SecretVersion } from './secret-store.ts';

/**
 * Waits between reads of a version that was written a moment ago, in milliseconds: Secrets Manager is
 * eventually consistent, and setSecret may run before the write of createSecret can be seen
 * (https://github.com/aws/aws-sdk-js-v3/issues/7701).
 */
const waitsMs = [300, 700];

/**
 * Reads the version that is being rotated to, on the condition that it is AWSPENDING.
 *
 * @returns undefined when it has no value, or no longer carries the label
 */
export async function readPending({ event, store, deadline }: Rotation): Promise<SecretVersion | undefined> {
  const read = async (): Promise<SecretVersion | undefined> => {
    try {
      return await store.get({ versionId: event.clientRequestToken, stage: 'AWSPENDING' });
    } catch (error) {
      // "You provided a VersionStage that is not associated to the provided VersionId."
      if (error instanceof SecretStoreError && error.awsName === 'InvalidRequestException') return undefined;
      throw error;
    }
  };
  let version = await read();
  for (const waitMs of waitsMs) {
    if (version !== undefined) return version;
    await sleep(waitMs, undefined, { signal: deadline.signal }).catch(() => undefined);
    version = await read();
  }
  return version;
}
