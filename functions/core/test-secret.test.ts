import { describe, expect, it } from 'vitest';
import {
  CredentialsRejectedError,
  EngineCommandError,
  EngineUnreachableError,
  PinViolationError,
  SecretFormatError,
  StagingError,
} from './errors.ts';
import { testSecret } from './test-secret.ts';
import { adminArn, currentAndPending, errorOf, manageTags, secretValue, setScene } from './testing/scene.ts';

const [v1, v2] = currentAndPending();
const withoutPassword = secretValue({ password: undefined });
const changed = { users: { app: 'pending-password', admin: 'admin-password' } };

describe('testSecret', () => {
  it('logs in with the new value, verifies, and closes the session', async () => {
    const { rotation, journal } = setScene(changed);

    const outcome = await testSecret(rotation);

    expect(outcome).toEqual({ outcome: 'done', detail: 'Logged in with the new value.' });
    expect(journal).toEqual([
      'DescribeSecret',
      'GetSecretValue v2 AWSPENDING',
      'log in app: accepted',
      'verify app',
      'close app',
    ]);
  });

  it('hands on what the session noticed', async () => {
    const { rotation } = setScene({ ...changed, notices: ['The user expires tomorrow.'] });

    expect(await testSecret(rotation)).toMatchObject({ notices: ['The user expires tomorrow.'] });
  });

  it('refuses a second user that lacks the privileges of the first, and closes its session', async () => {
    const { rotation, database } = setScene({
      strategy: 'alternating-users',
      versions: currentAndPending({ masterarn: adminArn }, { username: 'app_clone' }),
      users: { app: 'current-password', app_clone: 'pending-password' },
    });

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(EngineCommandError);
    expect(database.openSessions()).toBe(0);
  });

  it('never takes AWSCURRENT for an AWSPENDING that cannot be read', async () => {
    const { rotation, database } = setScene({
      versions: [v1, { id: 'v2', labels: ['AWSPENDING'] }],
      deadlineMs: 1,
    });

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(StagingError);
    expect(database.logins).toEqual([]);
  });

  it('says which value was rejected', async () => {
    const { rotation } = setScene();

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(CredentialsRejectedError);
    expect(error).toMatchObject({ tried: ['AWSPENDING'], engineCode: '28P01' });
    expect(error.message).not.toContain('pending-password');
  });

  it('takes a server that cannot be reached for no verdict', async () => {
    const fault = new EngineUnreachableError({ host: 'db.example.com', port: 5432 }, 'tls', 'Not trusted.');
    const { rotation } = setScene({
      onLogin() {
        throw fault;
      },
    });

    expect(await errorOf(testSecret(rotation))).toBe(fault);
  });

  it.each([
    ['user', { 'rotating-secret:username': 'other' }],
    ['host', { 'rotating-secret:hosts': 'other.example.com:5432' }],
    ['admin secret', { 'rotating-secret:admin-secret': 'arn:other' }],
  ])('sends nothing to a database when the %s differs from its pin', async (_pin, tags) => {
    const { rotation, database } = setScene({
      ...changed,
      versions: currentAndPending({ masterarn: adminArn }),
      strategy: 'single-user',
      tags,
    });

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(PinViolationError);
    expect(database.logins).toEqual([]);
  });

  it('lets the alternate of a pinned user pass', async () => {
    const { rotation } = setScene({
      strategy: 'alternating-users',
      versions: currentAndPending({ masterarn: adminArn }, { username: 'app_clone' }),
      users: { app_clone: { passwords: ['pending-password'], memberOf: 'app' } },
      tags: { 'rotating-secret:username': 'app' },
    });

    expect(await testSecret(rotation)).toMatchObject({ outcome: 'done' });
  });

  it('contacts no database once the rotation has ended', async () => {
    const { rotation, secret, database } = setScene();
    secret.moveLabel('AWSCURRENT', 'v2');

    expect(await testSecret(rotation)).toMatchObject({ outcome: 'already-done' });
    expect(database.logins).toEqual([]);
  });

  it('refuses a version that is not being rotated', async () => {
    const { rotation, secret } = setScene(changed);
    secret.moveLabel('AWSPENDING', undefined);

    expect(await errorOf(testSecret(rotation))).toBeInstanceOf(StagingError);
  });
});

describe('testSecret alone, as RotateImmediately=false calls it', () => {
  const copyOf = (value: object) => [
    { ...v1, value },
    { ...v2, value },
  ];

  it('tests the copy of AWSCURRENT', async () => {
    const { rotation } = setScene({ versions: copyOf(v1.value) });

    expect(await testSecret(rotation)).toMatchObject({ outcome: 'done' });
  });

  it('tests the admin credential when the user is still to be made, and changes nothing', async () => {
    const { rotation, database, journal } = setScene({ versions: copyOf(withoutPassword), tags: manageTags });

    const outcome = await testSecret(rotation);

    expect(outcome.outcome).toBe('done');
    expect(database.logins.map(({ username }) => username)).toEqual(['admin']);
    expect(database.changes).toEqual([]);
    expect(journal.at(-1)).toBe('close admin');
  });

  it('fails for a user to be made when the admin credential does not work', async () => {
    const { rotation } = setScene({
      versions: copyOf(withoutPassword),
      tags: manageTags,
      users: { admin: 'changed-elsewhere' },
    });

    expect(await errorOf(testSecret(rotation))).toMatchObject({ tried: ['admin secret'] });
  });

  it('refuses a value without a password where no pin lets the admin make the user', async () => {
    const { rotation, journal } = setScene({
      versions: copyOf(withoutPassword),
      tags: { 'rotating-secret:admin-secret': adminArn },
    });

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(SecretFormatError);
    expect(journal).not.toContain(`GetSecretValue ${adminArn}`);
  });

  it.each([
    ['has another password', v1.value],
    ['has none either but differs elsewhere', secretValue({ password: undefined, dbname: 'other' })],
  ])('refuses an AWSPENDING without a password when AWSCURRENT %s', async (_case, value) => {
    const { rotation, database } = setScene({
      versions: [
        { ...v1, value },
        { ...v2, value: withoutPassword },
      ],
      tags: manageTags,
    });

    const error = await errorOf(testSecret(rotation));

    expect(error).toBeInstanceOf(SecretFormatError);
    expect(error).toMatchObject({ field: 'password' });
    expect(database.logins).toEqual([]);
  });
});
