import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../index.ts';
import { deployFunction, lambdaClient, zipOf } from '../testing/test-function.ts';

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

describe('versions and aliases', () => {
  it('a version keeps the code that it was published with', async () => {
    const published = await deployFunction(emulator, source);
    const { Version, FunctionArn } = await client.send(
      new PublishVersionCommand({ FunctionName: published.name }),
    );
    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: published.name,
        ZipFile: zipOf({ 'index.js': changedSource }),
      }),
    );

    const latest = await published.invoke();
    const first = await published.invoke({}, { Qualifier: '1' });

    expect(Version).toBe('1');
    expect(FunctionArn).toBe(`${published.arn}:1`);
    expect(latest.payload.version).toBe(2);
    expect(first.payload.version).toBe(1);
  });

  it('publishing what has not changed publishes nothing', async () => {
    const published = await deployFunction(emulator, source, { Publish: true });

    const again = await client.send(new PublishVersionCommand({ FunctionName: published.name }));
    const { Versions } = await client.send(
      new ListVersionsByFunctionCommand({ FunctionName: published.name }),
    );

    expect(again.Version).toBe('1');
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
  });

  it('an alias stands for a version until it is moved', async () => {
    const aliased = await deployFunction(emulator, source, { Publish: true });
    const FunctionName = aliased.name;
    await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName,
        ZipFile: zipOf({ 'index.js': changedSource }),
        Publish: true,
      }),
    );

    const before = await aliased.invoke({}, { Qualifier: 'live' });
    await client.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
    const after = await aliased.invoke({}, { Qualifier: 'live' });
    const alias = await client.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
    const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }));

    expect([before.payload.version, after.payload.version]).toEqual([1, 2]);
    expect(alias).toMatchObject({ AliasArn: `${aliased.arn}:live`, FunctionVersion: '2' });
    expect(Aliases).toHaveLength(1);
  });

  it('a version with an alias is not deleted before the alias', async () => {
    const aliased = await deployFunction(emulator, source, { Publish: true });
    const FunctionName = aliased.name;
    await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));

    const deleting = client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }));

    await expect(deleting).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await client.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }));
    await expect(aliased.invoke({}, { Qualifier: '1' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
