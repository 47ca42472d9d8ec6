import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCalls, type Rehearsal, startRehearsal, steps } from './rehearsal.ts';
import type { Login, Target } from './target.ts';

/** A strategy, and what is particular to it in the suite that all of them pass. */
export interface StrategyUnderTest {
  readonly name: 'single-user' | 'alternating-users' | 'dual-password';
  /** Whether the rotation needs an admin secret although the current password works. */
  readonly needsAdmin: boolean;
  /** The user of the next version. */
  nextUsername(username: string): string;
  /** Whether the replaced credential still logs in right after the rotation. */
  readonly oldStillWorks: boolean;
  /** Logins of a rotation in which all goes well; none of them fails. */
  readonly logins: number;
}

/** One user, whose password is replaced. */
export const singleUser: StrategyUnderTest = {
  name: 'single-user',
  needsAdmin: false,
  nextUsername: (username) => username,
  oldStillWorks: false,
  logins: 2,
};

/** Two users in turn. */
export const alternatingUsers: StrategyUnderTest = {
  name: 'alternating-users',
  needsAdmin: true,
  nextUsername: (username) => (username.endsWith('_clone') ? username.slice(0, -6) : `${username}_clone`),
  oldStillWorks: true,
  logins: 3,
};

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

/**
 * The suite that every engine passes with every strategy, through its committed bundle, deployed on the emulator,
 * against a real server.
 *
 * @param start starts a server; the suite disposes of it
 */
