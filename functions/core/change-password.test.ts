import { describe, expect, it } from 'vitest';
import { CredentialsRejectedError, EngineCommandError, PinViolationError, StagingError } from './errors.ts';
import { setSecret } from './set-secret.ts';
import {
  adminArn,
  currentAndPending,
  errorOf,
  manageTags,
  type SceneOptions,
  setScene,
} from './testing/scene.ts';

const pair: SceneOptions = {
  strategy: 'alternating-users',
  versions: currentAndPending({ masterarn: adminArn }, { username: 'app_clone' }),
};
const backToFirst: SceneOptions = {
  strategy: 'alternating-users',
  versions: currentAndPending({ masterarn: adminArn, username: 'app_clone' }, { username: 'app' }),
  users: {
    app: 'old-password',
    app_clone: { passwords: ['current-password'], memberOf: 'app' },
    admin: 'admin-password',
  },
};

describe('a change by the admin', () => {
  it('gives the second user a password and the privileges of the first, which is not touched', async () => {
    const { rotation, database } = setScene(pair);

    await setSecret(rotation);

    expect(Object.fromEntries(database.users)).toMatchObject({
      app: { passwords: ['current-password'] },
      app_clone: { passwords: ['pending-password'], memberOf: 'app' },
    });
    expect(database.changes).toMatchObject([
      { by: 'admin', username: 'app_clone', privilegesOf: 'app', alternateOf: undefined, manage: undefined },
    ]);
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['is to be proved by the database', {}, 'app_clone'],
    ['is known from the pinned user name', { 'rotating-secret:username': 'app' }, undefined],
  ])('of the first user says whose alternate it is where that %s', async (_case, tags, alternateOf) => {
    const { rotation, database } = setScene({ ...backToFirst, tags });

    await setSecret(rotation);

    expect(database.changes).toMatchObject([{ username: 'app', privilegesOf: undefined, alternateOf }]);
  });

  it('is made only after the current password was seen working, in a session that is closed before', async () => {
    const { rotation, journal } = setScene(pair);

    await setSecret(rotation);

    expect(journal.slice(2)).toEqual([
      'DescribeSecret',
      'log in app: accepted',
      'verify app',
      'close app',
      `GetSecretValue ${adminArn}`,
      'log in admin: accepted',
      'lock app_clone',
      'DescribeSecret',
      'commit app_clone',
      'close admin',
    ]);
  });

  it('is refused, its credential unread, when the current password does not work', async () => {
    const { rotation, journal } = setScene({ ...pair, users: { app: 'changed-elsewhere' } });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(CredentialsRejectedError);
    expect(error).toMatchObject({ tried: ['AWSCURRENT'] });
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
  });

  it('is refused, its credential unread, when there is no current password and no pin allows to do without', async () => {
    const { rotation, journal } = setScene({
      ...pair,
      versions: currentAndPending({ masterarn: adminArn, password: undefined }),
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toMatchObject({ code: 'SECRET_FORMAT', field: 'password' });
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
  });

  it('needs no login with the current password under manage-user', async () => {
    const { rotation, database } = setScene({
      ...pair,
      users: { app: 'changed-elsewhere', admin: 'admin-password' },
      tags: { ...manageTags, 'rotating-secret:grant-roles': 'reader' },
    });

    await setSecret(rotation);

    expect(database.logins.map(({ username }) => username)).toEqual(['admin']);
    expect(database.changes).toMatchObject([{ manage: { grantRoles: ['reader'] } }]);
  });

  it.each<[string, SceneOptions, typeof StagingError | typeof PinViolationError]>([
    ['the rotation was cancelled', { rotationEnabled: false }, StagingError],
    ['the user is not the pinned one', { tags: { 'rotating-secret:username': 'other' } }, PinViolationError],
    [
      'the current user is not the pinned one although the next is',
      {
        versions: currentAndPending(
          { masterarn: adminArn, username: 'app_clone_clone' },
          { username: 'app_clone' },
        ),
        tags: { 'rotating-secret:username': 'app_clone' },
      },
      PinViolationError,
    ],
  ])('reads no admin credential and logs nobody in when %s', async (_case, change, kind) => {
    const { rotation, database, journal } = setScene({ ...pair, ...change });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(kind);
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
    expect(database.logins).toEqual([]);
  });

  it('changes nothing when another invocation finished the rotation before it got the lock', async () => {
    const { rotation, secret, database } = setScene({
      ...pair,
      onLock: () => secret.moveLabel('AWSCURRENT', 'v2'),
    });

    const outcome = await setSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(database.users.has('app_clone')).toBe(false);
  });

  it('hands on what the session noticed', async () => {
    const { rotation } = setScene({ ...pair, notices: ['app lacks what app_clone has.'] });

    const outcome = await setSecret(rotation);

    expect(outcome).toMatchObject({ outcome: 'done', notices: ['app lacks what app_clone has.'] });
  });

  it('says nothing of notices when there is none', async () => {
    const { rotation } = setScene({ ...pair, notices: [] });

    expect(await setSecret(rotation)).not.toHaveProperty('notices');
  });
});

describe('a change that keeps the current password', () => {
  const dual: SceneOptions = { strategy: 'dual-password' };

  it('is made by the user itself, and both passwords work then', async () => {
    const { rotation, database } = setScene(dual);

    const outcome = await setSecret(rotation);

    expect(outcome.outcome).toBe('done');
    expect(database.users.get('app')?.passwords).toEqual(['pending-password', 'current-password']);
    expect(database.logins.map(({ username }) => username)).toEqual(['app']);
  });

  it.each<[string, SceneOptions]>([
    ['the value', { versions: currentAndPending({ masterarn: adminArn }) }],
    ['a pin', { tags: { 'rotating-secret:admin-secret': adminArn } }],
  ])('is made by the admin that %s names where the user lacks the right', async (_where, change) => {
    const { rotation, database } = setScene({ ...dual, ...change, usersMayRetain: false });

    const outcome = await setSecret(rotation);

    expect(outcome.detail).toBe('Changed the password with the admin credential.');
    expect(database.users.get('app')?.passwords).toEqual(['pending-password', 'current-password']);
    expect(database.logins.map(({ username }) => username)).toEqual(['app', 'admin']);
  });

  it('fails with what the server said where the user lacks the right and no admin is named', async () => {
    const { rotation } = setScene({ ...dual, usersMayRetain: false });

    const error = await errorOf(setSecret(rotation));

    expect(error).toMatchObject({ code: 'ENGINE_COMMAND', reason: 'privilege', engineCode: '1227' });
  });

  it('asks no admin when the change was refused for another reason', async () => {
    const { rotation, journal } = setScene({
      ...dual,
      versions: currentAndPending({ masterarn: adminArn }),
      onLock() {
        throw new EngineCommandError('busy', '1205', 'Lock wait timeout.');
      },
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toMatchObject({ reason: 'busy' });
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
  });

  it('reads no admin credential when the pins do not allow it', async () => {
    const { rotation, journal } = setScene({
      ...dual,
      versions: currentAndPending({ masterarn: adminArn }),
      tags: { 'rotating-secret:admin-secret': 'arn:other' },
      usersMayRetain: false,
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(PinViolationError);
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
  });
});
