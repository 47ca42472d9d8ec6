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
import type { Target } from '../rotation/target.ts';

/** A value of a database's secret. */
export interface Value {
  readonly username: string;
  readonly password?: string;
}

/** How long a rotation may take on a busy machine, in milliseconds. */
const ROTATION_TIMEOUT_MS = 60_000;

/** The key of the admin's secret, which is not the one of the secrets. */
export const ADMIN_KEY = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** An account of AWS with Secrets Manager and Lambda in it, and a real database with an admin like RDS's. */
export class LiveAccount implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly target: Target;
  readonly client: SecretsManagerClient;
  /** Secret of the admin, with a user name and a password only, as RDS makes one. */
  readonly adminSecretArn: string;

  private constructor(
    emulator: Emulator,
    target: Target,
    client: SecretsManagerClient,
    adminSecretArn: string,
  ) {
    this.emulator = emulator;
    this.target = target;
    this.client = client;
    this.adminSecretArn = adminSecretArn;
  }

  /** Opens an account beside a database, which closes with it. */
  static async open(target: Target): Promise<LiveAccount> {
    const emulator = await startEmulator({ rotation: { retries: 0 } });
    const credentials = { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' };
    const client = new SecretsManagerClient({ endpoint: emulator.url, region: emulator.region, credentials });
    const { ARN = '' } = await client.send(
      new CreateSecretCommand({ Name: 'rds/master', SecretString: JSON.stringify(target.admin) }),
    );
    return new LiveAccount(emulator, target, client, ARN);
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
    return `{ host = "${this.target.host}", port = ${this.target.port}, dbname = "${this.target.dbname}", username = "${username}" }`;
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
    return this.target.logsIn({ username, password });
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
    await this.target[Symbol.asyncDispose]();
  }
}
