import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { apiCalls, steps } from '../rehearsal.ts';
import type { Stage } from './stage.ts';
import type { StrategyUnderTest } from './strategy.ts';

/** The calls of a rotation in which all goes well, step by step. */
const happyCalls = {
  withoutAdmin: [
    ['DescribeSecret', 'GetSecretValue', 'PutSecretValue'],
    ['GetSecretValue', 'GetSecretValue', 'DescribeSecret'],
    ['DescribeSecret', 'GetSecretValue'],
    ['DescribeSecret', 'UpdateSecretVersionStage'],
  ],
  withAdmin: [
    ['DescribeSecret', 'GetSecretValue', 'PutSecretValue'],
    ['GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'GetSecretValue', 'DescribeSecret'],
    ['DescribeSecret', 'GetSecretValue'],
    ['DescribeSecret', 'UpdateSecretVersionStage'],
  ],
};

/** Passwords that a human may have chosen: whatever is printable, and beyond ASCII. */
const oddPasswords = [
  Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join(''),
  `back\\slash 'quote' "double" %s $1 \${x} ; -- /* */`,
  'pässwörd-пароль-密码-🔑',
];

/** A rotation in which all goes well. */
export function describeHappyPath(stage: () => Stage, strategy: StrategyUnderTest): void {
  it('replaces the credential and proves the new one before it becomes AWSCURRENT', async () => {
    const { existingUser, rehearsal, loginOf, target } = stage();
    const { arn, login } = await existingUser();

    const result = await rehearsal.rotate(arn);

    const next = await loginOf(arn);
    expect(result).toMatchObject({ rotated: true, errorType: undefined });
    expect(next.username).toBe(strategy.nextUsername(login.username));
    expect(next.password).not.toBe(login.password);
    expect(await target.logsIn(next)).toBe(true);
    expect(await target.logsIn(login)).toBe(strategy.oldStillWorks);
    expect(await loginOf(arn, 'AWSPREVIOUS')).toEqual(login);
  });

  it('keeps every other key of the secret, value for value and in order', async () => {
    const { target, adminArn, rehearsal, initialPasswords, loginOf } = stage();
    const login = { username: `app_${randomBytes(4).toString('hex')}`, password: 'initial-1' };
    await target.createUser(login);
    const { engine, host, port, dbname } = target;
    const admin = strategy.needsAdmin ? `"masterarn":"${adminArn}",` : '';
    const text = (username: string, password: string): string =>
      `{"9":1, "note": {"big":12345678901234567890} ,${admin}"engine":"${engine}","host":"${host}","port":"${port}","username":"${username}","password":"${password}","dbname":"${dbname}","ssl":"TRUE","1":null}`;
    const arn = await rehearsal.createSecret(text(login.username, login.password));
    initialPasswords.add(login.password);

    await rehearsal.rotate(arn);

    const { username, password } = await loginOf(arn);
    const { SecretString } = await rehearsal.get(arn);
    expect(password).not.toBe(login.password);
    expect(SecretString).toBe(text(username, password.replaceAll(/["\\]/g, '\\$&')));
  });

  it('makes the calls and logins of the happy path and no other', async () => {
    const { existingUser, target, rehearsal } = stage();
    const { arn } = await existingUser();
    const loginsBefore = await target.logins();
    const firstCall = rehearsal.emulator.history.apiCalls.all().length;

    const token = await rehearsal.begin(arn);
    const perStep: (readonly string[])[] = [];
    for (const step of steps) {
      const from = rehearsal.emulator.history.apiCalls.all().length;
      expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
      perStep.push(apiCalls(rehearsal, from));
    }

    const loginsAfter = await target.logins();
    expect(perStep).toEqual(strategy.needsAdmin ? happyCalls.withAdmin : happyCalls.withoutAdmin);
    expect(apiCalls(rehearsal, firstCall).length).toBeLessThanOrEqual(strategy.needsAdmin ? 12 : 10);
    expect(loginsAfter.accepted - loginsBefore.accepted).toBe(strategy.logins);
    expect(loginsAfter.rejected - loginsBefore.rejected).toBe(0);
  });

  it('rotates ten times in a row without a failed login, and leaves no session open', async () => {
    const { existingUser, target, loginOf, rehearsal } = stage();
    const { arn } = await existingUser();
    const before = await target.logins();

    for (let count = 0; count < 10; count++) {
      const previous = await loginOf(arn);
      expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true });
      const next = await loginOf(arn);
      expect(next.username).toBe(strategy.nextUsername(previous.username));
      expect(await target.logsIn(next)).toBe(true);
    }

    const after = await target.logins();
    expect(after.rejected - before.rejected).toBe(0);
    expect(after.accepted - before.accepted).toBe(10 * strategy.logins);
    await expect.poll(() => target.openSessions(), { timeout: 30_000 }).toBe(0);
  });

  it.each(oddPasswords)('takes over from the password %s', async (password) => {
    const { existingUser, rehearsal, target, loginOf } = stage();
    const { arn, login } = await existingUser({ password });

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
    expect(await target.logsIn(login)).toBe(strategy.oldStillWorks);
  });

  it('rotates users of every printable character', async () => {
    const { target, existingUser, rehearsal, loginOf } = stage();
    for (const username of target.oddUsernames) {
      const { arn, login } = await existingUser({ username });
      for (let turn = 0; turn < 3; turn++) {
        expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
        expect(await target.logsIn(await loginOf(arn))).toBe(true);
      }
      expect((await loginOf(arn)).username).toBe(
        [0, 1, 2].reduce((name) => strategy.nextUsername(name), login.username),
      );
    }
  });
}
