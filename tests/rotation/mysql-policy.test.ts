import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockName } from '../../functions/mysql/statements.ts';
import { startMysqlServer } from '../servers/mysql.ts';
import { findMysql, findServer } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { type MysqlStage, setMysqlStage } from './mysql-stage.ts';
import type { Login } from './target.ts';

const singleUser = { ROTATION_STRATEGY: 'single-user' };

/** Rules of servers and accounts that a password or a login can run against. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  describeWithServer(
    'mysql',
    () => findServer(flavor),
    `the rules of ${flavor}`,
    () => {
      let stage: MysqlStage;
      beforeAll(async () => {
        stage = await setMysqlStage(flavor, singleUser);
      });
      afterAll(() => stage?.[Symbol.asyncDispose]());

      const newUser = async (options = ''): Promise<{ readonly login: Login; readonly arn: string }> => {
        const login = { username: stage.newName(), password: 'initial-1' };
        await stage.asAdmin(`CREATE USER ${login.username} IDENTIFIED BY 'initial-1' ${options}`);
        return { login, arn: await stage.secretFor(login) };
      };

      const refusal = async (arn: string): Promise<string> => {
        const { rotated, errorType, errorMessage } = await stage.rehearsal.rotate(arn);
        expect(rotated).toBe(false);
        return `${errorType}: ${errorMessage}`;
      };

      it('rotate an account that requires TLS', async () => {
        const { login, arn } = await newUser('REQUIRE SSL');

        await stage.rotateWell(arn);

        expect(await stage.outcome(login)).toBe(1045);
        expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
      });

      it('tell a locked account from a wrong password', async () => {
        const { arn } = await newUser('ACCOUNT LOCK');

        expect(await refusal(arn)).toMatch(/^LoginRefusedError: .*locked.*ACCOUNT UNLOCK/);
      });

      it('tell an account at its limit of connections from a wrong password', async () => {
        const { login, arn } = await newUser('WITH MAX_CONNECTIONS_PER_HOUR 1');
        await stage.outcome(login);

        expect(await refusal(arn)).toMatch(/^LoginRefusedError: .*no connection is left/);
      });

      it('tell a missing database from a wrong password', async () => {
        const { login } = await newUser();
        await stage.asAdmin(`GRANT SELECT ON *.* TO ${login.username}`);
        const arn = await stage.secretFor(login, { dbname: 'no such`database' });

        expect(await refusal(arn)).toMatch(/^LoginRefusedError: .*no such database/);
      });

      it('let a user be rotated that has no right on its database, and the log says so', async () => {
        const { arn } = await newUser();

        await stage.rotateWell(arn);

        expect(stage.rehearsal.functionLog()).toMatch(/has no right on the secret's database/);
      });

      it('take a read-only server for what it is', async () => {
        const { login, arn } = await newUser();
        await stage.asSuperuser('SET GLOBAL read_only = ON');
        const said = await refusal(arn).finally(() => stage.asSuperuser('SET GLOBAL read_only = OFF'));

        expect(said).toMatch(/^EngineCommandError: .*read_only/);
        expect(await stage.outcome(login)).toBe('accepted');
      });

      it('end the wait for another rotation of the user with a name for it', async () => {
        const { login, arn } = await newUser();
        await stage.asSuperuser(`DO GET_LOCK('${lockName(login.username)}', 5)`);
        const rotation = stage.rehearsal.rotate(arn);
        await expect
          .poll(async () => (await stage.target.server.log()).includes(lockName(login.username)))
          .toBe(true);
        await stage.asSuperuser('DO RELEASE_ALL_LOCKS()');

        expect(await rotation).toMatchObject({ rotated: true, errorMessage: undefined });
      });

      it('leave plaintext to secrets that ask for it', async () => {
        const { login } = await newUser();
        const arn = await stage.secretFor(login, { ssl: false });

        await stage.rotateWell(arn);

        expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
      });

      it('never speak plaintext to a server without TLS', async () => {
        await using plain = await startMysqlServer(flavor, { tls: false });
        const arn = await stage.secretFor({ username: 'app', password: 'initial-1' }, { port: plain.port });

        const { errorType, errorMessage } = await stage.rehearsal.rotate(arn);

        expect(errorType).toBe('EngineUnreachableError');
        expect(errorMessage).toContain('does not offer TLS');
        expect(await plain.log()).not.toContain('app@');
      });

      it('refuse plaintext where the server requires TLS, and say so', async () => {
        const { login } = await newUser();
        const arn = await stage.secretFor(login, { ssl: false });
        await stage.asSuperuser('SET GLOBAL require_secure_transport = ON');
        const said = await refusal(arn).finally(() =>
          stage.asSuperuser('SET GLOBAL require_secure_transport = OFF'),
        );

        // MariaDB answers as for a wrong password.
        expect(said).toMatch(
          flavor === 'mysql' ? /^LoginRefusedError: .*"ssl": false/ : /^CredentialsRejected/,
        );
      });

      it.each(['gbk', 'latin1'])('do not mind that %s is the default character set', async (charset) => {
        await using other = await setMysqlStage(flavor, singleUser, {
          settings: { 'character-set-server': charset },
        });
        await other.asAdmin("CREATE USER 'größe' IDENTIFIED BY 'initial-1'");
        const arn = await other.secretFor({ username: 'größe', password: 'initial-1' });

        await other.rotateWell(arn);

        expect(await other.outcome(await other.loginOf(arn))).toBe('accepted');
      });

      it('name a default character set that this function cannot read, and leave the password alone', async () => {
        await using other = await setMysqlStage(flavor, singleUser, {
          settings: { 'character-set-server': 'cp850' },
        });
        const login = { username: 'app', password: 'initial-1' };
        await other.asAdmin("CREATE USER app IDENTIFIED BY 'initial-1'");
        const arn = await other.secretFor(login);

        const { errorType, errorMessage } = await other.rehearsal.rotate(arn);

        expect(errorType).toBe('EngineUnreachableError');
        expect(errorMessage).toContain('default character set');
        expect(await other.outcome(login)).toBe('accepted');
      });

      it('keep user names within the limit of the server, in createSecret', async () => {
        const limit = flavor === 'mysql' ? 32 : 128;
        const longest = 'é'.repeat(limit);
        const rotate = async (username: string): Promise<string | undefined> => {
          const login = { username, password: 'initial-1' };
          return (await stage.rehearsal.rotate(await stage.secretFor(login))).errorMessage;
        };
        await stage.asAdmin(`CREATE USER '${longest}' IDENTIFIED BY 'initial-1'`);

        expect(await rotate(longest)).toBeUndefined();
        expect(await rotate(`${longest}x`)).toContain(`the server allows ${limit}`);
        expect(await rotate('smile😀')).toContain('Basic Multilingual Plane');
        expect(await rotate('space ')).toContain('spaces at the end');
      });
    },
  );
}

describeWithServer('mysql', findMysql, "MySQL's own rules", () => {
  let stage: MysqlStage;
  beforeAll(async () => {
    stage = await setMysqlStage('mysql', singleUser);
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  const newUser = async (options = '', change: object = {}): Promise<{ login: Login; arn: string }> => {
    const login = { username: stage.newName(), password: 'Initial-1!' };
    await stage.asAdmin(`CREATE USER ${login.username} IDENTIFIED BY 'Initial-1!' ${options}`);
    return { login, arn: await stage.secretFor(login, change) };
  };

  it('have a password refused by validate_password given up, so that the next rotation makes a fresh one', async () => {
    const { login, arn } = await newUser();
    await stage.asSuperuser(
      "INSTALL COMPONENT 'file://component_validate_password'",
      'SET GLOBAL validate_password.length = 60',
    );
    const refused = await stage.rehearsal.rotate(arn);
    const labels = Object.values(await stage.rehearsal.labels(arn)).flat();
    const before = await stage.outcome(login);
    await stage.asSuperuser('SET GLOBAL validate_password.length = 8');

    await stage.rotateWell(arn);
    await stage.asSuperuser("UNINSTALL COMPONENT 'file://component_validate_password'");

    expect(refused).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
    expect(refused.errorMessage).toMatch(/validate_password.*PASSWORD_LENGTH.*fresh password/s);
    expect(labels).toEqual(['AWSCURRENT']);
    expect(before).toBe('accepted');
    expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
  });

  it('are met with REPLACE where the account requires its current password', async () => {
    const { login, arn } = await newUser('PASSWORD REQUIRE CURRENT');

    await stage.rotateWell(arn);

    expect(await stage.outcome(login)).toBe(1045);
    expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
  });

  it('let the admin repeat a change under a password history', async () => {
    const { login } = await newUser('PASSWORD HISTORY 5');
    const { host, port } = stage.target;
    const arn = await stage.secretFor(login);
    await stage.rehearsal.tag(arn, {
      'rotating-secret:admin-secret': stage.adminArn,
      'rotating-secret:username': login.username,
      'rotating-secret:hosts': `${host}:${port}`,
      'rotating-secret:manage-user': 'true',
    });
    await stage.target.setPassword({ ...login, password: 'Changed-1!' });
    const token = await stage.rehearsal.begin(arn);
    await stage.rehearsal.step('createSecret', arn, token);

    const runs = [
      await stage.rehearsal.step('setSecret', arn, token),
      await stage.rehearsal.step('setSecret', arn, token),
      await stage.rehearsal.step('testSecret', arn, token),
    ];

    expect(runs.map(({ errorMessage }) => errorMessage)).toEqual(runs.map(() => undefined));
  });

  it('tell an account that failed logins have locked for a while', async () => {
    const { login, arn } = await newUser('FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1');
    await stage.outcome({ ...login, password: 'wrong' });

    const { errorType, errorMessage } = await stage.rehearsal.rotate(arn);

    expect(errorType).toBe('LoginRefusedError');
    expect(errorMessage).toContain('FAILED_LOGIN_ATTEMPTS');
  });

  it('tell an expired password from a wrong one', async () => {
    const { arn } = await newUser('PASSWORD EXPIRE');

    const { errorType, errorMessage } = await stage.rehearsal.rotate(arn);

    expect(errorType).toBe('LoginRefusedError');
    expect(errorMessage).toContain('has expired');
  });

  it.each([true, false])('authenticate with sha256_password, TLS %s', async (ssl) => {
    const login = { username: stage.newName(), password: 'initial-1' };
    await stage.asAdmin(
      `CREATE USER ${login.username} IDENTIFIED WITH sha256_password BY '${login.password}'`,
    );
    const arn = await stage.secretFor(login, { ssl });

    await stage.rotateWell(arn);

    expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
  });

  it('are refused by name where the account has no password at all', async () => {
    await stage.asSuperuser("INSTALL PLUGIN mysql_no_login SONAME 'mysql_no_login.so'");
    const username = stage.newName();
    await stage.asAdmin(`CREATE USER ${username} IDENTIFIED WITH mysql_no_login`);
    const { host, port, engine } = stage.target;
    const arn = await stage.rehearsal.createSecret(
      { engine, host, port, username },
      {
        'rotating-secret:admin-secret': stage.adminArn,
        'rotating-secret:username': username,
        'rotating-secret:manage-user': 'true',
      },
    );

    const { errorType, errorMessage } = await stage.rehearsal.rotate(arn);

    expect(errorType).toBe('EngineCommandError');
    expect(errorMessage).toContain('authenticates with "mysql_no_login"');
  });
});
