import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn } from '../servers/postgres-login.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { type Rehearsal, type RotationResult, startRehearsal } from './rehearsal.ts';

/** The second user of an alternating pair: made, repaired or refused. */
describeWithPostgres([18, 15], 'the second user of a pair', (major) => {
  let target: PostgresTarget;
  let rehearsal: Rehearsal;
  let adminArn: string;

  beforeAll(async () => {
    target = await startPostgresTarget({ major });
    const { host, port, caPath } = target;
    rehearsal = await startRehearsal({
      bundle: 'postgres',
      caPath,
      environment: { ROTATION_STRATEGY: 'alternating-users' },
    });
    adminArn = await rehearsal.createSecret({ engine: 'postgres', host, port, ...target.admin });
  });

  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
  });

  const newUser = async (): Promise<{ readonly first: string; readonly arn: string }> => {
    const first = `app_${randomBytes(4).toString('hex')}`;
    await target.createUser({ username: first, password: 'initial' });
    const { engine, host, port, dbname } = target;
    const value = { engine, host, port, dbname, username: first, password: 'initial', masterarn: adminArn };
    return { first, arn: await rehearsal.createSecret(value) };
  };

  const connectAs = async (arn: string): Promise<pg.Client> => {
    const { username, password } = await rehearsal.read(arn);
    return logIn(target.server, {
      user: String(username),
      password: String(password),
      database: target.dbname,
    });
  };

  const query = async (arn: string, sql: string): Promise<pg.QueryResultRow[]> => {
    const client = await connectAs(arn);
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  const rotateWell = async (arn: string): Promise<RotationResult> => {
    const result = await rehearsal.rotate(arn);
    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
    return result;
  };

  it('shares what either makes, in both directions', async () => {
    const { first, arn } = await newUser();
    await target.session.query(`CREATE SCHEMA ${first} AUTHORIZATION CURRENT_USER`);
    await target.session.query(`GRANT ALL ON SCHEMA ${first} TO ${first}`);
    await query(arn, `CREATE TABLE ${first}.by_first AS SELECT 1 AS id`);

    await rotateWell(arn);
    await query(arn, `ALTER TABLE ${first}.by_first ADD note text`);
    const usedBySecond = await query(arn, `UPDATE ${first}.by_first SET id = 3 RETURNING id`);
    await query(arn, `CREATE TABLE ${first}.by_second AS SELECT 2 AS id`);
    await rotateWell(arn);
    await query(arn, `ALTER TABLE ${first}.by_second ADD note text`);
    const usedByFirst = await query(arn, `UPDATE ${first}.by_second SET id = 4 RETURNING id`);
    const owners = await query(
      arn,
      `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = '${first}'`,
    );

    expect([usedBySecond, usedByFirst]).toEqual([[{ id: 3 }], [{ id: 4 }]]);
    expect(owners).toEqual([{ tableowner: first }]);
  });

  it('acts as the first, whose memberships, settings, limit and expiry it has', async () => {
    const { first, arn } = await newUser();
    await target.session.query(`CREATE ROLE team_${first}`);
    await target.session.query(`GRANT team_${first} TO ${first}`);
    await target.session.query(`ALTER ROLE ${first} CONNECTION LIMIT 7 VALID UNTIL '2099-01-02 03:04:05+00'`);
    await target.session.query(`ALTER ROLE ${first} SET work_mem = '7MB'`);
    await target.session.query(`ALTER ROLE ${first} SET search_path = "$user", public, 'odd "name, x'`);
    await target.session.query(
      `ALTER ROLE ${first} IN DATABASE ${target.dbname} SET application_name = 'it''s = "here"'`,
    );

    await rotateWell(arn);

    const [session] = await query(
      arn,
      `SELECT session_user::text, current_user::text, current_setting('work_mem') AS work_mem, current_setting('application_name') AS note,
              current_setting('search_path') AS search_path, pg_has_role(session_user, 'team_${first}', 'USAGE') AS in_team`,
    );
    const [role] = await target.session.query(
      `SELECT rolconnlimit AS limit, rolinherit AS inherits, rolvaliduntil = '2099-01-02 03:04:05+00' AS expires FROM pg_roles WHERE rolname = '${first}_clone'`,
    );
    expect(session).toEqual({
      session_user: `${first}_clone`,
      current_user: first,
      work_mem: '7MB',
      note: `it's = "here"`,
      search_path: '"$user", public, "odd ""name, x"',
      in_team: true,
    });
    expect(role).toEqual({ limit: 7, inherits: true, expires: true });
  });

  it('follows what is changed on the first, at its next turn', async () => {
    const { first, arn } = await newUser();
    await target.session.query(`ALTER ROLE ${first} SET work_mem = '7MB'`);
    await rotateWell(arn);
    await rotateWell(arn);
    await target.session.query(`ALTER ROLE ${first} RESET work_mem`);
    await target.session.query(`ALTER ROLE ${first} SET lock_timeout = '3s'`);
    await target.session.query(`ALTER ROLE ${first} CREATEDB`);

    await rotateWell(arn);

    const settings = await query(
      arn,
      `SELECT current_setting('work_mem') <> '7MB' AS reset, current_setting('lock_timeout') AS lock_timeout`,
    );
    const [role] = await target.session.query(
      `SELECT rolcreatedb FROM pg_roles WHERE rolname = '${first}_clone'`,
    );
    expect(settings).toEqual([{ reset: true, lock_timeout: '3s' }]);
    expect(role).toEqual({ rolcreatedb: true });
  });

  it('has the rights of a first that does not inherit its memberships', async () => {
    const { first, arn } = await newUser();
    await target.session.query(`CREATE ROLE team_${first}`);
    await target.session.query(`GRANT team_${first} TO ${first}`);
    await target.session.query(`ALTER ROLE ${first} NOINHERIT`);
    const rights = `SELECT current_user::text AS acts_as, pg_has_role('team_${first}', 'MEMBER') AS member`;
    const ofFirst = await query(arn, rights);

    await rotateWell(arn);

    expect(await query(arn, rights)).toEqual(ofFirst);
  });

  it('acts as the role that the first acts as', async () => {
    const { first, arn } = await newUser();
    await target.session.query(`CREATE ROLE owner_${first}`);
    await target.session.query(`GRANT owner_${first} TO ${first}`);
    await target.session.query(`ALTER ROLE ${first} SET role = 'owner_${first}'`);

    await rotateWell(arn);
    const second = await query(arn, 'SELECT current_user::text');
    await rotateWell(arn);

    expect(second).toEqual([{ current_user: `owner_${first}` }]);
    expect(await query(arn, 'SELECT current_user::text')).toEqual(second);
  });

  it('is repaired, not promoted, when it exists without membership', async () => {
    const { first, arn } = await newUser();
    await target.createUser({ username: `${first}_clone`, password: 'stray' });
    await target.session.query(`ALTER ROLE ${first}_clone NOINHERIT NOLOGIN`);

    await rotateWell(arn);

    expect(
      await query(arn, `SELECT current_user::text, pg_has_role(session_user, '${first}', 'USAGE') AS has`),
    ).toEqual([{ current_user: first, has: true }]);
  });

  it("is refused while it owns what it could no longer use, and taken over once that is the first's", async () => {
    const { first, arn } = await newUser();
    const second = `${first}_clone`;
    await target.createUser({ username: second, password: 'of AWS' });
    await target.session.query(`GRANT ${first} TO ${second}`);
    await target.superuser.query(`CREATE TABLE public.of_${second} AS SELECT 1 AS id`);
    await target.superuser.query(`ALTER TABLE public.of_${second} OWNER TO ${second}`);
    await target.superuser.query(`GRANT USAGE ON SCHEMA public TO ${second}`);

    const refused = await rehearsal.rotate(arn);
    await target.superuser.query(`REASSIGN OWNED BY ${second} TO ${first}; DROP OWNED BY ${second}`);
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) {
      expect((await rehearsal.step(step, arn, refused.token)).errorMessage).toBeUndefined();
    }

    expect(refused.errorType).toBe('EngineCommandError');
    expect(refused.errorMessage).toContain(`REASSIGN OWNED BY "${second}" TO "${first}"`);
    expect(refused.errorMessage).toContain(`"${target.dbname}"`);
    expect(await query(arn, `SELECT id FROM public.of_${second}`)).toEqual([{ id: 1 }]);
  });

  it('is finished by the retry when its membership was lost after the password was set', async () => {
    const { first, arn } = await newUser();
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    await rehearsal.step('setSecret', arn, token);
    await target.session.query(`REVOKE ${first} FROM ${first}_clone`);

    const test = await rehearsal.step('testSecret', arn, token);
    await rehearsal.step('setSecret', arn, token);
    const again = await rehearsal.step('testSecret', arn, token);

    expect(test.errorType).toBe('EngineCommandError');
    expect(again.errorMessage).toBeUndefined();
  });

  it.each(['BYPASSRLS', 'REPLICATION'])(
    'is refused by name, before any write, when the first has %s',
    async (attribute) => {
      const { first, arn } = await newUser();
      await target.superuser.query(`ALTER ROLE ${first} ${attribute}`);

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
      expect(result.errorMessage).toContain(attribute);
      expect(await target.session.query(`SELECT 1 FROM pg_roles WHERE rolname = '${first}_clone'`)).toEqual(
        [],
      );
    },
  );

  it('is refused when the first has expired, and is not made', async () => {
    const { first, arn } = await newUser();
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const tags = {
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': first,
      'rotating-secret:manage-user': 'true',
    };
    await rehearsal.tag(arn, tags);
    await target.session.query(`ALTER ROLE ${first} VALID UNTIL '2001-02-03'`);

    const result = await rehearsal.step('setSecret', arn, token);

    expect(result.errorType).toBe('EngineCommandError');
    expect(result.errorMessage).toContain('VALID UNTIL');
    expect(await target.session.query(`SELECT 1 FROM pg_roles WHERE rolname = '${first}_clone'`)).toEqual([]);
  });

  it('does not lend the name of a first that it is no member of', async () => {
    const first = `app_${randomBytes(4).toString('hex')}`;
    await target.createUser({ username: first, password: 'victim' });
    await target.createUser({ username: `${first}_clone`, password: 'mallory' });
    const { engine, host, port, dbname } = target;
    const arn = await rehearsal.createSecret({
      engine,
      host,
      port,
      dbname,
      username: `${first}_clone`,
      password: 'mallory',
      masterarn: adminArn,
    });

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
    expect(result.errorMessage).toContain('not a pair');
    expect(await target.logsIn({ username: first, password: 'victim' })).toBe(true);
  });

  it('is refused in createSecret when its name would be cut off', async () => {
    const first = `${'ü'.repeat(28)}ab`;
    await target.createUser({ username: first, password: 'initial' });
    const { engine, host, port, dbname } = target;
    const arn = await rehearsal.createSecret({
      engine,
      host,
      port,
      dbname,
      username: first,
      password: 'initial',
      masterarn: adminArn,
    });

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'SecretFormatError' });
    expect(result.errorMessage).toContain('64 bytes');
  });

  it('gets the roles that are pinned for a user that is born', async () => {
    const first = `born_${randomBytes(4).toString('hex')}`;
    await target.session.query(`CREATE ROLE team_${first}`);
    const { engine, host, port, dbname } = target;
    const arn = await rehearsal.createSecret(
      { engine, host, port, dbname, username: first },
      {
        'rotating-secret:admin-secret': adminArn,
        'rotating-secret:username': first,
        'rotating-secret:manage-user': 'true',
        'rotating-secret:grant-roles': `team_${first} pg_read_all_stats`,
      },
    );
    await target.superuser.query(`GRANT pg_read_all_stats TO ${target.admin.username} WITH ADMIN OPTION`);

    await rotateWell(arn);
    const rights = `SELECT pg_has_role('team_${first}', 'USAGE') AS team, pg_has_role('pg_read_all_stats', 'USAGE') AS stats`;
    const asFirst = await query(arn, rights);
    await rotateWell(arn);

    expect(asFirst).toEqual([{ team: true, stats: true }]);
    expect(await query(arn, rights)).toEqual(asFirst);
  });

  it('is refused with the way out when the admin may not grant', async () => {
    const first = `alien_${randomBytes(4).toString('hex')}`;
    await target.superuser.query(`CREATE ROLE ${first} SUPERUSER LOGIN PASSWORD 'initial'`);
    const { engine, host, port, dbname } = target;
    const arn = await rehearsal.createSecret({
      engine,
      host,
      port,
      dbname,
      username: first,
      password: 'initial',
      masterarn: adminArn,
    });

    const result = await rehearsal.rotate(arn);

    expect(result.errorMessage).toContain('SUPERUSER');
  });

  describe('with an admin that lacks a right', () => {
    it('names the right and the statement that gives it', async () => {
      const { arn } = await newUser();
      const name = `weak_${randomBytes(4).toString('hex')}`;
      await target.superuser.query(`CREATE ROLE ${name} LOGIN PASSWORD 'weak'`);
      const { host, port } = target;
      const weakArn = await rehearsal.createSecret({
        engine: 'postgres',
        host,
        port,
        username: name,
        password: 'weak',
      });
      const value = { ...(await rehearsal.read(arn)), masterarn: weakArn };
      const weak = await rehearsal.createSecret(value);

      const result = await rehearsal.rotate(weak);

      expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
      expect(result.errorMessage).toContain('42501');
      expect(result.errorMessage).toContain('CREATEROLE');
    });
  });
});
