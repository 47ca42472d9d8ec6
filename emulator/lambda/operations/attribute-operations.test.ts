import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
  ListTagsCommand,
  PutFunctionCodeSigningConfigCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
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

describe('attributes', () => {
  it('tags are added, replaced and removed', async () => {
    const { arn } = await deployFunction(emulator, source, { Tags: { a: '1', b: '2' } });

    await client.send(new TagResourceCommand({ Resource: arn, Tags: { b: '3', c: '4' } }));
    await client.send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a'] }));
    const { Tags } = await client.send(new ListTagsCommand({ Resource: arn }));

    expect(Tags).toEqual({ b: '3', c: '4' });
  });

  it('concurrency is reserved, told and given back', async () => {
    const { name: FunctionName } = await deployFunction(emulator, source);

    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }));
    const reserved = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    const { Concurrency } = await client.send(new GetFunctionCommand({ FunctionName }));
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const freed = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));

    expect(reserved.ReservedConcurrentExecutions).toBe(3);
    expect(Concurrency?.ReservedConcurrentExecutions).toBe(3);
    expect(freed.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('a code-signing configuration is none until one is put', async () => {
    const { name: FunctionName } = await deployFunction(emulator, source);
    const CodeSigningConfigArn =
      'arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0';

    const none = await client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
    await client.send(new PutFunctionCodeSigningConfigCommand({ FunctionName, CodeSigningConfigArn }));
    const one = await client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));

    expect(none).toMatchObject({ FunctionName });
    expect(none.CodeSigningConfigArn).toBeUndefined();
    expect(one.CodeSigningConfigArn).toBe(CodeSigningConfigArn);
  });
});
