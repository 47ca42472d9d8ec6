import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServer } from '../servers/mysql-binaries.ts';
import { logInToMysql, mysqlRows } from '../servers/mysql-login.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { type MysqlStage, setMysqlStage } from './mysql-stage.ts';
import { asUser } from './mysql-target.ts';

const alternatingUsers = { ROTATION_STRATEGY: 'alternating-users' };

/** The second user of an alternating pair: made, repaired or refused. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  describeWithServer(
    'mysql',
    () => findServer(flavor),
    `the second user of a pair on ${flavor}`,
    () => {
      let stage: MysqlStage;
      beforeAll(async () => {
        stage = await setMysqlStage(flavor, alternatingUsers);
        await stage.asAdmin(
          'CREATE TABLE app.orders (id INT, total INT, note TEXT)',
          'CREATE PROCEDURE app.`odd TO name`() SELECT 1',
          'CREATE ROLE app_reader',
          'CREATE ROLE app_writer',
          'GRANT SELECT ON app.* TO app_reader',
        );
      });
      afterAll(() => stage?.[Symbol.asyncDispose]());

      /** A user with these rights, and its secret. */
      const newUser = async (
        setUp: (user: string) => readonly string[],
        change: object = {},
      ): Promise<{ readonly user: string; readonly clone: string; readonly arn: string }> => {
        const user = stage.newName();
        await stage.asAdmin(`CREATE USER ${user} IDENTIFIED BY 'initial-1'`, ...setUp(user));
        const login = { username: user, password: 'initial-1' };
        const arn = await stage.secretFor(login, { masterarn: stage.adminArn, ...change });
        return { user, clone: `${user}_clone`, arn };
      };

      /** Everything that the server says of an account, but for its name and password. */
      const definition = async (user: string, host = '%'): Promise<readonly string[]> => {
        const grants = await mysqlRows<object>(stage.target.superuser, 'SHOW GRANTS FOR ?@?', [user, host]);
        const created = await mysqlRows<object>(stage.target.superuser, 'SHOW CREATE USER ?@?', [user, host]);
        return [...grants, ...created]
          .map((row) => String(Object.values(row)[0]))
          .map((line) => line.replaceAll(user, 'USER'))
          .map((line) => line.replaceAll(/(AS|PASSWORD) '(?:[^'\\]|\\.|'')*'/gs, 'AS …'))
          .map((line) => line.replaceAll(/ ATTRIBUTE '.*?'/g, ''))
          .sort();
      };

      it('has grants on every level, their options, roles, and those that are active', async () => {
        const { user, clone, arn } = await newUser((name) => [
          `GRANT PROCESS ON *.* TO ${name}`,
          `GRANT SELECT, INSERT ON app.* TO ${name} WITH GRANT OPTION`,
          `GRANT UPDATE (total, note), REFERENCES (id) ON app.orders TO ${name}`,
          `GRANT EXECUTE ON PROCEDURE app.\`odd TO name\` TO ${name}`,
          `GRANT app_reader TO ${name} WITH ADMIN OPTION`,
          `GRANT app_writer TO ${name}`,
          flavor === 'mysql'
            ? `ALTER USER ${name} DEFAULT ROLE app_reader`
            : `SET DEFAULT ROLE app_reader FOR ${name}`,
        ]);

        await stage.rotateWell(arn);

        expect(await definition(clone)).toEqual(await definition(user));
        expect((await definition(clone)).length).toBeGreaterThan(6);
      });

      it('can do what the first can, with the roles that are active', async () => {
        const { arn } = await newUser((name) => [
          `GRANT app_reader TO ${name}`,
          flavor === 'mysql'
            ? `ALTER USER ${name} DEFAULT ROLE ALL`
            : `SET DEFAULT ROLE app_reader FOR ${name}`,
        ]);
        await stage.rotateWell(arn);
        const login = await stage.loginOf(arn);

        const connection = await logInToMysql(stage.target.server, asUser(login));
        const rows = await mysqlRows<{ count: number }>(
          connection,
          'SELECT COUNT(*) AS count FROM app.orders',
        );
        await connection.end();

        expect(rows).toEqual([{ count: 0 }]);
      });

      it('has the TLS requirement, limits and password rules of the first, also when they change', async () => {
        const rules =
          flavor === 'mysql' ? 'PASSWORD HISTORY 3 FAILED_LOGIN_ATTEMPTS 4 PASSWORD_LOCK_TIME 2' : '';
        const { user, clone, arn } = await newUser((name) => [
          `ALTER USER ${name} REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 5000 MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 90 DAY ${rules}`,
        ]);

        await stage.rotateWell(arn);
        const made = [await definition(clone), await definition(user)];
        await stage.rotateWell(arn);
        await stage.asAdmin(
          `ALTER USER ${user} REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 MAX_USER_CONNECTIONS 9 PASSWORD EXPIRE NEVER`,
        );
        await stage.rotateWell(arn);

        expect(made[0]).toEqual(made[1]);
        expect(await definition(clone)).toEqual(await definition(user));
      });

      it('is finished, and not promoted, when a run died while making it', async () => {
        const { user, clone, arn } = await newUser((name) => [`GRANT SELECT, INSERT ON app.* TO ${name}`]);
        await stage.asAdmin(`CREATE USER ${clone} IDENTIFIED BY 'half-made-1' REQUIRE SSL`);

        await stage.rotateWell(arn);

        expect(await definition(clone)).toEqual(await definition(user));
        expect(await stage.outcome({ username: clone, password: 'half-made-1' })).toBe(1045);
      });

      it('gets no password while a privilege is missing that the admin cannot grant', async () => {
        const { user, clone, arn } = await newUser(() => []);
        await stage.asSuperuser(`GRANT SHUTDOWN ON *.* TO ${user}`);

        const result = await stage.rehearsal.rotate(arn);
        const pending = await stage.loginOf(arn, 'AWSPENDING');
        const before = await stage.outcome(pending);
        await stage.asSuperuser(`GRANT SHUTDOWN ON *.* TO ${stage.target.admin.username} WITH GRANT OPTION`);
        await stage.retryWell(arn);

        expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
        expect(result.errorMessage).toContain('WITH GRANT OPTION');
        expect(pending.username).toBe(clone);
        expect(before).toBe(1045);
        expect(await definition(clone)).toEqual(await definition(user));
      });

      it('has an account at each host of the first, all with the new password', async () => {
        const user = stage.newName();
        await stage.asAdmin(
          `CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'initial-1', ${user}@'10.%' IDENTIFIED BY 'initial-1'`,
          `GRANT SELECT ON app.* TO ${user}@'127.0.0.1'`,
          `GRANT INSERT ON app.* TO ${user}@'10.%'`,
        );
        const login = { username: user, password: 'initial-1' };
        const arn = await stage.secretFor(login, { masterarn: stage.adminArn });

        await stage.rotateWell(arn);
        await stage.rotateWell(arn);
        await stage.rotateWell(arn);

        const clone = `${user}_clone`;
        for (const host of ['127.0.0.1', '10.%'])
          expect(await definition(clone, host)).toEqual(await definition(user, host));
        expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
        const hosts = await mysqlRows<{ Host: string }>(
          stage.target.superuser,
          'SELECT Host FROM mysql.user WHERE User = ? ORDER BY Host',
          [clone],
        );
        expect(hosts.map(({ Host }) => Host)).toEqual(['10.%', '127.0.0.1']);
      });

      it('is refused, before anything is written, where it has an account that the first has not', async () => {
        const { clone, arn } = await newUser(() => []);
        await stage.asAdmin(`CREATE USER ${clone}@'10.%' IDENTIFIED BY 'other-1'`);

        const result = await stage.rehearsal.rotate(arn);

        expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
        expect(result.errorMessage).toContain(`\`${clone}\`@\`10.%\``);
        await expect(definition(clone)).rejects.toThrow();
      });

      it('keeps privileges that only it has, and the log names them', async () => {
        const { clone, arn } = await newUser((name) => [
          `GRANT SELECT ON app.* TO ${name}`,
          `CREATE USER ${name}_clone IDENTIFIED BY 'other-1'`,
          `GRANT SELECT, DELETE ON app.* TO ${name}_clone`,
          `GRANT app_writer TO ${name}_clone`,
        ]);

        await stage.rotateWell(arn);

        expect(stage.rehearsal.functionLog()).toMatch(
          new RegExp(`${clone}.*has privileges that .* has not: [^"]*DELETE ON \`app\`.\\*`),
        );
        expect((await definition(clone)).join()).toContain('DELETE');
      });

      it('takes the first user’s turn after the first got a privilege that the second lacks', async () => {
        const { user, arn } = await newUser((name) => [`GRANT SELECT ON app.* TO ${name}`]);
        await stage.rotateWell(arn);
        await stage.asAdmin(`GRANT INSERT ON app.* TO ${user}`);

        const result = await stage.rehearsal.rotate(arn);
        // MariaDB keeps no mark of a pair, so that the pin has to say it.
        await stage.rehearsal.tag(arn, { 'rotating-secret:username': user });
        if (!result.rotated) await stage.retryWell(arn);

        expect(result.rotated).toBe(flavor === 'mysql');
        expect(await stage.loginOf(arn)).toMatchObject({ username: user });
      });

      it('is refused for a first user that merely has the other half of a name', async () => {
        const { user: victim } = await newUser((name) => [`GRANT SELECT, INSERT ON app.* TO ${name}`]);
        await stage.asAdmin(`CREATE USER ${victim}_clone IDENTIFIED BY 'mine-1'`);
        const arn = await stage.secretFor(
          { username: `${victim}_clone`, password: 'mine-1' },
          { masterarn: stage.adminArn },
        );

        const result = await stage.rehearsal.rotate(arn);

        expect(result.errorType).toBe('EngineCommandError');
        expect(result.errorMessage).toContain('may not be a pair');
        expect(await stage.outcome({ username: victim, password: 'initial-1' })).toBe('accepted');
      });

      it('is refused for a user that is locked', async () => {
        const { user, arn } = await newUser(() => []);
        const token = await stage.rehearsal.begin(arn);
        await stage.rehearsal.step('createSecret', arn, token);
        await stage.asAdmin(`CREATE USER ${user}_clone IDENTIFIED BY 'x-1' ACCOUNT LOCK`);

        const result = await stage.rehearsal.step('setSecret', arn, token);

        expect(result.errorMessage).toContain('is locked');
      });

      it('is made with the roles in the pin when the first is born, active from the login on', async () => {
        const user = stage.newName();
        const { host, port, engine, dbname } = stage.target;
        const arn = await stage.rehearsal.createSecret(
          { engine, host, port, dbname, username: user },
          {
            'rotating-secret:admin-secret': stage.adminArn,
            'rotating-secret:username': user,
            'rotating-secret:hosts': `${host}:${port}`,
            'rotating-secret:manage-user': 'true',
            'rotating-secret:grant-roles': 'app_reader',
          },
        );

        await stage.rotateWell(arn);
        await stage.rotateWell(arn);

        const login = await stage.loginOf(arn);
        const connection = await logInToMysql(stage.target.server, { ...asUser(login), database: dbname });
        const rows = await mysqlRows<object>(connection, 'SELECT COUNT(*) FROM orders');
        await connection.end();
        expect(login.username).toBe(`${user}_clone`);
        expect(rows).toHaveLength(1);
        expect(await definition(`${user}_clone`)).toEqual(await definition(user));
      });
    },
  );
}

