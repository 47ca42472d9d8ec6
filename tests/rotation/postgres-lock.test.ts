import { randomBytes } from 'node:crypto';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { type Rehearsal, type StepResult, startRehearsal } from './rehearsal.ts';

/** What happens to a change that has to wait for another session's: the row lock is held by an open transaction. */
describeWithPostgres([18, 15], 'the lock on the role', (major) => {
  let target: PostgresTarget;
  let rehearsal: Rehearsal;
  let adminArn: string;

  beforeAll(async () => {
    target = await startPostgresTarget({ major });
    rehearsal = await startRehearsal({ bundle: 'postgres', caPath: target.caPath });
    const { host, port } = target;
    adminArn = await rehearsal.createSecret({ engine: 'postgres', host, port, ...target.admin });
  });

  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
  });

  const newSecret = async (
    change: object = {},
  ): Promise<{ readonly username: string; readonly arn: string }> => {
    const username = `app_${randomBytes(4).toString('hex')}`;
    await target.createUser({ username, password: 'initial' });
    const { engine, host, port, dbname } = target;
    const value = { engine, host, port, dbname, username, password: 'initial', ...change };
    return { username, arn: await rehearsal.createSecret(value) };
  };

  const lockRole = async (username: string): Promise<void> => {
    await target.superuser.query('BEGIN');
    await target.superuser.query(`ALTER ROLE ${username} CONNECTION LIMIT 9`);
  };

  const someoneWaits = (): Promise<void> =>
    expect
      .poll(async () => (await target.session.query('SELECT 1 FROM pg_locks WHERE NOT granted')).length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(0);

  const loginOf = ({ username, password }: Record<string, unknown>) => ({
    username: String(username),
    password: String(password),
  });

  const moveCurrent = (arn: string, to: string, from: string): Promise<unknown> =>
    rehearsal.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }),
    );

  /** Runs setSecret, and lets something happen while it waits for the row; then the row is free, and as it was. */
  const setWhileItWaits = async (
    username: string,
    arn: string,
    meanwhile: (token: string, currentId: string) => Promise<unknown>,
  ): Promise<{ readonly result: StepResult; readonly pending: Record<string, unknown> }> => {
    const { VersionId: currentId = '' } = await rehearsal.get(arn);
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);
    const pending = await rehearsal.read(arn, 'AWSPENDING');
    await lockRole(username);
    const set = rehearsal.step('setSecret', arn, token);
    await someoneWaits();
    await meanwhile(token, currentId);
    // Not COMMIT: that would make the waiting statement fail, and the change begin anew.
    await target.superuser.query('ROLLBACK');
    return { result: await set, pending };
  };

  it('waits for a change that another session is making, then makes its own', async () => {
    const { username, arn } = await newSecret();
    await lockRole(username);
    const rotation = rehearsal.rotate(arn);
    await someoneWaits();
    await target.superuser.query('COMMIT');

    const result = await rotation;

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
  });

  it('gives up before the time-out when that session does not end, and has changed nothing', async () => {
    await using short = await startRehearsal({ bundle: 'postgres', caPath: target.caPath, timeout: 8 });
    const { username } = await newSecret();
    const { engine, host, port, dbname } = target;
    const arn = await short.createSecret({ engine, host, port, dbname, username, password: 'initial' });
    await lockRole(username);

    const result = await short.rotate(arn);
    await target.superuser.query('ROLLBACK');

    expect(result.errorType).toBe('EngineCommandError');
    expect(result.errorMessage).toContain('55P03');
    expect(short.emulator.history.invocations.all().at(-1)?.durationMs).toBeLessThan(5_000);
    expect(await target.logsIn({ username, password: 'initial' })).toBe(true);
  });

  it.each([
    ['by the user', false],
    ['by the admin', true],
  ])('changes nothing %s when the rotation was abandoned while it waited', async (_who, byAdmin) => {
    const { username, arn } = await newSecret(byAdmin ? { masterarn: adminArn } : {});
    if (byAdmin) await rehearsal.rotate(arn);
    const current = await rehearsal.read(arn);

    const { result, pending } = await setWhileItWaits(username, arn, () =>
      rehearsal.secretsManager.send(
        new PutSecretValueCommand({
          SecretId: arn,
          SecretString: JSON.stringify({ ...current, note: 'by hand' }),
        }),
      ),
    );

    expect(result.errorType).toBe('StagingError');
    expect(await target.logsIn(loginOf(current))).toBe(true);
    expect(await target.logsIn(loginOf(pending))).toBe(false);
  });

  it('rolls back when the version has become AWSCURRENT while it waited', async () => {
    const { username, arn } = await newSecret();
    const current = await rehearsal.read(arn);

    const { result, pending } = await setWhileItWaits(username, arn, (token, currentId) =>
      moveCurrent(arn, token, currentId),
    );

    // Whoever moved the label answers for it; this step has nothing left to do, and does nothing.
    expect(result.errorMessage).toBeUndefined();
    expect(await target.logsIn(loginOf(current))).toBe(true);
    expect(await target.logsIn(loginOf(pending))).toBe(false);
  });

  it('changes nothing when AWSCURRENT has moved to another version while it waited', async () => {
    const { username, arn } = await newSecret();
    await rehearsal.rotate(arn);
    const current = await rehearsal.read(arn);
    const labels = Object.entries(await rehearsal.labels(arn));
    const former = labels.find(([, stages]) => stages.includes('AWSPREVIOUS'))?.[0] ?? '';

    const { result, pending } = await setWhileItWaits(username, arn, (_token, currentId) =>
      moveCurrent(arn, former, currentId),
    );

    expect(result.errorType).toBe('StagingError');
    expect(result.errorMessage).toContain('moved to another version');
    expect(await target.logsIn(loginOf(current))).toBe(true);
    expect(await target.logsIn(loginOf(pending))).toBe(false);
  });

  it('is not held up by somebody who holds the advisory lock', async () => {
    const { username, arn } = await newSecret();
    await target.session.query("SELECT pg_advisory_lock(hashtext('rotating-secret'), hashtext($1))", [
      username,
    ]);

    const result = await rehearsal.rotate(arn);
    await target.session.query('SELECT pg_advisory_unlock_all()');

    expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
  });

  it('lets ten invocations at once make one change, and all succeed', async () => {
    const { arn } = await newSecret();
    const token = await rehearsal.begin(arn);
    await rehearsal.step('createSecret', arn, token);

    const results = await Promise.all(
      Array.from({ length: 10 }, () => rehearsal.step('setSecret', arn, token)),
    );

    const pending = await rehearsal.read(arn, 'AWSPENDING');
    expect(results.map(({ errorMessage }) => errorMessage)).toEqual(results.map(() => undefined));
    expect(
      await target.logsIn({ username: String(pending.username), password: String(pending.password) }),
    ).toBe(true);
  });
});
