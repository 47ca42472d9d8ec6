import { describe, expect, it } from 'vitest';
import { StagingError } from './errors.ts';
import { finishSecret } from './finish-secret.ts';
import { refusal } from './testing/memory-secret-store.ts';
import { currentAndPending, errorOf, secretValue, setScene } from './testing/scene.ts';

const [, v2] = currentAndPending();

describe('finishSecret', () => {
  it('moves AWSCURRENT in one call that names both versions, and leaves AWSPENDING to Secrets Manager', async () => {
    const { rotation, secret, journal } = setScene();

    const outcome = await finishSecret(rotation);

    expect(outcome.outcome).toBe('done');
    expect(secret.labels()).toEqual({ v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT', 'AWSPENDING'] });
    expect(journal).toEqual(['DescribeSecret', 'UpdateSecretVersionStage AWSCURRENT v1 -> v2']);
  });

  it('does nothing when it runs again', async () => {
    const { rotation, secret } = setScene();
    await finishSecret(rotation);
    const labels = secret.labels();

    const outcome = await finishSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(secret.labels()).toEqual(labels);
  });

  it('is done when the label moved although the answer to the call was lost', async () => {
    const { rotation, secret } = setScene({
      instead: (store) => ({
        async moveCurrent(to, from) {
          await store.moveCurrent(to, from);
          throw refusal('UpdateSecretVersionStage', 'InvalidParameterException');
        },
      }),
    });

    const outcome = await finishSecret(rotation);

    expect(outcome.outcome).toBe('done');
    expect(secret.labels().v2).toContain('AWSCURRENT');
  });

  it('fails with the error of the call when the label did not move', async () => {
    const fault = refusal('UpdateSecretVersionStage', 'AccessDeniedException');
    const { rotation, secret } = setScene({
      instead: () => ({
        async moveCurrent() {
          throw fault;
        },
      }),
    });

    const error = await errorOf(finishSecret(rotation));

    expect(error).toBe(fault);
    expect(secret.labels().v1).toEqual(['AWSCURRENT']);
  });

  it('takes AWSCURRENT from no version that got it after the labels were read', async () => {
    const { rotation, secret } = setScene({
      versions: [{ id: 'v0', value: secretValue() }, ...currentAndPending()],
      instead: (store) => ({
        async moveCurrent(to, from) {
          secret.moveLabel('AWSCURRENT', 'v0');
          await store.moveCurrent(to, from);
        },
      }),
    });

    const error = await errorOf(finishSecret(rotation));

    expect(error).toMatchObject({ awsName: 'InvalidParameterException' });
    expect(secret.labels().v0).toEqual(['AWSCURRENT']);
  });

  it.each([
    ['no version carries AWSCURRENT', { versions: [v2] }, 'nothing to replace'],
    ['the rotation was cancelled', { rotationEnabled: false }, 'switched off'],
  ])('refuses when %s', async (_case, change, text) => {
    const { rotation, journal } = setScene(change);

    const error = await errorOf(finishSecret(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain(text);
    expect(journal).toEqual(['DescribeSecret']);
  });
});
