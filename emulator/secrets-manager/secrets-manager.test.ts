import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const SecretId = 'orders';

describe('the history', () => {
  test('has each call with its caller, its secret and what CloudTrail would show of the request', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    aws.clearHistory();

    await aws.call('PutSecretValue', {
      SecretId,
      ClientRequestToken: token('two'),
      SecretString: 'canary',
      VersionStages: ['AWSPENDING'],
      RotationToken: 'canary-canary-canary-canary-canary-canary',
    });

    expect(aws.apiCalls()).toEqual([
      {
        time: new Date('2026-03-10T10:30:00Z'),
        service: 'secretsmanager',
        operation: 'PutSecretValue',
        region: 'eu-west-1',
        caller: { accessKeyId: 'AKIATEST', arn: 'arn:aws:iam::123456789012:user/AKIATEST' },
        requestId: 'request',
        userAgent: 'test',
        resource: arn,
        parameters: { SecretId, ClientRequestToken: token('two'), VersionStages: ['AWSPENDING'] },
        durationMs: expect.any(Number),
      },
    ]);
    expect(JSON.stringify([aws.apiCalls(), aws.events(), aws.kmsCalls()])).not.toContain('canary');
  });

  test('has failed calls with the name of the error', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    aws.clearHistory();

    await expect(aws.call('GetSecretValue', { SecretId: 'missing' })).rejects.toThrow();
    await expect(aws.call('RotateSecret', { SecretId })).rejects.toThrow();
    await expect(aws.call('NoSuchOperation', {})).rejects.toThrow();

    expect(aws.apiCalls()).toMatchObject([
      { operation: 'GetSecretValue', errorName: 'ResourceNotFoundException' },
      { operation: 'RotateSecret', resource: arn, errorName: 'InvalidParameterException' },
      { operation: 'NoSuchOperation', errorName: 'UnknownOperationException' },
    ]);
    expect(aws.apiCalls()[0]).not.toHaveProperty('resource');
  });

  test('has the secret of a call that makes or deletes it', async () => {
    const aws = serviceUnderTest();

    const arn = await aws.createSecret();
    await aws.call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });

    expect(aws.apiCalls().map(({ resource }) => resource)).toEqual([arn, arn]);
  });
});

describe('calls of KMS', () => {
  test('name the version, the caller and the operation that made them', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    await aws.call('GetSecretValue', { SecretId });

    const common = {
      time: new Date('2026-03-10T10:30:00Z'),
      region: 'eu-west-1',
      keyId: 'alias/aws/secretsmanager',
      encryptionContext: { SecretARN: arn, SecretVersionId: token('one') },
      viaService: 'secretsmanager.eu-west-1.amazonaws.com',
      caller: { accessKeyId: 'AKIATEST', arn: 'arn:aws:iam::123456789012:user/AKIATEST' },
    };
    expect(aws.kmsCalls()).toEqual([
      { ...common, operation: 'GenerateDataKey', operationOfSecretsManager: 'CreateSecret' },
      { ...common, operation: 'Decrypt', operationOfSecretsManager: 'GetSecretValue' },
    ]);
  });

  test('are made by the steps of a rotation, none by RotateSecret', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    aws.clearHistory();
    aws.lambda.rotator = aws.templateRotator;

    await aws.call('RotateSecret', {
      SecretId,
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });
    expect(aws.kmsCalls()).toEqual([]);
    await aws.service.settled();

    expect(
      aws
        .kmsCalls()
        .map(({ operation, operationOfSecretsManager }) => [operation, operationOfSecretsManager]),
    ).toEqual([
      ['GenerateDataKey', 'PutSecretValue'],
      ['Decrypt', 'GetSecretValue'],
    ]);
  });

  test('try a key that a new secret is given', async () => {
    const aws = serviceUnderTest();

    await aws.createSecret(SecretId, { KmsKeyId: 'alias/mine' });

    expect(
      aws
        .kmsCalls()
        .map(({ operation, keyId, encryptionContext }) => [
          operation,
          keyId,
          encryptionContext.SecretVersionId,
        ]),
    ).toEqual([
      ['GenerateDataKey', 'alias/mine', 'RequestToValidateKeyAccess'],
      ['Decrypt', 'alias/mine', 'RequestToValidateKeyAccess'],
      ['GenerateDataKey', 'alias/mine', token('one')],
    ]);
  });
});

