import { describe, expect, it } from 'vitest';
import { PinViolationError, SecretFormatError, SecretMismatchError, StagingError } from './errors.ts';
import {
  currentAndPending,
  errorOf,
  type Scene,
  type SceneOptions,
  secretValue,
  setScene,
} from './testing/scene.ts';
import { describeChecked, fenceOf, readTransition, type Transition } from './transition.ts';

const [v1, v2] = currentAndPending();

async function transitionOf(scene: Scene): Promise<Transition> {
  const transition = await readTransition(scene.rotation);
  if (transition === 'already-current') throw new Error('Expected a transition; found the rotation ended.');
  return transition;
}

describe('readTransition', () => {
  it('reads both values', async () => {
    const { rotation } = setScene();

    const transition = await readTransition(rotation);

    expect(transition).toMatchObject({ currentVersionId: 'v1', current: { username: 'app' } });
    expect(transition).toHaveProperty('next.password');
  });

  it.each<[string, object, object, string]>([
    ['another host', {}, { host: 'other.example.com' }, 'host'],
    ['another port', {}, { port: 5433 }, 'port'],
    ['another admin secret', {}, { masterarn: 'arn:other' }, 'masterarn'],
    ['a key of its own', {}, { note: 'mine' }, 'note'],
    ['another user, with one user', {}, { username: 'postgres' }, 'username'],
  ])(
    'refuses an AWSPENDING with %s, and names the field and the way out',
    async (_case, current, pending, field) => {
      const { rotation } = setScene({ versions: currentAndPending(current, pending) });

      const error = await errorOf(readTransition(rotation));

      expect(error).toBeInstanceOf(SecretMismatchError);
      expect(error).toMatchObject({ fields: [field] });
      expect(error.message).toContain('--remove-from-version-id v2');
    },
  );

  it.each(['app', 'postgres', 'app_clone_clone'])(
    'refuses the user %s in AWSPENDING where two users alternate and it is the turn of the second',
    async (username) => {
      const { rotation } = setScene({
        strategy: 'alternating-users',
        versions: currentAndPending({}, { username }),
      });

      const error = await errorOf(readTransition(rotation));

      expect(error).toBeInstanceOf(SecretMismatchError);
      expect(error).toMatchObject({ fields: ['username'] });
    },
  );

  it('refuses an AWSPENDING without a password', async () => {
    const { rotation } = setScene({ versions: currentAndPending({}, { password: undefined }) });

    const error = await errorOf(readTransition(rotation));

    expect(error).toBeInstanceOf(SecretFormatError);
    expect(error).toMatchObject({ field: 'password' });
  });

  it('refuses an AWSPENDING that has no value yet, and says who stores it', async () => {
    const { rotation } = setScene({ versions: [v1, { id: 'v2', labels: ['AWSPENDING'] }], deadlineMs: 1 });

    const error = await errorOf(readTransition(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain('createSecret');
  });

  it('refuses a secret whose AWSCURRENT has no value', async () => {
    const { rotation } = setScene({ versions: [v2] });

    const error = await errorOf(readTransition(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain('The AWSCURRENT version has no value');
  });

  it.each<[string, NonNullable<SceneOptions['versions']>]>([
    [
      'AWSCURRENT alone',
      [
        { ...v1, labels: ['AWSPREVIOUS'] },
        { ...v2, labels: ['AWSCURRENT'] },
      ],
    ],
    [
      'AWSCURRENT beside AWSPENDING',
      [
        { ...v1, labels: ['AWSPREVIOUS'] },
        { ...v2, labels: ['AWSPENDING', 'AWSCURRENT'] },
      ],
    ],
  ])('finds the rotation ended when the version has %s', async (_case, versions) => {
    const { rotation } = setScene({ versions, deadlineMs: 1 });

    expect(await readTransition(rotation)).toBe('already-current');
  });
});

describe('describeChecked', () => {
  it('returns the pins of a secret that keeps to them', async () => {
    const scene = setScene({
      tags: {
        'rotating-secret:username': 'app',
        'rotating-secret:hosts': 'proxy.example.com:5432 db.example.com:5432',
        'rotating-secret:manage-user': 'false',
      },
    });

    const pins = await describeChecked(await transitionOf(scene));

    expect(pins).toMatchObject({ username: 'app', manageUser: false });
  });

  it('refuses once the rotation was cancelled', async () => {
    const scene = setScene();
    const transition = await transitionOf(scene);
    scene.secret.rotationEnabled = false;

    const error = await errorOf(describeChecked(transition));

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain('switched off');
  });

  it.each([
    // The names that a pin stands for are itself and its alternate; the alternate of the alternate is neither.
    ['current', 'app_clone_clone', 'app_clone'],
    ['next', 'app_clone', 'app'],
  ])('refuses a pair whose %s user alone is not the pinned one', async (_which, username, next) => {
    const pin = next === 'app' ? 'app_clone_clone' : 'app_clone';
    const scene = setScene({
      strategy: 'alternating-users',
      versions: currentAndPending({ username }, { username: next }),
      tags: { 'rotating-secret:username': pin },
    });

    const error = await errorOf(describeChecked(await transitionOf(scene)));

    expect(error).toBeInstanceOf(PinViolationError);
    expect(error).toMatchObject({ tag: 'rotating-secret:username' });
  });
});

describe('fenceOf', () => {
  it('opens while the version is AWSPENDING and AWSCURRENT the one that was read', async () => {
    const scene = setScene();

    expect(await fenceOf(await transitionOf(scene))()).toBe(true);
  });

  it('stays shut when the rotation has ended meanwhile', async () => {
    const scene = setScene();
    const fence = fenceOf(await transitionOf(scene));
    scene.secret.moveLabel('AWSCURRENT', 'v2');

    expect(await fence()).toBe(false);
  });

  it.each<[string, (scene: Scene) => void, string]>([
    ['AWSPENDING was removed', ({ secret }) => secret.moveLabel('AWSPENDING', undefined), 'no staging label'],
    [
      'another rotation has AWSPENDING',
      ({ secret }) => secret.moveLabel('AWSPENDING', 'v0'),
      'on version v0',
    ],
    [
      'AWSCURRENT is another version',
      ({ secret }) => secret.moveLabel('AWSCURRENT', 'v0'),
      'moved to another',
    ],
    [
      'the rotation was cancelled',
      ({ secret }) => {
        secret.rotationEnabled = false;
      },
      'switched off',
    ],
  ])('refuses when %s meanwhile', async (_case, interfere, text) => {
    const scene = setScene({ versions: [{ id: 'v0', value: secretValue({ password: 'old' }) }, v1, v2] });
    const fence = fenceOf(await transitionOf(scene));
    interfere(scene);

    const error = await errorOf(fence());

    expect(error).toBeInstanceOf(StagingError);
    expect(error.message).toContain(text);
  });

  it('refuses when a pin was set meanwhile that the value does not keep to', async () => {
    const scene = setScene();
    const fence = fenceOf(await transitionOf(scene));
    scene.secret.tags['rotating-secret:hosts'] = 'other.example.com:5432';

    expect(await errorOf(fence())).toBeInstanceOf(PinViolationError);
  });
});
