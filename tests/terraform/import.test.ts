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

  it.each([
    ['a secret that stays where it is', (arn: string) => `{ create = false, arn = "${arn}"`, []],
    [
      'a secret that is taken over',
      (_: string, name: string) => `{ name = "${name}", recovery_window_in_days = 0`,
      ['module.rotating_secret.module.secret["legacy"].aws_secretsmanager_secret.this[0]'],
    ],
  ])('adopts %s, whose plan is empty then', async (title, secret, addresses) => {
    const name = title.replaceAll(' ', '-');
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: name, SecretString: VALUE }));
    const functionArn = `arn:aws:lambda:${emulator.region}:${emulator.account}:function:legacy`;
    const rules = { AutomaticallyAfterDays: 30 };
    await client.send(
      new RotateSecretCommand({
        SecretId: ARN,
        RotationLambdaARN: functionArn,
        RotationRules: rules,
        RotateImmediately: false,
      }),
    );
    const workspace = await Workspace.create({ STANDIN_RETRY_SECONDS: '10' });
    try {
      const imported = [
        ...addresses,
        'module.rotating_secret.aws_secretsmanager_secret_rotation.this["legacy"]',
      ];
      await workspace.configure(`${provider(emulator)}

module "rotating_secret" {
  source = "./repository"

  secrets  = { legacy = ${secret(ARN, name)}, rotator = "legacy" } }
  rotators = { legacy = { engine = "custom", create_function = false, function_arn = "${functionArn}", create_permission = false } }
}

${imported.map((address) => `import {\n  to = ${address}\n  id = "${ARN}"\n}`).join('\n\n')}
`);
      await workspace.apply();
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));

      expect(await workspace.isSettled()).toBe(true);
      expect(SecretString).toBe(VALUE);
    } finally {
      await workspace[Symbol.asyncDispose]();
    }
  });

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
