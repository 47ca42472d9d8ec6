import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { call } from './calls.ts';
import { describeWithTerraform, Workspace } from './workspace.ts';

const VALUE = '{"username":"app","password":"known-to-the-caller-alone"}';

describeWithTerraform('a first value', () => {
  let emulator: Emulator;
  let client: SecretsManagerClient;
  let workspace: Workspace;

  beforeAll(async () => {
    emulator = await startEmulator();
    client = new SecretsManagerClient({
      endpoint: emulator.url,
      region: emulator.region,
      credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    });
    workspace = await Workspace.create({ STANDIN_RETRY_SECONDS: '10' });
  });
  afterAll(async () => {
    client?.destroy();
    await workspace?.[Symbol.asyncDispose]();
    await emulator?.close();
  });

  const configuration = (values: string) => `provider "aws" {
  region = "${emulator.region}"

  endpoints {
    secretsmanager = "${emulator.url}"
  }
}

${call(`secrets = { orders = { name = "orders", create_initial_value = true, rotation = { enabled = false } } }\n${values}`)}`;

  it('that is missing is refused by AWS, and put by the next apply that has it', async () => {
    await workspace.configure(configuration(''));
    await expect(workspace.apply()).rejects.toThrow(
      "Value at 'secretString' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );

    await workspace.write(configuration(`initial_values = { orders = ${JSON.stringify(VALUE)} }`));
    await workspace.apply();

    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: 'orders' }));
    expect(SecretString).toBe(VALUE);
  });

  it('need not be given again', async () => {
    await workspace.write(configuration(''));

    expect(await workspace.isSettled()).toBe(true);
  });

  it('is in no state and no plan', async () => {
    expect(await workspace.written()).not.toContain('known-to-the-caller-alone');
  });
});
