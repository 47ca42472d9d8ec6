import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIn } from '../servers/postgres-login.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { apiCalls, type Rehearsal, type RotationResult, startRehearsal } from './rehearsal.ts';

/** What the environment, the admin secret's shape and the server's settings change. */
describeWithPostgres([18, 15], 'settings', (major) => {
  let target: PostgresTarget;

  beforeAll(async () => {
    target = await startPostgresTarget({ major, settings: { shared_preload_libraries: 'passwordcheck' } });
  });

  afterAll(async () => {
    await target?.[Symbol.asyncDispose]();
  });

  const rehearse = (environment: Readonly<Record<string, string>> = {}): Promise<Rehearsal> =>
    startRehearsal({ bundle: 'postgres', caPath: target.caPath, environment });

  const newSecret = async (
    rehearsal: Rehearsal,
    change: object = {},
    tags = {},
  ): Promise<{ readonly username: string; readonly arn: string }> => {
    const username = `app_${randomBytes(4).toString('hex')}`;
    await target.createUser({ username, password: 'initial-1' });
    const { engine, host, port, dbname } = target;
    const value = { engine, host, port, dbname, username, password: 'initial-1', ...change };
    return { username, arn: await rehearsal.createSecret(value, tags) };
  };

  const storedPassword = async (username: string): Promise<string> => {
    const { rows } = await target.superuser.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [
      username,
    ]);
    return String(rows[0]?.rolpassword);
  };

  const expectRotated = (result: RotationResult): void =>
    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });

  it('makes passwords as PASSWORD_LENGTH and EXCLUDE_ variables say', async () => {
    await using rehearsal = await rehearse({
      PASSWORD_LENGTH: '50',
      EXCLUDE_PUNCTUATION: 'yes',
      EXCLUDE_CHARACTERS: 'abcABC123',
    });
    const { arn } = await newSecret(rehearsal);

    expectRotated(await rehearsal.rotate(arn));

    expect((await rehearsal.read(arn)).password).toMatch(/^[0d-zD-Z4-9]{50}$/);
  });

  it('asks GetRandomPassword where PASSWORD_SOURCE says so', async () => {
    await using rehearsal = await rehearse({ PASSWORD_SOURCE: 'secretsmanager', PASSWORD_LENGTH: '20' });
    const { arn } = await newSecret(rehearsal);

    expectRotated(await rehearsal.rotate(arn));

    expect(apiCalls(rehearsal)).toContain('GetRandomPassword');
    expect((await rehearsal.read(arn)).password).toHaveLength(20);
  });

  it('fails at its start when a variable is wrong, and names it', async () => {
    await using rehearsal = await rehearse({ ROTATION_STRATEGY: 'both' });
    const { arn } = await newSecret(rehearsal);

    const result = await rehearsal.rotate(arn);

    expect(`${result.errorType} ${result.errorMessage}`).toContain('ROTATION_STRATEGY');
  });

  it('chooses the strategy as AWS templates would where none is set', async () => {
    await using rehearsal = await rehearse();
    const adminArn = await rehearsal.createSecret({
      engine: 'postgres',
      host: target.host,
      port: target.port,
      ...target.admin,
    });
    const one = await newSecret(rehearsal);
    const two = await newSecret(rehearsal, { masterarn: adminArn });

    expectRotated(await rehearsal.rotate(one.arn));
    expectRotated(await rehearsal.rotate(two.arn));

    expect((await rehearsal.read(one.arn)).username).toBe(one.username);
    expect((await rehearsal.read(two.arn)).username).toBe(`${two.username}_clone`);
  });

  it('takes an admin secret as RDS manages it, where the host is pinned', async () => {
    await using rehearsal = await rehearse({ ROTATION_STRATEGY: 'alternating-users' });
    const adminArn = await rehearsal.createSecret(target.admin);
    const pinned = await newSecret(
      rehearsal,
      { masterarn: adminArn },
      { 'rotating-secret:hosts': `${target.host}:${target.port}` },
    );
    const unpinned = await newSecret(rehearsal, { masterarn: adminArn });

    const [one, other] = [await rehearsal.rotate(pinned.arn), await rehearsal.rotate(unpinned.arn)];

    expectRotated(one);
    expect(other.errorType).toBe('PinViolationError');
    expect(other.errorMessage).toContain('rotating-secret:hosts');
  });

  it('does not send the admin credential to another host than its own', async () => {
    await using rehearsal = await rehearse({ ROTATION_STRATEGY: 'alternating-users' });
    const adminArn = await rehearsal.createSecret({
      ...target.admin,
      host: 'db.example.com',
      port: target.port,
    });
    const { arn } = await newSecret(rehearsal, { masterarn: adminArn });
    const before = (await target.logins()).accepted;

    const result = await rehearsal.rotate(arn);

    expect(result.errorType).toBe('PinViolationError');
    // The login of the current user, which has to come first, and none of the admin.
    expect((await target.logins()).accepted - before).toBe(1);
  });

  it('sends the password itself only where PASSWORD_FORM says so, and then meets the rules of the server', async () => {
    await using verifier = await rehearse({ PASSWORD_LENGTH: '6' });
    await using plaintext = await rehearse({ PASSWORD_LENGTH: '6', PASSWORD_FORM: 'plaintext' });
    await using longEnough = await rehearse({ PASSWORD_FORM: 'plaintext', EXCLUDE_CHARACTERS: '' });
    const short = await newSecret(verifier);
    const refused = await newSecret(plaintext);
    const accepted = await newSecret(longEnough);

    expectRotated(await verifier.rotate(short.arn));
    const policy = await plaintext.rotate(refused.arn);
    expectRotated(await longEnough.rotate(accepted.arn));

    expect(policy).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
    expect(policy.errorMessage).toContain('22023');
    expect(policy.errorMessage).toContain('PASSWORD_LENGTH');
    const passwords = await plaintext.allPasswords();
    expect(passwords).toHaveLength(2);
    expect(passwords.filter((password) => policy.errorMessage?.includes(password))).toEqual([]);
    // Without its label the next rotation makes another password, where the same one would be tried for ever.
    expect(Object.values(await plaintext.labels(refused.arn))).toEqual([['AWSCURRENT']]);
    expect(await target.logsIn({ username: refused.username, password: 'initial-1' })).toBe(true);
  });

  it('is not led astray by the settings of the database that it works in', async () => {
    await using rehearsal = await rehearse({ ROTATION_STRATEGY: 'alternating-users' });
    const adminArn = await rehearsal.createSecret({
      engine: 'postgres',
      host: target.host,
      port: target.port,
      ...target.admin,
    });
    await target.superuser.query('CREATE DATABASE trap');
    const { server } = target;
    const trap = await logIn(server, {
      user: server.superuser,
      password: server.superuserPassword,
      database: 'trap',
    });
    await trap.query('CREATE SCHEMA evil');
    await trap.query(
      "CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''md5''::text'",
    );
    await trap.query(
      "CREATE FUNCTION evil.hashtext(text) RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''led astray''; END'",
    );
    await trap.query('ALTER DATABASE trap SET search_path = evil, pg_catalog');
    await trap.query('GRANT USAGE ON SCHEMA evil TO PUBLIC');
    await trap.end();
    const { arn, username } = await newSecret(rehearsal, { masterarn: adminArn, dbname: 'trap' });

    expectRotated(await rehearsal.rotate(arn));

    expect(await storedPassword(`${username}_clone`)).toMatch(/^SCRAM-SHA-256/);
  });
});
