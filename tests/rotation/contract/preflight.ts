import { expect, it } from 'vitest';
import type { Stage } from './stage.ts';

/** The call of testSecret alone that RotateImmediately=false makes. */
export function describePreflight(stage: () => Stage): void {
  it('passes the test that RotateImmediately=false makes, and changes nothing', async () => {
    const { existingUser, rehearsal, loginOf } = stage();
    const { arn, login } = await existingUser();

    const result = await rehearsal.rotate(arn, { rotateImmediately: false });

    expect(result).toMatchObject({ rotated: false, errorType: undefined });
    expect(await loginOf(arn)).toEqual(login);
    expect(Object.values(await rehearsal.labels(arn))).toEqual([['AWSCURRENT']]);
  });

  it('passes that test for a user that is still to be born', async () => {
    const { rehearsal, secretValue, pins, target } = stage();
    const arn = await rehearsal.createSecret(secretValue({ username: 'unborn' }), pins('unborn'));

    const result = await rehearsal.rotate(arn, { rotateImmediately: false });

    expect(result.errorMessage).toBeUndefined();
    await expect(target.logsIn({ username: 'unborn', password: 'x' })).resolves.toBe(false);
  });

  it('fails that test when the value does not work', async () => {
    const { existingUser, target, rehearsal } = stage();
    const { arn, login } = await existingUser();
    await target.setPassword({ ...login, password: 'changed-elsewhere' });

    const result = await rehearsal.rotate(arn, { rotateImmediately: false });

    expect(result.errorType).toBe('CredentialsRejectedError');
  });

  it('neither sets nor tests a version that has no value', async () => {
    const { existingUser, rehearsal, target } = stage();
    const { arn, login } = await existingUser();
    const token = await rehearsal.begin(arn);

    const set = await rehearsal.step('setSecret', arn, token);
    const test = await rehearsal.step('testSecret', arn, token);

    expect(set.errorType).toBe('StagingError');
    expect(test.errorType).toBe('StagingError');
    expect(await target.logsIn(login)).toBe(true);
  });
}
