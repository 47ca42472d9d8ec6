import { existsSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from './index.ts';
import { deployFunction, isRunning, lambdaClient } from './lambda/testing/test-function.ts';

/** A rotation function as small as it gets, bundled with the SDK as a real one would be. */
const rotator = bundle(`
  import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
  const client = new SecretsManagerClient({});
  export const handler = async ({ Step, SecretId, ClientRequestToken, RotationToken }) => {
    console.log(Step);
    if (Step === 'createSecret') {
      await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, RotationToken, SecretString: 'rotated', VersionStages: ['AWSPENDING'] }));
    }
    if (Step === 'finishSecret') {
      const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
      const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'));
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current }));
    }
  };
`);

function bundle(source: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

let emulator: Emulator;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  emulator = await startEmulator();
  secrets = new SecretsManagerClient({
    endpoint: emulator.url,
    region: emulator.region,
    credentials: { accessKeyId: 'AKIDOPERATOR', secretAccessKey: 'secret' },
  });
});

afterEach(async () => {
  await emulator.close();
});

describe('a rotation', () => {
  it('runs a deployed function as Secrets Manager would, under the function’s own role', async () => {
    const { name, arn } = await deployFunction(emulator, rotator);
    await lambdaClient(emulator).send(
      new AddPermissionCommand({
        FunctionName: name,
        StatementId: 'rotation',
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: emulator.account,
      }),
    );
    await secrets.send(new CreateSecretCommand({ Name: 'orders', SecretString: 'first' }));

    await secrets.send(
      new RotateSecretCommand({
        SecretId: 'orders',
        RotationLambdaARN: arn,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await emulator.secretsManager.settled();

    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'orders' }));
    expect(SecretString).toBe('rotated');
    expect(emulator.history.invocations.all()).toMatchObject(
      ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step, index) => ({
        step,
        invokedBy: 'secretsmanager.amazonaws.com',
        functionArn: arn,
        coldStart: index === 0,
        log: expect.stringContaining(`INFO\t${step}`),
      })),
    );
    const byFunction = emulator.history.apiCalls
      .all()
      .filter(({ caller }) => caller.accessKeyId.startsWith('ASIA'));
    expect(byFunction.map(({ operation }) => operation)).toEqual([
      'PutSecretValue',
      'DescribeSecret',
      'UpdateSecretVersionStage',
    ]);
    expect(new Set(byFunction.map(({ caller }) => caller.arn))).toEqual(
      new Set([`arn:aws:sts::123456789012:assumed-role/rotator-role/${name}`]),
    );
  });

  it('is refused for a function that does not let Secrets Manager invoke it', async () => {
    const { arn } = await deployFunction(emulator, rotator);
    await secrets.send(new CreateSecretCommand({ Name: 'orders', SecretString: 'first' }));

    const rotating = secrets.send(
      new RotateSecretCommand({
        SecretId: 'orders',
        RotationLambdaARN: arn,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );

    await expect(rotating).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { RotationEnabled } = await secrets.send(new DescribeSecretCommand({ SecretId: 'orders' }));
    expect(RotationEnabled ?? false).toBe(false);
  });
});

describe('closing', () => {
  const pidTeller = `exports.handler = async ({ hang }) => {
    const child = require('node:child_process').spawn('sleep', ['600']);
    console.log('pids', process.pid, child.pid);
    if (hang) await new Promise((done) => setTimeout(done, 600_000));
    return { pids: [process.pid, child.pid], folder: process.cwd() };
  }`;

  it('leaves no process and no folder', async () => {
    const { invoke } = await deployFunction(emulator, pidTeller);
    const { payload } = await invoke();
    const pids = payload.pids as number[];

    await emulator.close();

    await expect.poll(() => pids.filter(isRunning), { timeout: 5000 }).toEqual([]);
    expect(existsSync(payload.folder as string)).toBe(false);
  });

  it('does not wait for a function that runs', async () => {
    const { invoke } = await deployFunction(emulator, pidTeller, { Timeout: 600 });
    const hanging = invoke({ hang: true }).catch((error: Error) => error);
    await expect.poll(() => emulator.history.apiCalls.all().length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const startedMs = performance.now();

    await emulator.close();

    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(await hanging).toBeInstanceOf(Error);
  });

  it('happens once however often it is asked for, and needs no folder where nothing was deployed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nothing-deployed-'));
    vi.stubEnv('TMPDIR', folder);
    const another = await startEmulator();

    await Promise.all([another.close(), another.close()]);

    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
  });
});

describe('starting', () => {
  it('names the port that is in use and the way out', async () => {
    const starting = startEmulator({ port: emulator.port });

    await expect(starting).rejects.toThrow(
      `port ${emulator.port} of 127.0.0.1 is in use: choose another one, or 0`,
    );
  });

  it.each([
    [{ port: 70_000 }, 'port: expected a number from 0 to 65535, found 70000'],
    [{ region: 'Frankfurt' }, 'region: expected a name such as us-east-1, found Frankfurt'],
    [{ account: '12' }, 'account: expected twelve digits, found 12'],
  ])('refuses %o', async (options, message) => {
    await expect(startEmulator(options)).rejects.toThrow(new RangeError(message));
  });
});
