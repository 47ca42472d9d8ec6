import {
  CreateFunctionCommand,
  type CreateFunctionRequest,
  GetFunctionCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../index.ts';
import { sha256 } from '../code-package.ts';
import { deployFunction, functionRequest, lambdaClient } from '../testing/test-function.ts';

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
