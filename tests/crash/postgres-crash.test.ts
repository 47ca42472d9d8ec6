import { randomBytes, randomUUID } from 'node:crypto';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { readEnvironment, type Strategy } from '../../functions/core/environment.ts';
import { rotationHandler } from '../../functions/core/handler.ts';
import { awsSecretStore } from '../../functions/core/secret-store.ts';
import { postgresEngine } from '../../functions/postgres/engine.ts';
import { type PostgresTarget, startPostgresTarget } from '../rotation/postgres-target.ts';
import { steps } from '../rotation/rehearsal.ts';
import type { Login } from '../rotation/target.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { Effects } from './effects.ts';

/**
 * A rotation that dies at any side of any effect, on a real server: at every instant some labelled version logs in,
 * with two users AWSCURRENT itself, and the retry of the whole rotation with the same token ends it.
 *
 * The steps run in this process, because a process that ends itself between two calls is hard to aim; the bundle runs
 * in tests/rotation.
 */
describeWithPostgres([18], 'a rotation that dies anywhere', () => {
  let target: PostgresTarget;
  let emulator: Emulator;
  let client: SecretsManagerClient;
  let functionArn: string;
  let adminArn: string;

  beforeAll(async () => {
    target = await startPostgresTarget({ major: 18 });
    emulator = await startEmulator({ rotation: { retries: 0 } });
    const config = {
      endpoint: emulator.url,
      region: emulator.region,
      credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    };
    client = new SecretsManagerClient(config);
    functionArn = await deployFailingFunction(new LambdaClient(config), emulator.account);
    const { engine, host, port, admin } = target;
    adminArn = await createSecret({ engine, host, port, ...admin });
  });

  afterAll(async () => {
    client?.destroy();
    await emulator?.close();
    await target?.[Symbol.asyncDispose]();
  });

  const createSecret = async (
    value: object,
    tags: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const { ARN = '' } = await client.send(
      new CreateSecretCommand({
        Name: `crash/${randomUUID()}`,
        SecretString: JSON.stringify(value),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return ARN;
  };

  /** Registers the AWSPENDING version; the function that is deployed fails at once, so no step is done. */
  const begin = async (arn: string): Promise<string> => {
    const token = randomUUID();
    await client.send(
      new RotateSecretCommand({
        SecretId: arn,
        ClientRequestToken: token,
        RotationLambdaARN: functionArn,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await emulator.secretsManager.settled();
    return token;
  };

  const runRotation = async (
    strategy: Strategy,
    arn: string,
    token: string,
    effects: Effects,
  ): Promise<void> => {
    const environment = readEnvironment({ ROTATION_STRATEGY: strategy }, { excludeCharacters: ':/@"\'\\' });
    const engine = postgresEngine({ caBundle: target.caPath, passwordForm: 'verifier' });
    const handler = rotationHandler({
      engine: effects.engine(engine),
      environment,
      logger: { info: () => undefined, error: () => undefined },
      storeFor: (secretId, deadline) => effects.store(awsSecretStore(client, secretId, deadline)),
    });
    const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };
    for (const Step of steps) await handler({ Step, SecretId: arn, ClientRequestToken: token }, context);
  };

  const loginOf = async (arn: string, stage: string): Promise<Partial<Login>> => {
    try {
      const { SecretString = '{}' } = await client.send(
        new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }),
      );
      return JSON.parse(SecretString) as Partial<Login>;
    } catch {
      return {};
    }
  };

  const works = async (arn: string, stage: string): Promise<boolean> => {
    const { username, password } = await loginOf(arn, stage);
    return username !== undefined && password !== undefined && target.logsIn({ username, password });
  };

  const newSecret = async (strategy: Strategy, born: boolean): Promise<string> => {
    const username = `app_${randomBytes(4).toString('hex')}`;
    const { engine, host, port, dbname } = target;
    const value = {
      engine,
      host,
      port,
      dbname,
      username,
      ...(strategy === 'alternating-users' ? { masterarn: adminArn } : {}),
    };
    if (!born) {
      await target.createUser({ username, password: 'initial' });
      return createSecret({ ...value, password: 'initial' });
    }
    return createSecret(value, {
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': username,
      'rotating-secret:manage-user': 'true',
    });
  };

  it.each([
    { title: 'single-user', strategy: 'single-user', born: false, rotationsBefore: 0 },
    {
      title: 'alternating-users, making the second user',
      strategy: 'alternating-users',
      born: false,
      rotationsBefore: 0,
    },
    {
      title: 'alternating-users, back to the first',
      strategy: 'alternating-users',
      born: false,
      rotationsBefore: 1,
    },
    { title: 'single-user, birth', strategy: 'single-user', born: true, rotationsBefore: 0 },
    { title: 'alternating-users, birth', strategy: 'alternating-users', born: true, rotationsBefore: 0 },
  ] as const)(
    'converges, and locks nobody out: $title',
    { timeout: 600_000 },
    async ({ strategy, born, rotationsBefore }) => {
      const prepare = async (): Promise<{ readonly arn: string; readonly token: string }> => {
        const arn = await newSecret(strategy, born);
        for (let count = 0; count < rotationsBefore; count++) {
          await runRotation(strategy, arn, await begin(arn), new Effects(Number.POSITIVE_INFINITY));
        }
        return { arn, token: await begin(arn) };
      };
      const whole = await prepare();
      const undisturbed = new Effects(Number.POSITIVE_INFINITY);
      await runRotation(strategy, whole.arn, whole.token, undisturbed);

      for (let dieAt = 0; dieAt < undisturbed.names.length; dieAt++) {
        const { arn, token } = await prepare();
        const holds = async (): Promise<void> => {
          if (born) return;
          const current = await works(arn, 'AWSCURRENT');
          if (strategy === 'alternating-users') expect(current).toBe(true);
          else expect(current || (await works(arn, 'AWSPENDING'))).toBe(true);
        };
        const dying = new Effects(dieAt, holds);

        await expect(runRotation(strategy, arn, token, dying)).rejects.toThrow(/unexpected Crash/);
        await runRotation(strategy, arn, token, new Effects(Number.POSITIVE_INFINITY, holds));

        const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
        expect(VersionIdsToStages[token]).toContain('AWSCURRENT');
        expect(await works(arn, 'AWSCURRENT')).toBe(true);
      }
      expect(undisturbed.names.length).toBeGreaterThan(20);
    },
  );
});

/** A function that throws: RotateSecret needs one, and the test runs the steps itself. */
async function deployFailingFunction(lambda: LambdaClient, account: string): Promise<string> {
  const code = zipSync({
    'index.js': new TextEncoder().encode(
      "exports.handler = () => { throw new Error('not by this function'); };",
    ),
  });
  const { FunctionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'fails',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${account}:role/fails`,
      Code: { ZipFile: code },
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'fails',
      StatementId: 'secrets-manager',
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
    }),
  );
  lambda.destroy();
  return FunctionArn;
}
