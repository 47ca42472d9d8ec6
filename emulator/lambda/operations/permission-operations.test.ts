import {
  AddPermissionCommand,
  GetPolicyCommand,
  type LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../index.ts';
import { deployFunction, lambdaClient } from '../testing/test-function.ts';

const source =
  'exports.handler = async () => ({ version: 1, pid: process.pid, variable: process.env.VARIABLE })';

let emulator: Emulator;
let client: LambdaClient;

beforeAll(async () => {
  emulator = await startEmulator();
  client = lambdaClient(emulator);
});

afterAll(async () => {
  await emulator.close();
});

describe('permissions', () => {
  const by = {
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: '123456789012',
    sourceArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-a1b2c3',
  };

  it('let a service invoke from when they are added until they are removed', async () => {
    const { name: FunctionName, arn } = await deployFunction(emulator, source);
    const before = emulator.lambda.mayInvoke(arn, by);

    await client.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 'rotation',
        Action: 'lambda:InvokeFunction',
        Principal: by.principal,
        SourceAccount: by.sourceAccount,
      }),
    );
    const added = emulator.lambda.mayInvoke(arn, by);
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName }));
    await client.send(new RemovePermissionCommand({ FunctionName, StatementId: 'rotation' }));

    expect([before, added, emulator.lambda.mayInvoke(arn, by)]).toEqual([false, true, false]);
    expect(JSON.parse(Policy ?? '')).toEqual({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        {
          Sid: 'rotation',
          Effect: 'Allow',
          Principal: { Service: by.principal },
          Action: 'lambda:InvokeFunction',
          Resource: arn,
          Condition: { StringEquals: { 'AWS:SourceAccount': by.sourceAccount } },
        },
      ],
    });
  });

  it('of a function do not hold for its versions and aliases', async () => {
    const { name: FunctionName, arn } = await deployFunction(emulator, source, { Publish: true });
    await client.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: by.principal,
        Qualifier: '1',
      }),
    );

    expect(emulator.lambda.mayInvoke(arn, by)).toBe(false);
    expect(emulator.lambda.mayInvoke(`${arn}:1`, by)).toBe(true);
    expect(emulator.lambda.mayInvoke(`${arn}:2`, by)).toBe(false);
  });

  it('have statement ids that are taken once', async () => {
    const { name: FunctionName } = await deployFunction(emulator, source);
    const add = new AddPermissionCommand({
      FunctionName,
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: '*',
    });
    await client.send(add);

    await expect(client.send(add)).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  it('that are not there are not found', async () => {
    const { name: FunctionName } = await deployFunction(emulator, source);

    const getting = client.send(new GetPolicyCommand({ FunctionName }));
    const removing = client.send(new RemovePermissionCommand({ FunctionName, StatementId: 's' }));

    await expect(getting).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(removing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('for a function that is not there are refused without an error', () => {
    const mayInvoke = emulator.lambda.mayInvoke('arn:aws:lambda:us-east-1:123456789012:function:none', by);

    expect(mayInvoke).toBe(false);
  });
});