export function describeEngineContract(start: () => Promise<Target>, strategy: StrategyUnderTest): void {
  describe(strategy.name, () => {
    let target: Target;
    let rehearsal: Rehearsal;
    let adminArn: string;
    const initialPasswords = new Set<string>();

    beforeAll(async () => {
      target = await start();
      rehearsal = await startRehearsal({
        bundle: target.bundle,
        caPath: target.caPath,
        environment: { ROTATION_STRATEGY: strategy.name },
      });
      adminArn = await rehearsal.createSecret(secretValue(target.admin, { dbname: undefined }));
    });

    afterAll(async () => {
      await rehearsal?.[Symbol.asyncDispose]();
      await target?.[Symbol.asyncDispose]();
    });

    const secretValue = (
      login: { readonly username: string; readonly password?: string },
      change: object = {},
    ): Record<string, unknown> => {
      if (login.password !== undefined) initialPasswords.add(login.password);
      const { engine, host, port, dbname } = target;
      return { engine, host, port, dbname, username: login.username, ...optional(login), ...change };
    };
    const optional = ({ password }: { readonly password?: string }): object =>
      password === undefined ? {} : { password };

    /** A user in the database and its secret, as a team that starts with rotation has them. */
    const existingUser = async (
      options: { readonly username?: string; readonly password?: string; readonly change?: object } = {},
    ): Promise<{ readonly arn: string; readonly login: Login }> => {
      const login = {
        username: options.username ?? `app_${randomBytes(4).toString('hex')}`,
        password: options.password ?? randomBytes(12).toString('hex'),
      };
      await target.createUser(login);
      const admin = strategy.needsAdmin ? { masterarn: adminArn } : {};
      return {
        login,
        arn: await rehearsal.createSecret(secretValue(login, { ...admin, ...options.change })),
      };
    };

    const loginOf = async (arn: string, stage?: string): Promise<Login> => {
      const { username, password } = await rehearsal.read(arn, stage);
      return { username: String(username), password: String(password) };
    };

    const pins = (username: string): Record<string, string> => ({
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': username,
      'rotating-secret:hosts': `${target.host}:${target.port}`,
      'rotating-secret:manage-user': 'true',
    });

    const put = (arn: string, value: object): Promise<unknown> =>
      rehearsal.secretsManager.send(
        new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify(value) }),
      );

    it('replaces the credential and proves the new one before it becomes AWSCURRENT', async () => {
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

    it('finishes when every step runs twice, and does nothing when all run again afterwards', async () => {
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
      const { arn } = await existingUser();
      const token = await rehearsal.begin(arn);

      for (const step of steps) {
        const results = await Promise.all([
          rehearsal.step(step, arn, token),
          rehearsal.step(step, arn, token),
        ]);
        expect(results.map(({ errorMessage }) => errorMessage)).toEqual([undefined, undefined]);
      }

      expect((await rehearsal.labels(arn))[token]).toContain('AWSCURRENT');
      expect(await target.logsIn(await loginOf(arn))).toBe(true);
    });

    it('lets a late setSecret of an older rotation change nothing', async () => {
      const { arn } = await existingUser();
      const { token: older } = await rehearsal.rotate(arn);
      await rehearsal.rotate(arn);
      await rehearsal.rotate(arn);
      const current = await loginOf(arn);

      const late = await rehearsal.step('setSecret', arn, older);

      expect(late.errorType).toBe('StagingError');
      expect(await target.logsIn(current)).toBe(true);
    });

    it.each(oddPasswords)('takes over from the password %s', async (password) => {
      const { arn, login } = await existingUser({ password });

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
      expect(await target.logsIn(await loginOf(arn))).toBe(true);
      expect(await target.logsIn(login)).toBe(strategy.oldStillWorks);
    });

    it('rotates users of every printable character', async () => {
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

    it('refuses to go on when the server rejects the current password, and changes nothing', async () => {
      const { arn, login } = await existingUser();
      await target.setPassword({ ...login, password: 'changed-elsewhere' });
      initialPasswords.add('changed-elsewhere');

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: false, errorType: 'CredentialsRejectedError' });
      expect(await loginOf(arn)).toEqual(login);
      expect(await target.logsIn({ ...login, password: 'changed-elsewhere' })).toBe(true);
    });

    const adminReads = (from = 0): number =>
      rehearsal.emulator.history.apiCalls
        .all()
        .slice(from)
        .filter(({ operation, resource }) => operation === 'GetSecretValue' && resource === adminArn).length;

    it('recovers by itself once the current password works again', async () => {
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
      const { arn } = await existingUser({ change: { port: await closedPort() } });

      const { errorType, errorMessage, rotated } = await rehearsal.rotate(arn);

      expect({ errorType, rotated }).toEqual({ errorType: 'EngineUnreachableError', rotated: false });
      expect(errorMessage).toContain('ECONNREFUSED');
    });

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

    it('gives birth to a user of a secret without a password, whose password nobody ever saw', async () => {
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
      const { arn, login } = await existingUser();
      await rehearsal.tag(arn, pins(login.username));
      await target.setPassword({ ...login, password: 'changed-elsewhere' });

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: true, errorMessage: undefined });
      expect(await target.logsIn(await loginOf(arn))).toBe(true);
    });

    it('refuses a secret without a password and without the pins for it', async () => {
      const arn = await rehearsal.createSecret(secretValue({ username: 'nobody' }, { masterarn: adminArn }));

      const result = await rehearsal.rotate(arn);

      expect(result).toMatchObject({ rotated: false, errorType: 'SecretFormatError' });
      expect(result.errorMessage).toContain('rotating-secret:manage-user');
    });

    it('passes the test that RotateImmediately=false makes, and changes nothing', async () => {
      const { arn, login } = await existingUser();

      const result = await rehearsal.rotate(arn, { rotateImmediately: false });

      expect(result).toMatchObject({ rotated: false, errorType: undefined });
      expect(await loginOf(arn)).toEqual(login);
      expect(Object.values(await rehearsal.labels(arn))).toEqual([['AWSCURRENT']]);
    });

    it('passes that test for a user that is still to be born', async () => {
      const arn = await rehearsal.createSecret(secretValue({ username: 'unborn' }), pins('unborn'));

      const result = await rehearsal.rotate(arn, { rotateImmediately: false });

      expect(result.errorMessage).toBeUndefined();
      await expect(target.logsIn({ username: 'unborn', password: 'x' })).resolves.toBe(false);
    });

    it('fails that test when the value does not work', async () => {
      const { arn, login } = await existingUser();
      await target.setPassword({ ...login, password: 'changed-elsewhere' });

      const result = await rehearsal.rotate(arn, { rotateImmediately: false });

      expect(result.errorType).toBe('CredentialsRejectedError');
    });

    it('does not set a version that has no value', async () => {
      const { arn, login } = await existingUser();
      const token = await rehearsal.begin(arn);

      const set = await rehearsal.step('setSecret', arn, token);
      const test = await rehearsal.step('testSecret', arn, token);

      expect(set.errorType).toBe('StagingError');
      expect(test.errorType).toBeUndefined();
      expect(await target.logsIn(login)).toBe(true);
    });

    it('stops when somebody puts a new value during the rotation, and starts from that one next', async () => {
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

    it('verifies TLS, and sends nothing to a server that it cannot verify', async () => {
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

    it('wrote no password to its log, its errors or the log of the server', async () => {
      const passwords = (await rehearsal.allPasswords()).filter(
        (password) => !initialPasswords.has(password),
      );
      const written = `${rehearsal.functionLog()}\n${await target.log()}`;

      expect(passwords.length).toBeGreaterThan(20);
      expect(passwords.filter((password) => written.includes(password))).toEqual([]);
      expect([...initialPasswords].filter((password) => rehearsal.functionLog().includes(password))).toEqual(
        [],
      );
    });
  });
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = await silentServer();
  await server[Symbol.asyncDispose]();
  return server.port;
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
