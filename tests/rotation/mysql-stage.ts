import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { MysqlOptions } from '../servers/mysql.ts';
import { mysqlLoginOutcome } from '../servers/mysql-login.ts';
import type { PackagedServer } from '../servers/mysql-packages.ts';
import { asUser, type MysqlTarget, startMysqlTarget } from './mysql-target.ts';
import { type Rehearsal, startRehearsal, steps } from './rehearsal.ts';
import type { Login } from './target.ts';

/** What tests of MySQL and MariaDB alone play on. */
export interface MysqlStage extends AsyncDisposable {
  readonly target: MysqlTarget;
  readonly rehearsal: Rehearsal;
  readonly adminArn: string;
  /** Runs statements as the admin. */
  asAdmin(...statements: readonly string[]): Promise<void>;
  /** Runs statements as the superuser. */
  asSuperuser(...statements: readonly string[]): Promise<void>;
  /** A name that nobody has yet. */
  newName(): string;
  /** A secret with this value, besides where the server is. */
  secretFor(login: Login, change?: object): Promise<string>;
  rotateWell(arn: string): Promise<void>;
  /** Runs the steps of a rotation that did not end well again, as Secrets Manager's retry does. */
  retryWell(arn: string): Promise<void>;
  loginOf(arn: string, stage?: string): Promise<Login>;
  /** `accepted`, or the number of the error. */
  outcome(login: Login): Promise<'accepted' | number>;
}

/** Starts a server, and an emulator with the function deployed. */
export async function setMysqlStage(
  flavor: PackagedServer,
  environment: Readonly<Record<string, string>>,
  options: MysqlOptions = {},
): Promise<MysqlStage> {
  const target = await startMysqlTarget(flavor, options);
  const rehearsal = await startRehearsal({ bundle: 'mysql', caPath: target.caPath, environment });
  const { host, port, dbname } = target;
  const adminArn = await rehearsal.createSecret({ engine: flavor, host, port, ...target.admin });
  return {
    target,
    rehearsal,
    adminArn,
    async asAdmin(...statements) {
      for (const statement of statements) await target.session.query(statement);
    },
    async asSuperuser(...statements) {
      for (const statement of statements) await target.superuser.query(statement);
    },
    newName: () => `app_${randomBytes(4).toString('hex')}`,
    secretFor: (login, change = {}) =>
      rehearsal.createSecret({ engine: flavor, host, port, dbname, ...login, ...change }),
    async rotateWell(arn) {
      expect(await rehearsal.rotate(arn)).toMatchObject({ rotated: true, errorMessage: undefined });
    },
    async retryWell(arn) {
      const labels = Object.entries(await rehearsal.labels(arn));
      const token = labels.find(([, stages]) => stages.includes('AWSPENDING'))?.[0] ?? '';
      for (const step of steps) expect((await rehearsal.step(step, arn, token)).errorMessage).toBeUndefined();
    },
    async loginOf(arn, stage) {
      const { username, password } = await rehearsal.read(arn, stage);
      return { username: String(username), password: String(password) };
    },
    outcome: (login) => mysqlLoginOutcome(target.server, asUser(login)),
    async [Symbol.asyncDispose]() {
      await rehearsal[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}
