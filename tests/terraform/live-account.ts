import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { createPostgresAdmin, type PostgresAdmin } from '../servers/postgres-admin.ts';
import { loginOutcome } from '../servers/postgres-login.ts';

/** A value of a database's secret. */
export interface Value {
  readonly username: string;
  readonly password?: string;
}

/** How long a rotation may take on a busy machine, in milliseconds. */
const ROTATION_TIMEOUT_MS = 60_000;

/** The key of the admin's secret, which is not the one of the secrets. */
export const ADMIN_KEY = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** An account of AWS with Secrets Manager and Lambda in it, and a real PostgreSQL with an admin like RDS's. */
export class LiveAccount implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly server: PostgresServer;
  readonly admin: PostgresAdmin;
  readonly client: SecretsManagerClient;
  /** Secret of the admin, with a user name and a password only, as RDS makes one. */
  readonly adminSecretArn: string;

  private constructor(
    emulator: Emulator,
    server: PostgresServer,
    admin: PostgresAdmin,
    client: SecretsManagerClient,
    adminSecretArn: string,
  ) {
    this.emulator = emulator;
    this.server = server;
    this.admin = admin;
    this.client = client;
    this.adminSecretArn = adminSecretArn;
  }

  static async open(): Promise<LiveAccount> {
    const emulator = await startEmulator({ rotation: { retries: 0 } });
    const server = await startPostgres();
    const admin = await createPostgresAdmin(server);
    const credentials = { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' };
    const client = new SecretsManagerClient({ endpoint: emulator.url, region: emulator.region, credentials });
    const value = JSON.stringify({ username: admin.username, password: admin.password });
    const { ARN = '' } = await client.send(
      new CreateSecretCommand({ Name: 'rds/master', SecretString: value }),
    );
    return new LiveAccount(emulator, server, admin, client, ARN);
  }

  /** A provider block whose Secrets Manager and Lambda are the emulator's. */
  get provider(): string {
    const { url, region } = this.emulator;
    return `provider "aws" {
  region = "${region}"

  endpoints {
    secretsmanager = "${url}"
    lambda         = "${url}"
  }
}`;
  }

  /** The arguments of a `connection` for a user. */
  connection(username: string): string {
    return `{ host = "${this.server.host}", port = ${this.server.port}, dbname = "${this.admin.database}", username = "${username}" }`;
  }

  async describe(secretId: string): Promise<DescribeSecretCommandOutput> {
    return this.client.send(new DescribeSecretCommand({ SecretId: secretId }));
  }

  /** The id of the version that is AWSCURRENT. */
  async currentVersion(secretId: string): Promise<string> {
    const { VersionIdsToStages = {} } = await this.describe(secretId);
    return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT'))?.[0] ?? '';
  }

  async read(secretId: string): Promise<Value> {
    const { SecretString = '{}' } = await this.client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return JSON.parse(SecretString) as Value;
  }

  async put(secretId: string, value: Value): Promise<void> {
    await this.client.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(value) }),
    );
  }

  /** Rotates and waits for the new AWSCURRENT. */
  async rotate(secretId: string): Promise<void> {
    const { VersionId } = await this.client.send(new RotateSecretCommand({ SecretId: secretId }));
    await this.until(secretId, async () => (await this.currentVersion(secretId)) === VersionId);
  }

  /** Waits for the rotation that makes the password of a user who has none. */
  async untilBorn(secretId: string): Promise<void> {
    await this.until(secretId, async () => (await this.read(secretId)).password !== undefined);
  }

  /** Waits until `isSo`; says what the function said when it never is. */
  private async until(secretId: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + ROTATION_TIMEOUT_MS;
    while (!(await isSo())) {
      const failed = this.emulator.history.invocations
        .all()
        .find(({ functionError }) => functionError !== undefined);
      if (failed !== undefined || Date.now() > deadline) {
        throw new Error(
          `${secretId} was not rotated: ${failed?.errorMessage ?? 'nothing happened'}\n${failed?.log ?? ''}`,
        );
      }
      await sleep(100);
    }
  }

  /** Whether the value's user and password are accepted by the database. */
  async logsIn({ username, password = '' }: Value): Promise<boolean> {
    return (
      (await loginOutcome(this.server, { user: username, password, database: this.admin.database })) ===
      'accepted'
    );
  }

  /** Every password that any version of the secrets holds. */
  async passwords(...secretIds: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(
      secretIds.map(async (secretId) => {
        const { Versions = [] } = await this.client.send(
          new ListSecretVersionIdsCommand({ SecretId: secretId, IncludeDeprecated: true }),
        );
        return Promise.all(
          Versions.map(async ({ VersionId }) => {
            const { SecretString = '{}' } = await this.client.send(
              new GetSecretValueCommand({ SecretId: secretId, VersionId }),
            );
            return (JSON.parse(SecretString) as Value).password;
          }),
        );
      }),
    );
    return found.flat().filter((password) => password !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.emulator.close();
    await this.admin.close();
    await this.server.stop();
  }
}
