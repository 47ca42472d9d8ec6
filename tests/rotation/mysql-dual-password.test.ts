import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findMariadb, findMysql } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { type MysqlStage, setMysqlStage } from './mysql-stage.ts';
import { apiCalls } from './rehearsal.ts';
import type { Login } from './target.ts';

const dualPassword = { ROTATION_STRATEGY: 'dual-password' };
const rightToTwo = 'APPLICATION_PASSWORD_ADMIN ON *.*';

describeWithServer('mysql', findMysql, 'two passwords at a time', () => {
  let stage: MysqlStage;
  beforeAll(async () => {
    stage = await setMysqlStage('mysql', dualPassword);
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  /** A user with a password and the right to have two. */
  const newUser = async (options = '', grants: readonly string[] = [rightToTwo]): Promise<Login> => {
    const login = { username: stage.newName(), password: 'initial-1' };
    await stage.asAdmin(`CREATE USER ${login.username} IDENTIFIED BY 'initial-1' ${options}`);
    for (const grant of grants) await stage.asAdmin(`GRANT ${grant} TO ${login.username}`);
    return login;
  };

  const dropPending = (arn: string, token: string): Promise<unknown> =>
    stage.rehearsal.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token,
      }),
    );

  it('keeps a value working until the rotation after the next has begun', async () => {
    const first = await newUser();
    const arn = await stage.secretFor(first);

    await stage.rotateWell(arn);
    const second = await stage.loginOf(arn);
    const firstThen = await stage.outcome(first);
    await stage.rotateWell(arn);
    const third = await stage.loginOf(arn);

    expect(firstThen).toBe('accepted');
    expect([await stage.outcome(first), await stage.outcome(second), await stage.outcome(third)]).toEqual([
      1045,
      'accepted',
      'accepted',
    ]);
  });

  it('never retains the new password in the place of the current one, however often the step runs', async () => {
    const current = await newUser();
    const arn = await stage.secretFor(current);
    const { rehearsal } = stage;
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const next = await stage.loginOf(arn, 'AWSPENDING');

    for (let run = 0; run < 4; run++) {
      expect((await rehearsal.step('setSecret', arn, token)).errorMessage).toBeUndefined();
      expect(await stage.outcome(current)).toBe('accepted');
      expect(await stage.outcome(next)).toBe('accepted');
    }
  });

  it('keeps the current value when a password that was set lost its label', async () => {
    const current = await newUser();
    const arn = await stage.secretFor(current);
    const { rehearsal } = stage;
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    await rehearsal.step('setSecret', arn, token);
    const lost = await stage.loginOf(arn, 'AWSPENDING');
    await dropPending(arn, token);

    await stage.rotateWell(arn);

    expect(await stage.outcome(current)).toBe('accepted');
    expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
    expect(await stage.outcome(lost)).toBe(1045);
  });

  it.each([
    'PASSWORD HISTORY 5',
    'PASSWORD REUSE INTERVAL 30 DAY',
    'PASSWORD REQUIRE CURRENT',
    'PASSWORD HISTORY 5 PASSWORD REQUIRE CURRENT',
  ])('rotates, and repeats steps, under %s', async (rule) => {
    const current = await newUser(rule);
    const arn = await stage.secretFor(current);
    const { rehearsal } = stage;

    await stage.rotateWell(arn);
    const second = await stage.loginOf(arn);
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const third = await stage.loginOf(arn, 'AWSPENDING');
    const runs = [
      await rehearsal.step('setSecret', arn, token),
      await rehearsal.step('setSecret', arn, token),
      await rehearsal.step('testSecret', arn, token),
      await rehearsal.step('finishSecret', arn, token),
    ];

    expect(runs.map(({ errorMessage }) => errorMessage)).toEqual(runs.map(() => undefined));
    expect([await stage.outcome(second), await stage.outcome(third)]).toEqual(['accepted', 'accepted']);
  });

  it('has the right to two passwords from an active role too', async () => {
    await stage.asAdmin('CREATE ROLE two_passwords', `GRANT ${rightToTwo} TO two_passwords`);
    const current = await newUser('', ['two_passwords']);
    await stage.asAdmin(`ALTER USER ${current.username} DEFAULT ROLE two_passwords`);
    const arn = await stage.secretFor(current);

    await stage.rotateWell(arn);

    expect(await stage.outcome(current)).toBe('accepted');
  });

  it('says which right is missing, and changes nothing, when no admin secret is named', async () => {
    const current = await newUser('', []);
    const arn = await stage.secretFor(current);

    const result = await stage.rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
    expect(result.errorMessage).toContain('GRANT APPLICATION_PASSWORD_ADMIN ON *.*');
    expect(await stage.outcome(current)).toBe('accepted');
    expect(await stage.outcome(await stage.loginOf(arn, 'AWSPENDING'))).toBe(1045);
  });

  it('asks the admin when the user lacks the right, within the same calls and logins as with two users', async () => {
    const current = await newUser('', []);
    const arn = await stage.secretFor(current, { masterarn: stage.adminArn });
    const before = await stage.target.logins();
    const from = stage.rehearsal.emulator.history.apiCalls.all().length;

    await stage.rotateWell(arn);

    const after = await stage.target.logins();
    const own = stage.rehearsal.emulator.history.apiCalls
      .all()
      .slice(from)
      .filter(({ caller }) => caller.arn.includes('assumed-role'));
    expect(own.length).toBeLessThanOrEqual(12);
    expect(apiCalls(stage.rehearsal, from).length).toBeGreaterThan(0);
    expect([after.accepted - before.accepted, after.rejected - before.rejected]).toEqual([3, 0]);
    expect(await stage.outcome(current)).toBe('accepted');
    expect(await stage.outcome(await stage.loginOf(arn))).toBe('accepted');
  });

  it.each(['', 'PASSWORD HISTORY 5'])('repeats the change of the admin safely %s', async (rule) => {
    const current = await newUser(rule, []);
    const arn = await stage.secretFor(current, { masterarn: stage.adminArn });
    const { rehearsal } = stage;
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const next = await stage.loginOf(arn, 'AWSPENDING');

    for (let run = 0; run < 3; run++) {
      expect((await rehearsal.step('setSecret', arn, token)).errorMessage).toBeUndefined();
      expect([await stage.outcome(current), await stage.outcome(next)]).toEqual(['accepted', 'accepted']);
    }
  });

  it('writes no password to its log or the log of the server', async () => {
    const passwords = (await stage.rehearsal.allPasswords()).filter((password) => password !== 'initial-1');
    const written = `${stage.rehearsal.functionLog()}\n${await stage.target.log()}`;

    expect(passwords.length).toBeGreaterThan(10);
    expect(passwords.filter((password) => written.includes(password))).toEqual([]);
  });
});

describeWithServer('mysql', findMariadb, 'two passwords at a time on MariaDB', () => {
  it('are refused before anything changes, with the strategies that work', async () => {
    await using stage = await setMysqlStage('mariadb', dualPassword);
    const current = { username: stage.newName(), password: 'initial-1' };
    await stage.asAdmin(`CREATE USER ${current.username} IDENTIFIED BY 'initial-1'`);
    const arn = await stage.secretFor(current);

    const result = await stage.rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'EngineCommandError' });
    expect(result.errorMessage).toMatch(/MariaDB .*alternating-users.*single-user/);
    expect(await stage.outcome(current)).toBe('accepted');
  });
});