describeWithServer(
  'mysql',
  () => findServer('mysql'),
  'what only MySQL has',
  () => {
    let stage: MysqlStage;
    beforeAll(async () => {
      stage = await setMysqlStage(
        'mysql',
        { ...alternatingUsers, EXTRA_PRIVILEGES: 'revoke' },
        { settings: { 'partial-revokes': 'ON' } },
      );
      await stage.asAdmin('CREATE ROLE app_writer');
    });
    afterAll(() => stage?.[Symbol.asyncDispose]());

    const grantsOf = async (user: string): Promise<readonly string[]> => {
      const rows = await mysqlRows<object>(stage.target.superuser, 'SHOW GRANTS FOR ?@?', [user, '%']);
      return rows.map((row) => String(Object.values(row)[0]).replaceAll(user, 'USER')).sort();
    };

    const newUser = async (
      ...grants: readonly string[]
    ): Promise<{ user: string; clone: string; arn: string }> => {
      const user = stage.newName();
      await stage.asAdmin(`CREATE USER ${user} IDENTIFIED BY 'initial-1'`);
      await stage.asSuperuser(...grants.map((grant) => `${grant.replace('USER', user)}`));
      const arn = await stage.secretFor(
        { username: user, password: 'initial-1' },
        { masterarn: stage.adminArn },
      );
      return { user, clone: `${user}_clone`, arn };
    };

    describe('the second user', () => {
      it('has the partial revokes of the first, and loses those that the first lost', async () => {
        const { user, clone, arn } = await newUser(
          'GRANT SELECT, INSERT ON *.* TO USER',
          'REVOKE INSERT ON mysql.* FROM USER',
          'REVOKE SELECT ON app.* FROM USER',
        );
        await stage.rotateWell(arn);
        const made = [await grantsOf(clone), await grantsOf(user)];
        await stage.rotateWell(arn);
        await stage.asSuperuser(`GRANT SELECT ON app.* TO ${user}`);
        await stage.rotateWell(arn);

        expect(made[0]).toEqual(made[1]);
        expect(made[0]?.join()).toContain('REVOKE INSERT ON `mysql`.*');
        expect(await grantsOf(clone)).toEqual(await grantsOf(user));
      });

      it('loses what only it has where EXTRA_PRIVILEGES says so', async () => {
        const { user, clone, arn } = await newUser(
          'GRANT SELECT ON app.* TO USER',
          'GRANT XA_RECOVER_ADMIN ON *.* TO USER',
        );
        await stage.asAdmin(
          `CREATE USER ${clone} IDENTIFIED BY 'other-1'`,
          `GRANT SELECT, DELETE ON app.* TO ${clone} WITH GRANT OPTION`,
          `GRANT app_writer TO ${clone}`,
          `GRANT XA_RECOVER_ADMIN ON *.* TO ${clone} WITH GRANT OPTION`,
        );

        await stage.rotateWell(arn);

        expect(await grantsOf(clone)).toEqual(await grantsOf(user));
        expect(stage.rehearsal.functionLog()).toMatch(/Revoked from .*DELETE ON `app`/);
      });

      it('has the authentication plugin of the first, also where it had another', async () => {
        const user = stage.newName();
        const plugin = (name: string): Promise<readonly object[]> =>
          mysqlRows(stage.target.superuser, 'SELECT plugin FROM mysql.user WHERE User = ?', [name]);
        await stage.asAdmin(
          `CREATE USER ${user} IDENTIFIED WITH sha256_password BY 'initial-1'`,
          `CREATE USER ${user}_clone IDENTIFIED WITH caching_sha2_password BY 'other-1'`,
        );
        const arn = await stage.secretFor(
          { username: user, password: 'initial-1' },
          { masterarn: stage.adminArn },
        );

        await stage.rotateWell(arn);
        await stage.rotateWell(arn);
        await stage.rotateWell(arn);

        expect(await plugin(`${user}_clone`)).toEqual([{ plugin: 'sha256_password' }]);
        expect(await plugin(user)).toEqual([{ plugin: 'sha256_password' }]);
        expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
      });

      it('may act as whom the first may act as, where the admin can grant that, and is refused where not', async () => {
        const { user, clone, arn } = await newUser('GRANT PROXY ON app_owner TO USER');

        const refused = await stage.rehearsal.rotate(arn);
        await stage.asSuperuser(
          `GRANT PROXY ON app_owner TO ${stage.target.admin.username} WITH GRANT OPTION`,
        );
        await stage.retryWell(arn);

        expect(refused).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
        expect(await grantsOf(clone)).toEqual(await grantsOf(user));
      });
    });
  },
);
