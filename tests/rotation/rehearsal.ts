import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  type Tag,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Emulator, type Invocation, startEmulator } from '../../emulator/index.ts';

/** The steps of a rotation, in their order. */
export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One step. */
export type Step = (typeof steps)[number];

/** How a run of the function ended. */
export interface StepResult {
  readonly errorType: string | undefined;
  readonly errorMessage: string | undefined;
}

/** How a rotation ended. */
export interface RotationResult extends StepResult {
  readonly token: string;
  /** Whether AWSCURRENT moved to the new version. */
  readonly rotated: boolean;
}

/** An emulator with one engine's bundle deployed on it, as it is committed, to rotate real secrets of real servers. */
export interface Rehearsal extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly secretsManager: SecretsManagerClient;
  /** Creates a secret; returns its ARN. */
  createSecret(value: object | string, tags?: Readonly<Record<string, string>>): Promise<string>;
  tag(secretId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** The value of a version; default AWSCURRENT. */
  read(secretId: string, stage?: string): Promise<Record<string, unknown>>;
  /** A version as GetSecretValue answers it; default AWSCURRENT. */
  get(secretId: string, stage?: string): Promise<GetSecretValueCommandOutput>;
  /** Every password of every version of every secret that was created here. */
  allPasswords(): Promise<readonly string[]>;
  labels(secretId: string): Promise<Readonly<Record<string, readonly string[]>>>;
  /** RotateSecret, and waits until all its steps have ended. */
  rotate(secretId: string, options?: { readonly rotateImmediately?: boolean }): Promise<RotationResult>;
  /** RotateSecret with the function throttled: the AWSPENDING version is registered and no step runs. */
  begin(secretId: string): Promise<string>;
  /** Invokes one step. */
  step(step: Step, secretId: string, token: string): Promise<StepResult>;
  /** What the function logged, all runs together. */
  functionLog(): string;
}

/** How long the function may take, in seconds: as the module deploys it. */
const defaultTimeout = 60;

/**
 * Starts an emulator and deploys `bundles/<bundle>.zip` on it.
 *
 * @param environment the function's variables, besides CA_BUNDLE and the endpoint
 */
export async function startRehearsal(options: {
  readonly bundle: string;
  /** The certificate authority that the function trusts; empty for none but the public ones. */
  readonly caPath: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds; default 60. */
  readonly timeout?: number;
}): Promise<Rehearsal> {
  const emulator = await startEmulator({ rotation: { retries: 0 } });
  const { url, region, account } = emulator;
  const config = {
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
  };
  const lambda = new LambdaClient(config);
  const secretsManager = new SecretsManagerClient(config);
  const functionName = `rotate-${options.bundle}`;
  const { FunctionArn: functionArn = '' } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: functionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${account}:role/${functionName}`,
      Code: { ZipFile: await readFile(join(import.meta.dirname, '../../bundles', `${options.bundle}.zip`)) },
      Timeout: options.timeout ?? defaultTimeout,
      MemorySize: 256,
      Environment: {
        Variables: {
          SECRETS_MANAGER_ENDPOINT: url,
          ...(options.caPath === '' ? {} : { CA_BUNDLE: options.caPath }),
          ...options.environment,
        },
      },
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: functionName,
      StatementId: 'secrets-manager',
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: account,
    }),
  );

  const created: string[] = [];
  const get = (secretId: string, stage = 'AWSCURRENT'): Promise<GetSecretValueCommandOutput> =>
    secretsManager.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
  const labels = async (secretId: string): Promise<Readonly<Record<string, readonly string[]>>> => {
    const { VersionIdsToStages } = await secretsManager.send(
      new DescribeSecretCommand({ SecretId: secretId }),
    );
    return VersionIdsToStages ?? {};
  };
  const rotate = async (secretId: string, { rotateImmediately = true } = {}): Promise<RotationResult> => {
    const token = randomUUID();
    let last: Invocation | undefined;
    const unlisten = emulator.history.listen({ invocation: (invocation) => (last = invocation) });
    await secretsManager.send(
      new RotateSecretCommand({
        SecretId: secretId,
        ClientRequestToken: token,
        RotationLambdaARN: functionArn,
        RotationRules: { ScheduleExpression: 'rate(30 days)' },
        RotateImmediately: rotateImmediately,
      }),
    );
    await emulator.secretsManager.settled();
    unlisten();
    const rotated = (await labels(secretId))[token]?.includes('AWSCURRENT') ?? false;
    return { token, rotated, errorType: last?.errorType, errorMessage: last?.errorMessage };
  };

  return {
    emulator,
    secretsManager,
    labels,
    rotate,
    async createSecret(value, tags = {}) {
      const { ARN = '' } = await secretsManager.send(
        new CreateSecretCommand({
          Name: `test/${randomUUID().slice(0, 8)}/value`,
          SecretString: typeof value === 'string' ? value : JSON.stringify(value),
          Tags: tagList(tags),
        }),
      );
      created.push(ARN);
      return ARN;
    },
    get,
    async tag(secretId, tags) {
      await secretsManager.send(new TagResourceCommand({ SecretId: secretId, Tags: tagList(tags) }));
    },
    async read(secretId, stage) {
      const { SecretString = '' } = await get(secretId, stage);
      return JSON.parse(SecretString) as Record<string, unknown>;
    },
    async allPasswords() {
      const passwords: string[] = [];
      for (const secretId of created) {
        const { Versions = [] } = await secretsManager.send(
          new ListSecretVersionIdsCommand({ SecretId: secretId, IncludeDeprecated: true }),
        );
        for (const { VersionId } of Versions) {
          // The AWSPENDING version that a rotation left empty is listed and has no value.
          const { SecretString = '{}' } = await secretsManager
            .send(new GetSecretValueCommand({ SecretId: secretId, VersionId }))
            .catch(() => ({ SecretString: '{}' }));
          const { password } = JSON.parse(SecretString) as { password?: string };
          if (password !== undefined) passwords.push(password);
        }
      }
      return passwords;
    },
    async begin(secretId) {
      await lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: 0 }),
      );
      const { token } = await rotate(secretId);
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: functionName }));
      return token;
    },
    async step(step, secretId, token) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: functionName,
          Payload: JSON.stringify({ Step: step, SecretId: secretId, ClientRequestToken: token }),
        }),
      );
      if (FunctionError === undefined) return { errorType: undefined, errorMessage: undefined };
      const { errorType, errorMessage } = JSON.parse(Payload?.transformToString() ?? '{}') as StepResult;
      return { errorType, errorMessage };
    },
    functionLog: () =>
      emulator.history.invocations
        .all()
        .map(({ log, errorMessage = '' }) => `${log}\n${errorMessage}`)
        .join('\n'),
    async [Symbol.asyncDispose]() {
      lambda.destroy();
      secretsManager.destroy();
      await emulator.close();
    },
  };
}

/** The Secrets Manager calls that functions made, from the given position of the history on. */
export function apiCalls({ emulator }: Rehearsal, from = 0): readonly string[] {
  return emulator.history.apiCalls
    .all()
    .slice(from)
    .filter(({ service, caller }) => service === 'secretsmanager' && caller.arn.includes(':assumed-role/'))
    .map(({ operation }) => operation);
}

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
