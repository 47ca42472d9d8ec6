import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionRequest,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetAliasCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionCodeSigningConfigCommand,
  PutFunctionConcurrencyCommand,
  paginateListFunctions,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { sha256 } from './code-package.ts';
import { deployFunction, functionRequest, isRunning, lambdaClient, zipOf } from './testing/test-function.ts';

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

describe('CreateFunction', () => {
  it('gives back what it was given, the hash of the code, and Lambda’s defaults', async () => {
    const request = functionRequest(source, {
      FunctionName: 'described',
      Timeout: 60,
      MemorySize: 512,
      Description: 'rotates',
      Architectures: ['arm64'],
      Environment: { Variables: { VARIABLE: 'value' } },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:ca:3'],
      Tags: { team: 'data' },
    });

    await client.send(new CreateFunctionCommand(request));
    const { Configuration, Tags } = await client.send(new GetFunctionCommand({ FunctionName: 'described' }));

    expect(Tags).toEqual({ team: 'data' });
    expect(Configuration).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:described',
      Version: '$LATEST',
      CodeSha256: sha256(Buffer.from(request.Code?.ZipFile ?? [])),
      Timeout: 60,
      MemorySize: 512,
      Architectures: ['arm64'],
      Environment: { Variables: { VARIABLE: 'value' } },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      Layers: [{ Arn: 'arn:aws:lambda:us-east-1:123456789012:layer:ca:3' }],
      TracingConfig: { Mode: 'PassThrough' },
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/described' },
      PackageType: 'Zip',
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
  });

  it('refuses a name that is taken', async () => {
    await deployFunction(emulator, source, { FunctionName: 'taken' });

    const creating = deployFunction(emulator, source, { FunctionName: 'taken' });

    await expect(creating).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: taken',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('lets one of two win that ask for a name at once', async () => {
    const results = await Promise.allSettled(
      [1, 2].map(() => deployFunction(emulator, source, { FunctionName: 'contested' })),
    );

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('keeps regions apart', async () => {
    await deployFunction(emulator, source, { FunctionName: 'regional' });
    const elsewhere = lambdaClient({ ...emulator, region: 'eu-central-1' });

    const getting = elsewhere.send(new GetFunctionCommand({ FunctionName: 'regional' }));

    await expect(getting).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each<[string, Partial<CreateFunctionRequest>, string, RegExp]>([
    [
      'a timeout over 900',
      { Timeout: 901 },
      'ValidationException',
      /'901' at 'timeout'.*less than or equal to 900/,
    ],
    ['a timeout of 0', { Timeout: 0 }, 'ValidationException', /'0' at 'timeout'/],
    ['memory below 128', { MemorySize: 64 }, 'ValidationException', /'64' at 'memorySize'/],
    ['memory above 10240', { MemorySize: 20_000 }, 'ValidationException', /'memorySize'/],
    ['a role that is no ARN', { Role: 'rotator' }, 'ValidationException', /'rotator' at 'role'/],
    [
      'an unknown architecture',
      { Architectures: ['mips' as 'arm64'] },
      'ValidationException',
      /architectures/,
    ],
    ['a bad name', { FunctionName: 'no spaces' }, 'ValidationException', /functionName/],
    [
      'no runtime',
      { Runtime: undefined },
      'InvalidParameterValueException',
      /Runtime and Handler are mandatory/,
    ],
    [
      'a runtime that is not run here',
      { Runtime: 'python3.14' },
      'InvalidParameterValueException',
      /this emulator runs \[nodejs20/,
    ],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
      /reserved keys.*AWS_REGION/,
    ],
    ['a bad variable name', { Environment: { Variables: { '1ST': 'x' } } }, 'ValidationException', /1ST/],
    [
      'more than 4 KB of variables',
      { Environment: { Variables: { LONG: 'x'.repeat(4097) } } },
      'InvalidParameterValueException',
      /4KB limit/,
    ],
    ['no code', { Code: {} }, 'InvalidParameterValueException', /ZipFile/],
    [
      'code in S3',
      { Code: { S3Bucket: 'code', S3Key: 'rotator.zip' } },
      'InvalidParameterValueException',
      /no S3Bucket/,
    ],
    [
      'code that is no zip',
      { Code: { ZipFile: Buffer.from('not a zip') } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
    ['an image', { PackageType: 'Image' }, 'InvalidParameterValueException', /zip packages only/],
  ])('refuses %s', async (_, changes, name, message) => {
    const request = { ...functionRequest(source, { FunctionName: 'refused' }), ...changes };

    const creating = client.send(new CreateFunctionCommand(request));

    await expect(creating).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'refused' }))).rejects.toThrow(
      'not found',
    );
  });
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

describe('the history', () => {
  it('tells who called what, with its outcome and never with variables or payloads', async () => {
    const { name: FunctionName, arn } = await deployFunction(emulator, source, {
      Environment: { Variables: { VARIABLE: 'canary-in-a-variable' } },
    });
    const other = lambdaClient(emulator, 'AKIDOTHER');
    await other.send(new InvokeCommand({ FunctionName, Payload: '{"secret":"canary-in-a-payload"}' }));
    await other.send(new DeleteFunctionCommand({ FunctionName: 'no-such' })).catch(() => undefined);

    const calls = emulator.history.apiCalls.all();

    expect(calls.at(-2)).toMatchObject({
      service: 'lambda',
      operation: 'Invoke',
      region: 'us-east-1',
      resource: arn,
      caller: { accessKeyId: 'AKIDOTHER', arn: 'arn:aws:iam::123456789012:user/AKIDOTHER' },
      parameters: { FunctionName },
    });
    expect(calls.at(-1)).toMatchObject({
      operation: 'DeleteFunction',
      errorName: 'ResourceNotFoundException',
    });
    expect(JSON.stringify(calls)).not.toContain('canary');
  });
});
