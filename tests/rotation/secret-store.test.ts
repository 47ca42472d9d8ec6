import { randomUUID } from 'node:crypto';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { Deadline } from '../../functions/core/deadline.ts';
import { awsSecretStore } from '../../functions/core/secret-store.ts';
import { describeSecretStoreContract } from '../../functions/core/testing/secret-store-contract.ts';

describe('the store of Secrets Manager', () => {
  let emulator: Emulator;
  let client: SecretsManagerClient;
  let functionArn = '';

  beforeAll(async () => {
    emulator = await startEmulator({ rotation: { retries: 0 } });
    const config = {
      endpoint: emulator.url,
      region: emulator.region,
      credentials: { accessKeyId: 'AKIATESTER', secretAccessKey: 'any' },
    };
    client = new SecretsManagerClient(config);
    const lambda = new LambdaClient(config);
    const code = "exports.handler = () => { throw new Error('not by this function'); };";
    ({ FunctionArn: functionArn = '' } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'fails',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${emulator.account}:role/fails`,
        Code: { ZipFile: zipSync({ 'index.js': new TextEncoder().encode(code) }) },
      }),
    ));
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'fails',
        StatementId: 'secrets-manager',
        Action: 'lambda:InvokeFunction',
        Principal: 'secretsmanager.amazonaws.com',
      }),
    );
    lambda.destroy();
  });

  afterAll(async () => {
    client?.destroy();
    await emulator?.close();
  });

  describeSecretStoreContract(async () => {
    const currentText = '{"first":1}';
    const { ARN = '', VersionId = '' } = await client.send(
      new CreateSecretCommand({ Name: `contract/${randomUUID()}`, SecretString: currentText }),
    );
    const pendingId = randomUUID();
    await client.send(
      new RotateSecretCommand({
        SecretId: ARN,
        ClientRequestToken: pendingId,
        RotationLambdaARN: functionArn,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await emulator.secretsManager.settled();
    return {
      store: awsSecretStore(client, ARN, Deadline.in(60_000)),
      currentText,
      currentId: VersionId,
      pendingId,
    };
  });
});