describe('events', () => {
  test('of a failed rotation name the secret and the step as in a recorded one', async () => {
    const aws = serviceUnderTest({ retries: 0 });
    const arn = await aws.createSecret();
    aws.lambda.rotator = ({ Step }) => {
      if (Step === 'setSecret') throw new Error('unreachable');
    };
    await aws.call('RotateSecret', {
      SecretId,
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });
    await aws.service.settled();

    expect(aws.events().at(-1)).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'AWS Service Event via CloudTrail',
      source: 'aws.secretsmanager',
      account: '123456789012',
      time: '2026-03-10T10:30:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: {
        eventVersion: '1.08',
        userIdentity: { accountId: '123456789012', invokedBy: 'secretsmanager.amazonaws.com' },
        eventTime: '2026-03-10T10:30:00Z',
        eventSource: 'secretsmanager.amazonaws.com',
        eventName: 'RotationFailed',
        awsRegion: 'eu-west-1',
        sourceIPAddress: 'secretsmanager.amazonaws.com',
        userAgent: 'secretsmanager.amazonaws.com',
        errorMessage: `Error when executing lambda ${functionArn} during setSecret step`,
        requestParameters: null,
        responseElements: null,
        additionalEventData: { SecretId: arn },
        requestID: expect.stringMatching(/^Rotation-arn:/),
        eventID: expect.any(String),
        readOnly: false,
        eventType: 'AwsServiceEvent',
        managementEvent: true,
        recipientAccountId: '123456789012',
        eventCategory: 'Management',
      },
    });
  });

  test('of API calls tell writes only, with request and response but no value', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    aws.clearHistory();

    await aws.call('GetSecretValue', { SecretId });
    await aws.call('DescribeSecret', { SecretId });
    await aws.call('TagResource', { SecretId, Tags: [{ Key: 'a', Value: 'b' }] });
    await aws.call('DeleteSecret', { SecretId });
    await expect(aws.call('DeleteSecret', { SecretId })).rejects.toThrow();

    const calls = aws.events().filter((event) => event['detail-type'] === 'AWS API Call via CloudTrail');
    expect(calls.map(({ detail }) => detail)).toMatchObject([
      {
        eventName: 'TagResource',
        eventType: 'AwsApiCall',
        requestParameters: { secretId: SecretId, tags: [{ key: 'a', value: 'b' }] },
        responseElements: null,
      },
      {
        eventName: 'DeleteSecret',
        responseElements: { arn, name: SecretId, deletionDate: expect.any(Number) },
      },
      { eventName: 'DeleteSecret', errorCode: 'InvalidRequestException', responseElements: null },
    ]);
  });

  test('of labels tell each new holder but those of AWSPENDING and AWSPREVIOUS', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    aws.lambda.rotator = aws.templateRotator;
    await aws.call('RotateSecret', {
      SecretId,
      ClientRequestToken: token('two'),
      RotationLambdaARN: functionArn,
    });
    await aws.service.settled();
    await aws.call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'HOLD',
      MoveToVersionId: token('one'),
    });
    await aws.call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'HOLD',
      RemoveFromVersionId: token('one'),
    });

    const native = aws.events().filter((event) => event['detail-type'] === 'Secret Label Updated');
    expect(native.map(({ resources, detail }) => [resources, detail])).toEqual([
      [[arn], { name: SecretId, labelUpdated: 'AWSCURRENT', versionId: token('one') }],
      [[arn], { name: SecretId, labelUpdated: 'AWSCURRENT', versionId: token('two') }],
      [[arn], { name: SecretId, labelUpdated: 'HOLD', versionId: token('one') }],
    ]);
  });

  test('tell the end of a version that was cleaned up', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    for (let index = 0; index < 100; index += 1) {
      await aws.advance(15 * 60_000);
      const ClientRequestToken = token(`version ${index}`);
      await aws.call('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'x' });
    }

    const ended = aws.events().filter(({ detail }) => detail.eventName === 'EndSecretVersionDelete');
    expect(ended.map(({ detail }) => detail.additionalEventData)).toEqual([
      { SecretId: expect.any(String), SecretVersionId: token('one') },
    ]);
  });
});
