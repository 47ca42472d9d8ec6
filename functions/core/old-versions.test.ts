import { describe, expect, it } from 'vitest';
import { SecretFormatError, SecretStoreError } from './errors.ts';
import { openOldSession } from './old-versions.ts';
import { type MemoryVersion, refusal } from './testing/memory-secret-store.ts';
import {
  currentAndPending,
  errorOf,
  type Scene,
  type SceneOptions,
  secretValue,
  setScene,
} from './testing/scene.ts';
import { readTransition } from './transition.ts';

/** A version without a label whose password tells which one it is. */
const retained = (id: string, members: object = {}): MemoryVersion => ({
  id,
  value: secretValue({ password: `password-of-${id}`, ...members }),
});

const withVersions = (old: readonly MemoryVersion[], users: SceneOptions['users'] = { app: 'lost' }): Scene =>
  setScene({ versions: [...old, ...currentAndPending()], users });

async function open({ rotation, database }: Scene) {
  const transition = await readTransition(rotation);
  if (transition === 'already-current') throw new Error('Expected a transition; found the rotation ended.');
  const tried: string[] = [];
  const session = await openOldSession(transition, tried);
  await session?.[Symbol.asyncDispose]();
  return {
    isOpened: session !== undefined,
    tried,
    passwords: database.logins.map(({ password }) => password),
  };
}

describe('openOldSession', () => {
  it('tries AWSPREVIOUS first, however old, then the versions without a label, newest first', async () => {
    const scene = withVersions([
      { ...retained('oldest'), labels: ['AWSPREVIOUS'] },
      retained('older'),
      retained('newer'),
    ]);

    const { tried, isOpened } = await open(scene);

    expect(tried).toEqual(['AWSPREVIOUS', 'newer', 'older']);
    expect(isOpened).toBe(false);
  });

  it('stops at the first version that logs in', async () => {
    const scene = withVersions([retained('v-a'), retained('v-b'), retained('v-c')], {
      app: 'password-of-v-b',
    });

    const { tried, isOpened } = await open(scene);

    expect(isOpened).toBe(true);
    expect(tried).toEqual(['v-c', 'v-b']);
  });

  it('reads AWSCURRENT and AWSPENDING no second time', async () => {
    const scene = withVersions([retained('v-a')]);

    await open(scene);

    expect(scene.journal.slice(scene.journal.indexOf('ListSecretVersionIds') + 1)).toEqual([
      'GetSecretValue v-a',
      'log in app: rejected',
    ]);
  });

  it('lists no versions when AWSPREVIOUS logs in', async () => {
    const scene = withVersions([{ ...retained('v-a'), labels: ['AWSPREVIOUS'] }], { app: 'password-of-v-a' });

    await open(scene);

    expect(scene.journal).not.toContain('ListSecretVersionIds');
  });

  it('tries five versions without a label and no more, so that nobody is locked out', async () => {
    const old = Array.from({ length: 7 }, (_, index) => retained(`v-${index}`));
    const scene = withVersions([...old, { ...retained('previous'), labels: ['AWSPREVIOUS'] }]);

    const { tried } = await open(scene);

    expect(tried).toEqual(['AWSPREVIOUS', 'v-6', 'v-5', 'v-4', 'v-3', 'v-2']);
  });

  it('does not count versions that it passes over', async () => {
    const passedOver = Array.from({ length: 8 }, (_, index) =>
      retained(`other-${index}`, { username: 'other' }),
    );
    const scene = withVersions([retained('v-a'), ...passedOver], { app: 'password-of-v-a' });

    const { tried, isOpened } = await open(scene);

    expect(isOpened).toBe(true);
    expect(tried).toEqual(['v-a']);
  });

  it.each<[string, MemoryVersion[]]>([
    ['has the password of AWSCURRENT', [retained('v-a', { password: 'current-password' })]],
    ['has the password of AWSPENDING', [retained('v-a', { password: 'pending-password' })]],
    ['is for another host', [retained('v-a', { host: 'other.example.com' })]],
    ['is for another port', [retained('v-a', { port: 5433 })]],
    ['is for another user', [retained('v-a', { username: 'App' })]],
    ['has no password', [retained('v-a', { password: undefined })]],
    ['is of another engine', [retained('v-a', { engine: 'other' })]],
    ['is not JSON', [{ id: 'v-a', value: 'plain text' }]],
    ['is binary', [{ id: 'v-a', fault: new SecretFormatError('', 'The secret value is binary.') }]],
    [
      'is encrypted with a key that is gone',
      [{ id: 'v-a', fault: refusal('GetSecretValue', 'DecryptionFailure') }],
    ],
  ])('passes over a version that %s', async (_case, old) => {
    const scene = withVersions(old);

    const { tried, passwords } = await open(scene);

    expect(tried).toEqual([]);
    expect(passwords).toEqual([]);
  });

  it('passes over an AWSPREVIOUS that cannot be decrypted, too', async () => {
    const fault = refusal('GetSecretValue', 'DecryptionFailure');
    const scene = withVersions([retained('v-a'), { id: 'v-b', labels: ['AWSPREVIOUS'], fault }]);

    const { tried } = await open(scene);

    expect(tried).toEqual(['v-a']);
  });

  it('tries a password once, however many versions have it', async () => {
    const scene = withVersions([
      retained('v-a', { password: 'same' }),
      retained('v-b', { password: 'same' }),
      { ...retained('v-c', { password: 'same' }), labels: ['AWSPREVIOUS'] },
    ]);

    const { passwords } = await open(scene);

    expect(passwords).toEqual(['same']);
  });

  it('takes a host of other letter case for the same', async () => {
    const scene = withVersions([retained('v-a', { host: 'DB.Example.COM' })]);

    const { tried } = await open(scene);

    expect(tried).toEqual(['v-a']);
  });

  it('sends an old password to where the new one goes, however the old version would have connected', async () => {
    const scene = withVersions([retained('v-a', { ssl: false, dbname: 'elsewhere' })]);

    await open(scene);

    expect(scene.database.logins).toMatchObject([{ ssl: true, dbname: 'orders', host: 'db.example.com' }]);
  });

  it('ends in the error of Secrets Manager when a version may not be read', async () => {
    const fault = refusal('GetSecretValue', 'AccessDeniedException');
    const scene = withVersions([{ id: 'v-a', fault }]);

    const error = await errorOf(open(scene));

    expect(error).toBeInstanceOf(SecretStoreError);
    expect(error).toBe(fault);
  });
});
