import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Stage } from './stage.ts';
import type { StrategyUnderTest } from './strategy.ts';

/** Users that the rotation makes and repairs. */
export function describeBirth(stage: () => Stage, strategy: StrategyUnderTest): void {
  it('gives birth to a user of a secret without a password, whose password nobody ever saw', async () => {
    const { rehearsal, secretValue, pins, target, loginOf } = stage();
    const username = `born_${randomBytes(4).toString('hex')}`;
    const arn = await rehearsal.createSecret(secretValue({ username }), pins(username));
    const before = await target.logins();

    const first = await rehearsal.rotate(arn);
    const born = await loginOf(arn);
    const second = await rehearsal.rotate(arn);

    expect([first, second]).toMatchObject([{ rotated: true }, { rotated: true }]);
    expect(born.username).toBe(username);
    expect((await loginOf(arn)).username).toBe(strategy.nextUsername(username));
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
    expect((await target.logins()).rejected - before.rejected).toBe(0);
  });

  it('makes the user once when the birth is repeated', async () => {
    const { rehearsal, secretValue, pins } = stage();
    const username = `born_${randomBytes(4).toString('hex')}`;
    const arn = await rehearsal.createSecret(secretValue({ username }), pins(username));
    const token = await rehearsal.begin(arn);

    await rehearsal.step('createSecret', arn, token);
    const results = await Promise.all([
      rehearsal.step('setSecret', arn, token),
      rehearsal.step('setSecret', arn, token),
    ]);
    results.push(await rehearsal.step('setSecret', arn, token));
    results.push(await rehearsal.step('testSecret', arn, token));

    expect(results.map(({ errorMessage }) => errorMessage)).toEqual(results.map(() => undefined));
  });

  it('repairs a lost password under manage-user', async () => {
    const { existingUser, rehearsal, pins, target, loginOf } = stage();
    const { arn, login } = await existingUser();
    await rehearsal.tag(arn, pins(login.username));
    await target.setPassword({ ...login, password: 'changed-elsewhere' });

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
  });

  it('refuses a secret without a password and without the pins for it', async () => {
    const { rehearsal, secretValue, adminArn } = stage();
    const arn = await rehearsal.createSecret(secretValue({ username: 'nobody' }, { masterarn: adminArn }));

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'SecretFormatError' });
    expect(result.errorMessage).toContain('rotating-secret:manage-user');
  });
}
