import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import type { Stage } from './stage.ts';

/** What people do to a secret while it rotates. */
export function describeInterference(stage: () => Stage): void {
  it('stops when somebody puts a new value during the rotation, and starts from that one next', async () => {
    const { existingUser, rehearsal, put, target } = stage();
    const { arn, login } = await existingUser();
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const changed = { ...(await rehearsal.read(arn)), note: 'put by hand' };
    await put(arn, changed);

    const set = await rehearsal.step('setSecret', arn, token);
    const unchanged = await target.logsIn(login);
    const next = await rehearsal.rotate(arn);

    expect(set.errorType).toBe('StagingError');
    expect(unchanged).toBe(true);
    expect(next.rotated).toBe(true);
    expect(await rehearsal.read(arn)).toMatchObject({ note: 'put by hand' });
  });

  it('stops when AWSCURRENT was moved to a value that AWSPENDING was not made from', async () => {
    const { existingUser, rehearsal, put, target } = stage();
    const { arn, login } = await existingUser();
    const first = Object.keys(await rehearsal.labels(arn))[0] ?? '';
    await put(arn, { ...(await rehearsal.read(arn)), note: 'second version' });
    const second = Object.keys(await rehearsal.labels(arn)).find((id) => id !== first);
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    await rehearsal.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: first,
        RemoveFromVersionId: second,
      }),
    );

    const set = await rehearsal.step('setSecret', arn, token);

    expect(set.errorType).toBe('SecretMismatchError');
    expect(set.errorMessage).toContain('"note"');
    expect(set.errorMessage).toContain('update-secret-version-stage');
    expect(await target.logsIn(login)).toBe(true);
  });

  it('finds a password whose AWSPENDING label was removed after it was set', async () => {
    const { existingUser, rehearsal, target, loginOf } = stage();
    const { arn } = await existingUser();
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    await rehearsal.step('setSecret', arn, token);
    await rehearsal.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token,
      }),
    );

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
  });
}
