import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { describeWithTerraform, repository, Workspace } from './workspace.ts';

const VALUE = '{"engine":"postgres","host":"db.example.com","username":"app","password":"made-elsewhere"}';

describeWithTerraform('import', () => {
  let emulator: Emulator;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    emulator = await startEmulator({ rotation: { retries: 0 } });
    const config = {
      endpoint: emulator.url,
      region: emulator.region,
      credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    };
    client = new SecretsManagerClient(config);
    await deployFunction(new LambdaClient(config));
  });
  afterAll(async () => {
    client?.destroy();
    await emulator?.close();
  });

  it('adopts a secret that stays where it is, and one that is taken over, and has nothing to do then', async () => {
    const [stays = '', taken = ''] = await Promise.all(['stays', 'taken'].map(createRotatedSecret));
    const workspace = await Workspace.create({ STANDIN_RETRY_SECONDS: '10' });
    try {
      const imports: readonly (readonly [address: string, arn: string])[] = [
        ['aws_secretsmanager_secret_rotation.this["stays"]', stays],
        ['aws_secretsmanager_secret_rotation.this["taken"]', taken],
        ['module.secret["taken"].aws_secretsmanager_secret.this[0]', taken],
      ];
      await workspace.configure(`${provider(emulator)}

module "rotating_secret" {
  source = "./repository"

  secrets = {
    stays = { create = false, arn = "${stays}", rotator = "legacy" }
    taken = { name = "taken", recovery_window_in_days = 0, rotator = "legacy" }
  }

  rotators = { legacy = { engine = "custom", create_function = false, function_arn = "${functionArn()}", create_permission = false } }
}

${imports.map(([address, arn]) => `import {\n  to = module.rotating_secret.${address}\n  id = "${arn}"\n}`).join('\n\n')}
`);
      await workspace.apply();

      expect(await workspace.isSettled()).toBe(true);
      for (const SecretId of [stays, taken]) {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
        expect(SecretString).toBe(VALUE);
      }
    } finally {
      await workspace[Symbol.asyncDispose]();
    }
  });

  const functionArn = () => `arn:aws:lambda:${emulator.region}:${emulator.account}:function:legacy`;

  /** Makes a secret as a console would, with the same schedule that the module has by default. */
  async function createRotatedSecret(name: string): Promise<string> {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: name, SecretString: VALUE }));
    await client.send(
      new RotateSecretCommand({
        SecretId: ARN,
        RotationLambdaARN: functionArn(),
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      }),
    );
    return ARN;
  }

  /** The function that rotated the secrets before. */
  async function deployFunction(lambda: LambdaClient): Promise<void> {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'legacy',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${emulator.account}:role/legacy`,
        Code: { ZipFile: readFileSync(join(repository, 'bundles', 'postgres.zip')) },
      }),
    );
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'legacy',
        StatementId: 'secrets-manager',
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
      }),
    );
    lambda.destroy();
  }
});

function provider({ url, region }: Emulator): string {
  return `provider "aws" {
  region = "${region}"

  endpoints {
    secretsmanager = "${url}"
    lambda         = "${url}"
  }
}`;
}
