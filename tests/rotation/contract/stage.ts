import { randomBytes } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type Rehearsal, startRehearsal } from '../rehearsal.ts';
import type { Login, Target } from '../target.ts';
import type { StrategyUnderTest } from './strategy.ts';

/** What a test of the contract plays on: a server, the function deployed beside it, and an admin secret. */
export interface Stage extends AsyncDisposable {
  readonly target: Target;
  readonly rehearsal: Rehearsal;
  readonly adminArn: string;
  /** Passwords that came from the tests; all others were made by the function. */
  readonly initialPasswords: Set<string>;
  /** The value of a secret for this server. */
  secretValue(login: Partial<Login>, change?: object): Record<string, unknown>;
  /** A user in the database and its secret, as a team that starts with rotation has them. */
  existingUser(options?: {
    readonly username?: string;
    readonly password?: string;
    readonly change?: object;
  }): Promise<{ readonly arn: string; readonly login: Login }>;
  /** The user and password of a version; default AWSCURRENT. */
  loginOf(arn: string, stage?: string): Promise<Login>;
  /** The tags that let the admin make and repair a user. */
  pins(username: string): Record<string, string>;
  /** Puts a value as AWSCURRENT, as a person would. */
  put(arn: string, value: object): Promise<unknown>;
  /** How often the admin secret was read, from the given position of the history on. */
  adminReads(from: number): number;
}

/** Sets the stage for one engine and one strategy. */
export async function setStage(start: () => Promise<Target>, strategy: StrategyUnderTest): Promise<Stage> {
  const target = await start();
  const rehearsal = await startRehearsal({
    bundle: target.bundle,
    caPath: target.caPath,
    environment: { ROTATION_STRATEGY: strategy.name },
  });
  const initialPasswords = new Set<string>();
  const secretValue: Stage['secretValue'] = (login, change = {}) => {
    if (login.password !== undefined) initialPasswords.add(login.password);
    const { engine, host, port, dbname } = target;
    return { engine, host, port, dbname, ...login, ...change };
  };
  const adminArn = await rehearsal.createSecret(secretValue(target.admin, { dbname: undefined }));
  return {
    target,
    rehearsal,
    adminArn,
    initialPasswords,
    secretValue,
    async existingUser(options = {}) {
      const login = {
        username: options.username ?? `app_${randomBytes(4).toString('hex')}`,
        password: options.password ?? randomBytes(12).toString('hex'),
      };
      await target.createUser(login);
      const admin = strategy.needsAdmin ? { masterarn: adminArn } : {};
      const arn = await rehearsal.createSecret(secretValue(login, { ...admin, ...options.change }));
      return { login, arn };
    },
    async loginOf(arn, stage) {
      const { username, password } = await rehearsal.read(arn, stage);
      return { username: String(username), password: String(password) };
    },
    pins: (username) => ({
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': username,
      'rotating-secret:hosts': `${target.host}:${target.port}`,
      'rotating-secret:manage-user': 'true',
    }),
    put: (arn, value) =>
      rehearsal.secretsManager.send(
        new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify(value) }),
      ),
    adminReads: (from) =>
      rehearsal.emulator.history.apiCalls
        .all()
        .slice(from)
        .filter(({ operation, resource }) => operation === 'GetSecretValue' && resource === adminArn).length,
    async [Symbol.asyncDispose]() {
      await rehearsal[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}
