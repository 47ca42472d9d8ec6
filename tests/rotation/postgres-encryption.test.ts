import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

/** What is stored of a password: what the server asks for, as long as it lets the user in again. */
describeWithPostgres([18, 15], 'the form of a stored password', (major) => {
  let scramOnly: PostgresTarget;
  let both: PostgresTarget;
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    scramOnly = await startPostgresTarget({ major });
    both = await startPostgresTarget({
      major,
      settings: { password_encryption: 'md5' },
      hba: ['hostssl all all 127.0.0.1/32 md5'],
    });
    rehearsal = await startRehearsal({ bundle: 'postgres', caPath: scramOnly.caPath });
  });

  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]();
    await scramOnly?.[Symbol.asyncDispose]();
    await both?.[Symbol.asyncDispose]();
  });

  const newSecret = async (
    target: PostgresTarget,
    used = rehearsal,
    change: object = {},
  ): Promise<{ readonly username: string; readonly arn: string }> => {
    const username = `app_${randomBytes(4).toString('hex')}`;
    await target.createUser({ username, password: 'initial' });
    const { engine, host, port, dbname } = target;
    const value = { engine, host, port, dbname, username, password: 'initial', ...change };
    return { username, arn: await used.createSecret(value) };
  };

  const stored = async (target: PostgresTarget, username: string): Promise<string> => {
    const { rows } = await target.superuser.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [
      username,
    ]);
    return String(rows[0]?.rolpassword);
  };

  it.runIf(major >= 16)('has as many iterations of SCRAM as the server asks for', async () => {
    const { username, arn } = await newSecret(scramOnly);
    await scramOnly.superuser.query(`ALTER ROLE ${username} SET scram_iterations = 8192`);

    expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(scramOnly, username)).toMatch(/^SCRAM-SHA-256\$8192:/);
  });

  it.runIf(major >= 16)('has no more of them than clients accept', async () => {
    const { username, arn } = await newSecret(scramOnly);
    await scramOnly.superuser.query(`ALTER ROLE ${username} SET scram_iterations = 2147483647`);

    expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(scramOnly, username)).toMatch(/^SCRAM-SHA-256\$100000:/);
  });

  it('is SCRAM for a user that logs in with SCRAM, whatever password_encryption says', async () => {
    const { username, arn } = await newSecret(scramOnly);
    await scramOnly.superuser.query(`ALTER ROLE ${username} SET password_encryption = 'md5'`);

    expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(scramOnly, username)).toMatch(/^SCRAM-SHA-256/);
  });

  it('is MD5 for a user that logs in with MD5 where password_encryption is md5', async () => {
    await using used = await startRehearsal({ bundle: 'postgres', caPath: both.caPath });
    const { username, arn } = await newSecret(both, used);

    expect(await used.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await used.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(both, username)).toMatch(/^md5[0-9a-f]{32}$/);
  });

  it('is MD5 by an admin where the configuration of the server says so', async () => {
    await using used = await startRehearsal({ bundle: 'postgres', caPath: both.caPath });
    const { host, port, admin } = both;
    const masterarn = await used.createSecret({ engine: 'postgres', host, port, ...admin });
    const { username, arn } = await newSecret(both, used, { masterarn });

    expect(await used.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(both, `${username}_clone`)).toMatch(/^md5[0-9a-f]{32}$/);
  });

  it('is not MD5 by an admin where only the owner of the database says so', async () => {
    const { host, port, admin, dbname } = scramOnly;
    const masterarn = await rehearsal.createSecret({ engine: 'postgres', host, port, ...admin });
    const { username, arn } = await newSecret(scramOnly, rehearsal, { masterarn });
    await scramOnly.session.query(`ALTER DATABASE ${dbname} SET password_encryption = 'md5'`);

    const result = await rehearsal.rotate(arn);
    await scramOnly.session.query(`ALTER DATABASE ${dbname} RESET password_encryption`);

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await stored(scramOnly, `${username}_clone`)).toMatch(/^SCRAM-SHA-256/);
  });
});
