import { expect, it } from 'vitest';
import { startRehearsal, steps } from '../rehearsal.ts';
import { closedPort, silentServer } from './silent-server.ts';
import type { Stage } from './stage.ts';
import type { StrategyUnderTest } from './strategy.ts';

/** Servers that reject, do not answer, or cannot be trusted. */
export function describeFailures(stage: () => Stage, strategy: StrategyUnderTest): void {
  it('refuses to go on when the server rejects the current password, and changes nothing', async () => {
    const { existingUser, target, initialPasswords, rehearsal, loginOf } = stage();
    const { arn, login } = await existingUser();
    await target.setPassword({ ...login, password: 'changed-elsewhere' });
    initialPasswords.add('changed-elsewhere');

    const result = await rehearsal.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'CredentialsRejectedError' });
    expect(await loginOf(arn)).toEqual(login);
    expect(await target.logsIn({ ...login, password: 'changed-elsewhere' })).toBe(true);
  });

  it('recovers by itself once the current password works again', async () => {
    const { existingUser, target, rehearsal, loginOf } = stage();
    const { arn, login } = await existingUser();
    await target.setPassword({ ...login, password: 'changed-elsewhere' });
    const { token } = await rehearsal.rotate(arn);
    await target.setPassword(login);

    for (const step of steps) {
      expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
    }

    expect((await rehearsal.labels(arn))[token]).toContain('AWSCURRENT');
    expect(await target.logsIn(await loginOf(arn))).toBe(true);
  });

  it('takes an unreachable server for no verdict, and writes nothing', async () => {
    const { existingUser, rehearsal } = stage();
    const { arn } = await existingUser({ change: { port: await closedPort() } });

    const { errorType, errorMessage, rotated } = await rehearsal.rotate(arn);

    expect({ errorType, rotated }).toEqual({ errorType: 'EngineUnreachableError', rotated: false });
    expect(errorMessage).toContain('ECONNREFUSED');
  });

  it('verifies TLS, and sends nothing to a server that it cannot verify', async () => {
    const { target, existingUser, secretValue } = stage();
    await using strict = await startRehearsal({
      bundle: target.bundle,
      caPath: '',
      environment: { ROTATION_STRATEGY: strategy.name },
    });
    const { login } = await existingUser();
    const admin = await strict.createSecret(secretValue(target.admin));
    const arn = await strict.createSecret(secretValue(login, { masterarn: admin }));
    const before = await target.logins();

    const result = await strict.rotate(arn);

    expect(result).toMatchObject({ rotated: false, errorType: 'EngineUnreachableError' });
    expect(result.errorMessage).toContain('CA_BUNDLE');
    expect(await target.logins()).toEqual(before);
  });

  it('ends in an error of its own, at least three seconds before the time-out, when the server never answers', async () => {
    const { target, existingUser, secretValue } = stage();
    await using silent = await silentServer();
    await using short = await startRehearsal({
      bundle: target.bundle,
      caPath: target.caPath,
      environment: { ROTATION_STRATEGY: strategy.name },
      timeout: 9,
    });
    const { login } = await existingUser();
    const admin = await short.createSecret(secretValue(target.admin, { port: silent.port }));
    const arn = await short.createSecret(secretValue(login, { port: silent.port, masterarn: admin }));

    const result = await short.rotate(arn);

    const last = short.emulator.history.invocations.all().at(-1);
    expect(result.errorType).toBe('EngineUnreachableError');
    expect(last?.step).toBe('setSecret');
    expect(last?.durationMs).toBeLessThan(6_000);
  });
}
