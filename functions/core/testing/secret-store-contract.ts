import { expect, it } from 'vitest';
import type { SecretStore } from '../secret-store.ts';
import { Sensitive } from '../sensitive.ts';
import { errorOf } from './scene.ts';

/** A secret that a rotation has begun on: one version is AWSCURRENT with a value, another AWSPENDING without. */
export interface SecretUnderContract {
  readonly store: SecretStore;
  /** The value of the AWSCURRENT version. */
  readonly currentText: string;
  readonly currentId: string;
  readonly pendingId: string;
}

/**
 * What the steps rely on, of every {@link SecretStore}: whatever stands in for Secrets Manager in a test has to keep
 * the same rules of labels.
 *
 * @param begin makes a secret of its own for each test
 */
export function describeSecretStoreContract(begin: () => Promise<SecretUnderContract>): void {
  const text = new Sensitive('{"username":"app"}');

  it('has a placeholder among the labels, and no value for it', async () => {
    const { store, currentId, pendingId } = await begin();

    const { labels, rotationEnabled } = await store.describe();

    expect(labels).toEqual({ [currentId]: ['AWSCURRENT'], [pendingId]: ['AWSPENDING'] });
    expect(rotationEnabled).toBe(true);
    expect(await store.get({ stage: 'AWSPENDING' })).toBeUndefined();
    expect(await store.get({ versionId: pendingId, stage: 'AWSPENDING' })).toBeUndefined();
  });

  it('reads a version by label, by id, and by both', async () => {
    const { store, currentId, currentText } = await begin();

    const versions = [
      await store.get({ stage: 'AWSCURRENT' }),
      await store.get({ versionId: currentId }),
      await store.get({ versionId: currentId, stage: 'AWSCURRENT' }),
    ];

    expect(versions.map((version) => version?.text.reveal())).toEqual([
      currentText,
      currentText,
      currentText,
    ]);
    expect(versions.map((version) => version?.versionId)).toEqual([currentId, currentId, currentId]);
  });

  it('has no version for a label that is nowhere', async () => {
    const { store } = await begin();

    expect(await store.get({ stage: 'AWSPREVIOUS' })).toBeUndefined();
  });

  it('refuses to read a version by a label that it does not carry', async () => {
    const { store, currentId } = await begin();

    const error = await errorOf(store.get({ versionId: currentId, stage: 'AWSPENDING' }));

    expect(error).toMatchObject({ code: 'SECRET_STORE', awsName: 'InvalidRequestException' });
  });

  it('writes the value of a version once', async () => {
    const { store, pendingId } = await begin();

    const results = [
      await store.putPending(pendingId, text, undefined),
      await store.putPending(pendingId, text, undefined),
      await store.putPending(pendingId, new Sensitive('{}'), undefined),
    ];

    expect(results).toEqual(['stored', 'stored', 'exists']);
    expect((await store.get({ stage: 'AWSPENDING' }))?.text.reveal()).toBe(text.reveal());
  });

  it('moves AWSCURRENT, which AWSPREVIOUS follows, and leaves AWSPENDING', async () => {
    const { store, currentId, pendingId } = await begin();
    await store.putPending(pendingId, text, undefined);

    await store.moveCurrent(pendingId, currentId);

    const { labels } = await store.describe();
    expect(labels[currentId]).toEqual(['AWSPREVIOUS']);
    expect([...(labels[pendingId] ?? [])].sort()).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });

  it('moves AWSCURRENT only from the version that carries it', async () => {
    const { store, currentId, pendingId } = await begin();
    await store.putPending(pendingId, text, undefined);
    await store.moveCurrent(pendingId, currentId);

    const error = await errorOf(store.moveCurrent(pendingId, currentId));

    expect(error).toMatchObject({ code: 'SECRET_STORE', awsName: 'InvalidParameterException' });
  });

  it('moves AWSCURRENT to no version without a value', async () => {
    const { store, currentId, pendingId } = await begin();

    const error = await errorOf(store.moveCurrent(pendingId, currentId));

    expect(error).toMatchObject({ code: 'SECRET_STORE', awsName: 'ResourceNotFoundException' });
  });

  it('keeps a version that has lost its last label, and lists it with the newest first', async () => {
    const { store, currentId, pendingId } = await begin();
    await store.putPending(pendingId, text, undefined);

    await store.dropPending(pendingId);

    expect((await store.describe()).labels).toEqual({ [currentId]: ['AWSCURRENT'] });
    expect(await store.versionIds()).toEqual([pendingId, currentId]);
    expect((await store.get({ versionId: pendingId }))?.text.reveal()).toBe(text.reveal());
  });

  it('takes AWSPENDING only from the version that carries it', async () => {
    const { store, currentId } = await begin();

    const error = await errorOf(store.dropPending(currentId));

    expect(error).toMatchObject({ code: 'SECRET_STORE', awsName: 'InvalidParameterException' });
  });

  it('says that another secret is not found', async () => {
    const { store } = await begin();

    const error = await errorOf(store.getOther('not-there'));

    expect(error).toMatchObject({ code: 'SECRET_STORE', awsName: 'ResourceNotFoundException' });
  });
}
