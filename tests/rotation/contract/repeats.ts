import { expect, it } from 'vitest';
import { steps } from '../rehearsal.ts';
import type { Stage } from './stage.ts';

/** Steps that run twice, at once, or too late. */
export function describeRepeats(stage: () => Stage): void {
  it('finishes when every step runs twice, and does nothing when all run again afterwards', async () => {
    const { existingUser, rehearsal, loginOf, target } = stage();
    const { arn } = await existingUser();
    const token = await rehearsal.begin(arn);

    for (const step of steps) {
      expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
      const pending = step === 'createSecret' ? await rehearsal.read(arn, 'AWSPENDING') : undefined;
      expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
      // A second password for the same version would be lost, or worse, reach the database alone.
      if (pending !== undefined) expect(await rehearsal.read(arn, 'AWSPENDING')).toEqual(pending);
    }
    const rotated = await loginOf(arn);
    const logBefore = (await target.logins()).accepted;
    for (const step of steps) {
      expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
    }

    expect((await rehearsal.labels(arn))[token]).toContain('AWSCURRENT');
    expect(await loginOf(arn)).toEqual(rotated);
    expect(await target.logsIn(rotated)).toBe(true);
    expect((await target.logins()).accepted).toBe(logBefore);
  });

  it('finishes when each step runs twice at the same moment', async () => {
    const { existingUser, rehearsal, target, loginOf } = stage();
    const { arn } = await existingUser();
    const token = await rehearsal.begin(arn);

    for (const step of steps) {
      const results = await Promise.all([rehearsal.step(step, arn, token), rehearsal.step(step, arn, token)]);
      expect(results.map(({ errorMessage }) => errorMessage)).toEqual([undefined, undefined]);
    }

    expect((await rehearsal.labels(arn))[token]).toContain('AWSCURRENT');
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
  });

  it('lets a late setSecret of an older rotation change nothing', async () => {
    const { existingUser, rehearsal, loginOf, target } = stage();
    const { arn } = await existingUser();
    const { token: older } = await rehearsal.rotate(arn);
    await rehearsal.rotate(arn);
    await rehearsal.rotate(arn);
    const current = await loginOf(arn);

    const late = await rehearsal.step('setSecret', arn, older);

    expect(late.errorType).toBe('StagingError');
    expect(await target.logsIn(current)).toBe(true);
  });
}
