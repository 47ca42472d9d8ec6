import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockName } from '../../functions/mysql/statements.ts';
import { findServer } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { type MysqlStage, setMysqlStage } from './mysql-stage.ts';
import { startRehearsal } from './rehearsal.ts';

/** Servers and accounts that are set up such that a careless rotation would do harm. */
describeWithServer(
  'mysql',
  () => findServer('mysql'),
  'what could lead a rotation astray on mysql',
  () => {
    let stage: MysqlStage;

    beforeAll(async () => {
      stage = await setMysqlStage(
        'mysql',
        { ROTATION_STRATEGY: 'alternating-users' },
        { settings: { 'partial-revokes': 'ON', 'bind-address': '127.0.0.1,127.0.0.2' } },
      );
    });
    afterAll(() => stage?.[Symbol.asyncDispose]());

    const newPair = async (rights: string): Promise<{ readonly clone: string; readonly arn: string }> => {
      const username = stage.newName();
      await stage.asSuperuser(
        `CREATE USER ${username} IDENTIFIED BY 'initial-1'`,
        `GRANT ${rights} TO ${username}`,
      );
      const arn = await stage.secretFor({ username, password: 'initial-1' }, { masterarn: stage.adminArn });
      return { clone: `${username}_clone`, arn };
    };

    it('copies the rights of a server that does not quote names when it shows them', async () => {
      const { clone, arn } = await newPair('SELECT, INSERT ON app.*');
      await stage.asSuperuser('SET GLOBAL sql_quote_show_create = 0');

      await stage.rotateWell(arn);
      await stage.asSuperuser('SET GLOBAL sql_quote_show_create = 1');

      const [rows] = await stage.target.superuser.query(`SHOW GRANTS FOR ${clone}`);
      expect(JSON.stringify(rows)).toContain('GRANT SELECT, INSERT ON `app`.*');
    });

    it('gives no password to a second user that did not get all', async () => {
      const { clone, arn } = await newPair('SELECT ON *.*');
      await stage.asSuperuser(
        'CREATE DATABASE hr',
        `REVOKE SELECT ON hr.* FROM ${stage.target.admin.username}`,
      );

      const result = await stage.rehearsal.rotate(arn);
      await stage.asSuperuser(`GRANT SELECT ON hr.* TO ${stage.target.admin.username} WITH GRANT OPTION`);

      const pending = await stage.loginOf(arn, 'AWSPENDING');
      expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
      expect(result.errorMessage).toContain(clone);
      expect(await stage.outcome(pending)).toBe(1045);
      await stage.retryWell(arn);
    });

    it('takes the login of another account for no proof, and leaves the named one alone', async () => {
      const victim = stage.newName();
      await stage.asSuperuser(
        `CREATE USER ${victim} IDENTIFIED BY 'of the victim'`,
        "CREATE USER ''@'127.0.0.1' IDENTIFIED BY 'anonymous'",
        "CREATE USER ''@'localhost' IDENTIFIED BY 'anonymous'",
      );
      const arn = await stage.secretFor(
        { username: victim, password: 'anonymous' },
        { masterarn: stage.adminArn },
      );

      const result = await stage.rehearsal.rotate(arn);
      await stage.asSuperuser("DROP USER ''@'127.0.0.1', ''@'localhost'");

      expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
      expect(result.errorMessage).toContain('anonymous account');
      expect(await stage.outcome({ username: victim, password: 'of the victim' })).toBe('accepted');
      const [rows] = await stage.target.superuser.query(
        `SELECT 1 FROM mysql.user WHERE User = '${victim}_clone'`,
      );
      expect(rows).toEqual([]);
    });

    it('gives up before the time-out when the lock of the user is held, and has changed nothing', async () => {
      const { caPath, host, port, dbname } = stage.target;
      await using short = await startRehearsal({ bundle: 'mysql', caPath, timeout: 9 });
      const login = { username: stage.newName(), password: 'initial-1' };
      await stage.asSuperuser(`CREATE USER ${login.username} IDENTIFIED BY '${login.password}'`);
      const arn = await short.createSecret({ engine: 'mysql', host, port, dbname, ...login });
      await stage.asSuperuser(`DO GET_LOCK('${lockName(login.username)}', 5)`);

      const result = await short.rotate(arn);
      await stage.asSuperuser(`DO RELEASE_LOCK('${lockName(login.username)}')`);

      expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
      expect(result.errorMessage).toContain('held its lock');
      expect(await stage.outcome(login)).toBe('accepted');
    });

    // Only Linux answers on all of 127.0.0.0/8.
    it.runIf(process.platform === 'linux')('refuses a certificate for another name', async () => {
      const login = { username: stage.newName(), password: 'initial-1' };
      const arn = await stage.secretFor(login, { masterarn: stage.adminArn, host: '127.0.0.2' });

      const result = await stage.rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: false, errorType: 'EngineUnreachableError' });
      expect(result.errorMessage).toContain('altnames');
    });
  },
);
