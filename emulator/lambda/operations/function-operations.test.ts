import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListFunctionsCommand,
  paginateListFunctions,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../index.ts';
import { deployFunction, isRunning, lambdaClient, zipOf } from '../testing/test-function.ts';

const source =
  'exports.handler = async () => ({ version: 1, pid: process.pid, variable: process.env.VARIABLE })';
const changedSource = source.replace('version: 1', 'version: 2');

let emulator: Emulator;
let client: LambdaClient;

beforeAll(async () => {
  emulator = await startEmulator();
  client = lambdaClient(emulator);
});

afterAll(async () => {
  await emulator.close();
});

describe('names', () => {
  it.each([
    ['a partial ARN', '123456789012:function:named'],
    ['an ARN', 'arn:aws:lambda:us-east-1:123456789012:function:named'],
    ['a qualified name', 'named:$LATEST'],
  ])('may be %s', async (_, name) => {
    await deployFunction(emulator, source, { FunctionName: 'named' }).catch(() => undefined);

    const { FunctionName } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));

    expect(FunctionName).toBe('named');
  });

  it.each([
    ['another region', 'arn:aws:lambda:eu-west-1:123456789012:function:named'],
    ['another account', 'arn:aws:lambda:us-east-1:210987654321:function:named'],
    ['no function', 'unnamed'],
    ['no version', 'named:7'],
  ])('of %s are not found', async (_, name) => {
    const getting = client.send(new GetFunctionCommand({ FunctionName: name }));

    await expect(getting).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('updates', () => {
  it('of the code end the processes of the old one and remove it', async () => {
    const updated = await deployFunction(emulator, source);
    const before = await updated.invoke();

    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: updated.name,
        ZipFile: zipOf({ 'index.js': changedSource }),
      }),
    );
    const after = await updated.invoke();

    expect(after.payload).toMatchObject({ version: 2 });
    await expect.poll(() => isRunning(before.payload.pid as number), { timeout: 5000 }).toBe(false);
  });

  it('of the configuration change what they name and leave the rest', async () => {
    const updated = await deployFunction(emulator, source, {
      Environment: { Variables: { VARIABLE: 'old' } },
      MemorySize: 256,
    });
    const before = await updated.invoke();

    const configuration = await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: updated.name,
        Environment: { Variables: { VARIABLE: 'new' } },
      }),
    );
    const after = await updated.invoke();

    expect(before.payload.variable).toBe('old');
    expect(after.payload).toMatchObject({ version: 1, variable: 'new' });
    expect(configuration).toMatchObject({ MemorySize: 256, Timeout: 30 });
  });

  it('take away what they give empty', async () => {
    const updated = await deployFunction(emulator, source, {
      Environment: { Variables: { VARIABLE: 'old' } },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    });

    const configuration = await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: updated.name,
        Environment: { Variables: {} },
        DeadLetterConfig: { TargetArn: '' },
        VpcConfig: { SubnetIds: [], SecurityGroupIds: [], Ipv6AllowedForDualStack: false },
      }),
    );

    expect(configuration).not.toHaveProperty('Environment');
    expect(configuration).not.toHaveProperty('DeadLetterConfig');
    expect(configuration).not.toHaveProperty('VpcConfig');
  });

  it('that know an older revision are refused', async () => {
    const updated = await deployFunction(emulator, source);
    const { RevisionId } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: updated.name }),
    );
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: updated.name, Timeout: 5 }));

    const updating = client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: updated.name, Timeout: 6, RevisionId }),
    );

    await expect(updating).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('that are dry runs change nothing', async () => {
    const updated = await deployFunction(emulator, source);

    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: updated.name,
        ZipFile: zipOf({ 'index.js': changedSource }),
        DryRun: true,
      }),
    );

    expect((await updated.invoke()).payload).toMatchObject({ version: 1 });
  });
});

describe('DeleteFunction', () => {
  it('removes the function, its processes and its name', async () => {
    const deleted = await deployFunction(emulator, source);
    const { payload } = await deleted.invoke();

    await client.send(new DeleteFunctionCommand({ FunctionName: deleted.name }));

    await expect(deleted.invoke()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect.poll(() => isRunning(payload.pid as number), { timeout: 5000 }).toBe(false);
    await deployFunction(emulator, source, { FunctionName: deleted.name });
  });
});

describe('lists', () => {
  it('come in pages', async () => {
    await using another = await startEmulator();
    for (const name of ['c', 'a', 'b']) await deployFunction(another, source, { FunctionName: name });

    const names: (string | undefined)[][] = [];
    for await (const { Functions } of paginateListFunctions(
      { client: lambdaClient(another), pageSize: 2 },
      {},
    )) {
      names.push((Functions ?? []).map(({ FunctionName }) => FunctionName));
    }

    expect(names).toEqual([['a', 'b'], ['c']]);
  });

  it('refuse a marker that they did not give', async () => {
    const listing = client.send(new ListFunctionsCommand({ Marker: 'next' }));

    await expect(listing).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });
});
