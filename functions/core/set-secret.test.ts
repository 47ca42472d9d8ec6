import { describe, expect, it } from 'vitest';
import {
  CredentialsRejectedError,
  EngineCommandError,
  EngineUnreachableError,
  LoginRefusedError,
  StagingError,
} from './errors.ts';
import { setSecret } from './set-secret.ts';
import { adminArn, currentAndPending, errorOf, manageTags, secretValue, setScene } from './testing/scene.ts';

const target = { host: 'db.example.com', port: 5432 };

describe('setSecret with one user', () => {
  it('logs in with AWSCURRENT alone and changes the password in that session, labels read inside the lock', async () => {
    const { rotation, database, journal } = setScene();

    const outcome = await setSecret(rotation);

    expect(outcome).toMatchObject({ outcome: 'done' });
    expect(database.users.get('app')?.passwords).toEqual(['pending-password']);
    expect(journal.slice(2)).toEqual([
      'log in app: accepted',
      'lock app',
      'DescribeSecret',
      'commit app',
      'close app',
    ]);
  });

  it('says that the change was made already when AWSCURRENT is rejected and AWSPENDING works', async () => {
    const { rotation, database } = setScene({ users: { app: 'pending-password' } });

    const outcome = await setSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(database.changes).toEqual([]);
  });

  it('comes to the same end when it runs twice', async () => {
    const { rotation, database } = setScene();
    await setSecret(rotation);

    const outcome = await setSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(database.users.get('app')?.passwords).toEqual(['pending-password']);
  });

  it('lets two that run at once both end with the new password in place', async () => {
    const { rotation, database } = setScene();

    const outcomes = await Promise.all([setSecret(rotation), setSecret(rotation)]);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(database.users.get('app')?.passwords).toEqual(['pending-password']);
  });

  it('changes with AWSPREVIOUS when AWSCURRENT and AWSPENDING are rejected', async () => {
    const { rotation, database } = setScene({
      versions: [
        { id: 'v0', value: secretValue({ password: 'previous-password' }), labels: ['AWSPREVIOUS'] },
        ...currentAndPending(),
      ],
      users: { app: 'previous-password' },
    });

    const outcome = await setSecret(rotation);

    expect(outcome).toMatchObject({ outcome: 'done', detail: expect.stringContaining('an older version') });
    expect(database.users.get('app')?.passwords).toEqual(['pending-password']);
  });

  it('names all that it tried, and the ways out, when every version is rejected', async () => {
    const { rotation, database } = setScene({
      versions: [
        { id: 'v-retained', value: secretValue({ password: 'retained-password' }) },
        { id: 'v-previous', value: secretValue({ password: 'previous-password' }), labels: ['AWSPREVIOUS'] },
        ...currentAndPending(),
      ],
      users: { app: 'changed-elsewhere' },
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(CredentialsRejectedError);
    expect(error).toMatchObject({
      tried: ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'v-retained'],
      engineCode: '28P01',
    });
    expect(error.message).toContain('rotating-secret:manage-user');
    expect(error.message).not.toMatch(/\w+-password/);
    expect(database.changes).toEqual([]);
  });

  it.each([
    ['the server cannot be reached', new EngineUnreachableError(target, 'connect', 'ECONNREFUSED')],
    ['the session is refused', new LoginRefusedError('too-many-connections', '53300', 'Too many.')],
  ])('tries no other version when %s', async (_case, fault) => {
    const { rotation, journal, database } = setScene({
      onLogin() {
        throw fault;
      },
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBe(fault);
    expect(database.changes).toEqual([]);
    expect(journal).toEqual(['GetSecretValue AWSCURRENT', 'GetSecretValue v2 AWSPENDING']);
  });

  it.each([
    ['AWSCURRENT moved to another version', 'AWSCURRENT', 'v0'],
    ['AWSPENDING was removed', 'AWSPENDING', undefined],
  ])('takes nothing into effect when %s before it got the lock', async (_case, label, to) => {
    const { rotation, secret, database } = setScene({
      versions: [{ id: 'v0', value: secretValue({ password: 'old' }) }, ...currentAndPending()],
      onLock: () => secret.moveLabel(label, to),
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(database.users.get('app')?.passwords).toEqual(['current-password']);
    expect(database.openSessions()).toBe(0);
  });

  it('changes nothing when another invocation finished the rotation before it got the lock', async () => {
    const { rotation, secret, database, journal } = setScene({
      onLock: () => secret.moveLabel('AWSCURRENT', 'v2'),
    });

    const outcome = await setSecret(rotation);

    expect(outcome).toEqual({ outcome: 'already-done', detail: 'The version is AWSCURRENT already.' });
    expect(database.users.get('app')?.passwords).toEqual(['current-password']);
    expect(journal).toContain('roll back app');
  });

  it('contacts no database once the rotation has ended', async () => {
    const { rotation, secret, database } = setScene();
    secret.moveLabel('AWSCURRENT', 'v2');

    const outcome = await setSecret(rotation);

    expect(outcome.outcome).toBe('already-done');
    expect(database.logins).toEqual([]);
  });

  it('looks at the labels before it sends AWSPENDING, when AWSCURRENT was rejected', async () => {
    const { rotation, database } = setScene({ users: { app: 'x' }, rotationEnabled: false });

    const error = await errorOf(setSecret(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(database.logins.map(({ password }) => password)).toEqual(['current-password']);
  });

  it('repairs a lost password with the admin credential under manage-user, without trying older ones', async () => {
    const { rotation, database, journal } = setScene({
      users: { app: 'changed-elsewhere', admin: 'admin-password' },
      tags: manageTags,
    });

    const outcome = await setSecret(rotation);

    expect(outcome).toMatchObject({
      outcome: 'done',
      detail: 'Changed the password with the admin credential.',
    });
    expect(database.logsIn('app', 'pending-password')).toBe(true);
    expect(journal).toContain(`GetSecretValue ${adminArn}`);
    expect(database.logins.map(({ username }) => username)).toEqual(['app', 'admin']);
  });

  it('makes a user that has no password yet, with the roles of its pin', async () => {
    const { rotation, database } = setScene({
      versions: currentAndPending({ password: undefined }),
      users: { admin: 'admin-password' },
      tags: { ...manageTags, 'rotating-secret:grant-roles': 'reader writer' },
    });

    await setSecret(rotation);

    expect(database.logsIn('app', 'pending-password')).toBe(true);
    expect(database.changes).toMatchObject([{ by: 'admin', manage: { grantRoles: ['reader', 'writer'] } }]);
  });
});

describe('setSecret and a password that the rules of the server refuse', () => {
  const refuse = (reason: 'policy' | 'other') => () => {
    throw new EngineCommandError(reason, '22023', 'The password is too simple.');
  };

  it('gives the version up, so that the next rotation makes another password', async () => {
    const { rotation, secret } = setScene({ onLock: refuse('policy') });

    const error = await errorOf(setSecret(rotation));

    expect(error).toMatchObject({ reason: 'policy', engineCode: '22023' });
    expect(error.message).toContain('The password is too simple. The version has lost its AWSPENDING label');
    expect(secret.labels()).toEqual({ v1: ['AWSCURRENT'] });
  });

  it('keeps the version when the change was refused for another reason', async () => {
    const { rotation, secret } = setScene({ onLock: refuse('other') });

    await errorOf(setSecret(rotation));

    expect(secret.labels()).toEqual({ v1: ['AWSCURRENT'], v2: ['AWSPENDING'] });
  });
});
