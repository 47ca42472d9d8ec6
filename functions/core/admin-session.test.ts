import { describe, expect, it } from 'vitest';
import { openAdminSession } from './admin-session.ts';
import { parseDatabaseSecret } from './database-secret.ts';
import { CredentialsRejectedError, PinViolationError, SecretFormatError } from './errors.ts';
import { readPins } from './pins.ts';
import { Sensitive } from './sensitive.ts';
import { refusal } from './testing/memory-secret-store.ts';
import { adminArn, adminValue, errorOf, type Scene, secretValue, setScene } from './testing/scene.ts';

const hosts = { 'rotating-secret:hosts': 'db.example.com:5432' };

async function open({ rotation }: Scene, members: object = {}, tags: Record<string, string> = {}) {
  const text = JSON.stringify(secretValue({ masterarn: adminArn, ...members }));
  const secret = parseDatabaseSecret(new Sensitive(text), rotation.engine.shape);
  await using session = await openAdminSession(rotation, secret, readPins(tags));
  return session;
}

const withAdmin = (admin: object | string | Error): Scene => setScene({ others: { [adminArn]: admin } });

describe('openAdminSession', () => {
  it('logs the admin in to the database of the secret', async () => {
    const scene = setScene();

    await open(scene);

    expect(scene.database.logins).toEqual([
      {
        host: 'db.example.com',
        port: 5432,
        username: 'admin',
        password: 'admin-password',
        dbname: 'orders',
        ssl: true,
        outcome: 'accepted',
      },
    ]);
  });

  it.each([
    ['keeps TLS although the secret is without', { ssl: false }, {}, true],
    [
      'leaves TLS where the admin secret does, although the secret has it',
      { ssl: true },
      { ssl: false },
      false,
    ],
  ])('%s', async (_case, members, admin, ssl) => {
    const scene = withAdmin({ ...adminValue, ...admin });

    await open(scene, members);

    expect(scene.database.logins).toMatchObject([{ ssl }]);
  });

  it('reads the pinned admin secret where the value names none', async () => {
    const scene = setScene();

    await open(scene, { masterarn: undefined }, { 'rotating-secret:admin-secret': adminArn });

    expect(scene.journal).toContain(`GetSecretValue ${adminArn}`);
  });

  it('takes an admin secret without a host, as RDS manages them, to a pinned host', async () => {
    const scene = withAdmin({ username: 'admin', password: 'admin-password' });

    await open(scene, {}, hosts);

    expect(scene.database.logins).toMatchObject([{ host: 'db.example.com', port: 5432 }]);
  });

  it.each([
    ['has no host and none is pinned', { host: undefined }],
    ['is for another host', { host: 'other.example.com' }],
    ['is for another port', { port: 5433 }],
  ])('sends the admin password nowhere when the admin secret %s', async (_case, admin) => {
    const scene = withAdmin({ ...adminValue, ...admin });

    const error = await errorOf(open(scene));

    expect(error).toBeInstanceOf(PinViolationError);
    expect(scene.database.logins).toEqual([]);
  });

  it.each<[string, object | string]>([
    ['is not JSON', 'admin-password'],
    ['is no object', '["admin-password"]'],
    ['has no user name', { ...adminValue, username: undefined }],
    ['has no password', { ...adminValue, password: undefined }],
    ['is for another engine', { ...adminValue, engine: 'other' }],
    ['has a host that is none', { ...adminValue, host: 'a,b' }],
  ])('names the admin secret, not the one that rotates, when the former %s', async (_case, admin) => {
    const scene = withAdmin(admin);

    const error = await errorOf(open(scene));

    expect(error).toBeInstanceOf(SecretFormatError);
    expect(error.message).toContain(`In the admin secret ${adminArn}: `);
    expect(error.message).not.toContain('admin-password');
  });

  it('hands on what Secrets Manager says of the admin secret', async () => {
    const fault = refusal('GetSecretValue', 'AccessDeniedException');
    const scene = withAdmin(fault);

    expect(await errorOf(open(scene))).toBe(fault);
  });

  it('says what to do when the server rejects the admin', async () => {
    const scene = withAdmin({ ...adminValue, password: 'wrong-password' });

    const error = await errorOf(open(scene));

    expect(error).toBeInstanceOf(CredentialsRejectedError);
    expect(error).toMatchObject({ tried: ['admin secret'], engineCode: '28P01' });
    expect(error.message).toContain(adminArn);
    expect(error.message).not.toContain('wrong-password');
  });

  it('reads nothing when no admin secret is named', async () => {
    const scene = setScene();

    const error = await errorOf(open(scene, { masterarn: undefined }));

    expect(error).toMatchObject({ code: 'SECRET_FORMAT', field: 'masterarn' });
    expect(scene.journal).toEqual([]);
  });
});
