import { describe, expect, it } from 'vitest';
import { createSecret } from './create-secret.ts';
import { PinViolationError, SecretFormatError, StagingError } from './errors.ts';
import type { Sensitive } from './sensitive.ts';
import {
  adminArn,
  currentAndPending,
  errorOf,
  manageTags,
  type Scene,
  type SceneOptions,
  secretValue,
  setScene,
} from './testing/scene.ts';

/** A rotation that has just begun: RotateSecret has registered `v2`, which has no value. */
function begun(options: SceneOptions = {}, current: object = {}): Scene {
  const placeholder = { id: 'v2', labels: ['AWSPENDING'] };
  return setScene({ versions: [currentAndPending(current)[0], placeholder], ...options });
}

const stored = ({ secret }: Scene): Record<string, unknown> => JSON.parse(secret.textOf('v2') ?? '{}');

describe('createSecret', () => {
  it('stores the current value with a fresh password as AWSPENDING, and leaves AWSCURRENT', async () => {
    const scene = begun();

    const outcome = await createSecret(scene.rotation);

    const { password, ...rest } = stored(scene);
    expect(outcome.outcome).toBe('done');
    expect({ ...rest, password: 'current-password' }).toEqual(secretValue());
    expect(password).toMatch(/^.{32}$/);
    expect(password).not.toBe('current-password');
    expect(scene.secret.labels()).toEqual({ v1: ['AWSCURRENT'], v2: ['AWSPENDING'] });
    expect(scene.journal).toEqual(['DescribeSecret', 'GetSecretValue AWSCURRENT', 'PutSecretValue v2']);
  });

  it('makes a version for every password that it makes', async () => {
    const [one, other] = [begun(), begun()];

    await createSecret(one.rotation);
    await createSecret(other.rotation);

    expect(stored(one).password).not.toBe(stored(other).password);
  });

  it('keeps the pending value when it runs twice', async () => {
    const scene = begun();
    await createSecret(scene.rotation);
    const first = scene.secret.textOf('v2');

    const outcome = await createSecret(scene.rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(scene.secret.textOf('v2')).toBe(first);
  });

  it('passes the RotationToken on, and none where the event has none', async () => {
    const tokens: (string | undefined)[] = [];
    const instead: SceneOptions['instead'] = (store) => ({
      putPending(versionId, text, rotationToken?: Sensitive<string>) {
        tokens.push(rotationToken?.reveal());
        return store.putPending(versionId, text, rotationToken);
      },
    });

    await createSecret(begun({ rotationToken: 'token-of-another-account', instead }).rotation);
    await createSecret(begun({ instead }).rotation);

    expect(tokens).toEqual(['token-of-another-account', undefined]);
  });

  it.each([
    ['app', 'app_clone'],
    ['app_clone', 'app'],
  ])('makes the value for the other user when two alternate: after %s, %s', async (username, next) => {
    const scene = begun({ strategy: 'alternating-users' }, { masterarn: adminArn, username });

    await createSecret(scene.rotation);

    expect(stored(scene)).toMatchObject({ username: next, masterarn: adminArn });
  });

  it('makes the value for the first user of a pair that is not made yet', async () => {
    const scene = begun({ strategy: 'alternating-users', tags: manageTags }, { password: undefined });

    await createSecret(scene.rotation);

    expect(stored(scene)).toMatchObject({ username: 'app', password: expect.any(String) });
  });

  it('asks Secrets Manager for the password where the environment says so', async () => {
    const scene = begun();
    const environment = { ...scene.rotation.environment, passwordSource: 'secretsmanager' } as const;

    await createSecret({ ...scene.rotation, environment });

    expect(stored(scene).password).toBe('r'.repeat(32));
  });

  it.each<[string, SceneOptions, object, object]>([
    [
      'the user differs from its pin',
      { tags: { 'rotating-secret:username': 'other' } },
      {},
      { tag: 'rotating-secret:username' },
    ],
    ['a pin is misspelt', { tags: { 'rotating-secret:user': 'app' } }, {}, { tag: 'rotating-secret:user' }],
    ['there is no password and no pin to make one', {}, { password: undefined }, { field: 'password' }],
    [
      'the second user would have too long a name',
      { strategy: 'alternating-users' },
      { username: 'a'.repeat(15) },
      { field: 'username' },
    ],
    ['the current user has too long a name', {}, { username: 'a'.repeat(21) }, { field: 'username' }],
    [
      'the user to be made is named like the second of a pair',
      { strategy: 'alternating-users', tags: { ...manageTags, 'rotating-secret:username': 'app_clone' } },
      { username: 'app_clone', password: undefined },
      { field: 'username' },
    ],
    ['the value is for another engine', {}, { engine: 'other' }, { field: 'engine' }],
    ['the rotation was cancelled', { rotationEnabled: false }, {}, { code: 'STAGING' }],
  ])('writes nothing when %s', async (_case, options, current, expected) => {
    const scene = begun(options, current);

    const error = await errorOf(createSecret(scene.rotation));

    expect(error).toMatchObject(expected);
    expect([PinViolationError, SecretFormatError, StagingError]).toContain(error.constructor);
    expect(scene.journal).not.toContain('PutSecretValue v2');
    expect(scene.secret.textOf('v2')).toBeUndefined();
  });

  it('says what to put when the secret has no value yet', async () => {
    const { rotation } = begun({ versions: [{ id: 'v2', labels: ['AWSPENDING'] }] });

    const error = await errorOf(createSecret(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain('Put one first');
  });

  it('does nothing once the rotation has ended', async () => {
    const { rotation, secret, journal } = setScene();
    secret.moveLabel('AWSCURRENT', 'v2');

    const outcome = await createSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(journal).toEqual(['DescribeSecret']);
  });
});
