import { expect, it } from 'vitest';
import { apiCalls } from '../rehearsal.ts';
import type { Stage } from './stage.ts';

/** Values that ask for what their tags do not allow. */
export function describePins(stage: () => Stage): void {
  it.each([
    ['user', { 'rotating-secret:username': 'somebody_else' }],
    ['host', { 'rotating-secret:hosts': 'db.example.com:5432' }],
    [
      'admin secret',
      {
        'rotating-secret:admin-secret': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf',
      },
    ],
  ])(
    'refuses a value whose %s differs from its pin before it writes or reads an admin secret',
    async (_pin, tags) => {
      const { existingUser, adminArn, rehearsal, adminReads, target } = stage();
      const { arn, login } = await existingUser({ change: { masterarn: adminArn } });
      await rehearsal.tag(arn, tags);
      const before = rehearsal.emulator.history.apiCalls.all().length;

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: false, errorType: 'PinViolationError' });
      expect(apiCalls(rehearsal, before)).not.toContain('PutSecretValue');
      expect(adminReads(before)).toBe(0);
      expect(await target.logsIn(login)).toBe(true);
    },
  );

  it('checks the pins again in setSecret, before an admin credential is read', async () => {
    const { existingUser, adminArn, rehearsal, adminReads, target } = stage();
    const { arn, login } = await existingUser({ change: { masterarn: adminArn } });
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    await rehearsal.tag(arn, { 'rotating-secret:username': 'somebody_else' });
    const before = rehearsal.emulator.history.apiCalls.all().length;

    const result = await rehearsal.step('setSecret', arn, token);

    expect(result.errorType).toBe('PinViolationError');
    expect(adminReads(before)).toBe(0);
    expect(await target.logsIn(login)).toBe(true);
  });
}
