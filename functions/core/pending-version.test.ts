import { describe, expect, it } from 'vitest';
import { readPending } from './pending-version.ts';
import type { SecretStore } from './secret-store.ts';
import { refusal } from './testing/memory-secret-store.ts';
import { currentAndPending, errorOf, type SceneOptions, setScene } from './testing/scene.ts';

/** Hides the value for a while, as a service does that is eventually consistent. */
const seenAfter = (ms: number): NonNullable<SceneOptions['instead']> => {
  const startedMs = performance.now();
  return (store: SecretStore) => ({
    get: async (selector) => (performance.now() - startedMs < ms ? undefined : store.get(selector)),
  });
};

describe('readPending', () => {
  it('reads the version of the rotation on the condition that it is AWSPENDING', async () => {
    const { rotation, journal } = setScene();

    const version = await readPending(rotation);

    expect(version?.versionId).toBe('v2');
    expect(journal).toEqual(['GetSecretValue v2 AWSPENDING']);
  });

  it.each([200, 800])('waits for a value that can be seen %i ms late', async (ms) => {
    const { rotation } = setScene({ instead: seenAfter(ms) });

    expect((await readPending(rotation))?.versionId).toBe('v2');
  });

  it('gives up after two waits', async () => {
    const { rotation, journal } = setScene({ versions: [currentAndPending()[0]] });

    expect(await readPending(rotation)).toBeUndefined();
    expect(journal).toHaveLength(3);
  });

  it('waits no longer than until the deadline', async () => {
    const { rotation } = setScene({ versions: [currentAndPending()[0]], deadlineMs: 1 });
    const startedMs = performance.now();

    expect(await readPending(rotation)).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(300);
  });

  it('finds nothing when the version has lost the label', async () => {
    const { rotation, secret } = setScene({ deadlineMs: 1 });
    secret.moveLabel('AWSPENDING', 'v1');

    expect(await readPending(rotation)).toBeUndefined();
  });

  it('fails at once, without another read, when Secrets Manager refuses', async () => {
    let reads = 0;
    const { rotation } = setScene({
      instead: () => ({
        async get() {
          reads++;
          throw refusal('GetSecretValue', 'AccessDeniedException');
        },
      }),
    });

    const error = await errorOf(readPending(rotation));

    expect(error).toMatchObject({ awsName: 'AccessDeniedException' });
    expect(reads).toBe(1);
  });
});
