import { describe, expect, test } from 'vitest';
import { serviceUnderTest } from './service-under-test.ts';

const policy = (statement: Record<string, unknown>) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*', ...statement }],
  });
const everybody = { Principal: '*' };
const condition = (operator: string, key: string, value: unknown) => ({
  ...everybody,
  Condition: { [operator]: { [key]: value } },
});

describe('BlockPublicPolicy', () => {
  test.for([
    ['everybody', everybody],
    ['everybody as AWS', { Principal: { AWS: '*' } }],
    ['everybody among others', { Principal: { AWS: ['arn:aws:iam::123456789012:root', '*'] } }],
    ['all but one', { NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['a negation', condition('StringNotEquals', 'aws:PrincipalOrgID', 'o-1')],
    ['a condition that an absent key passes', condition('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1')],
    [
      'a set condition that an absent key passes',
      condition('ForAllValues:StringEquals', 'aws:PrincipalOrgPaths', 'o-1'),
    ],
    [
      'a condition that does not say who',
      condition('StringEquals', 'secretsmanager:VersionStage', 'AWSCURRENT'),
    ],
    ['a pattern that matches all', condition('StringLike', 'aws:PrincipalArn', '*')],
    ['a pattern of all accounts', condition('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/app')],
    ['all addresses', condition('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '0.0.0.0/0'])],
  ] as const)('refuses a policy for %s', async ([, statement]) => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    const request = { SecretId: 'orders', ResourcePolicy: policy(statement) };

    await expect(
      aws.call('PutResourcePolicy', { ...request, BlockPublicPolicy: true }),
    ).rejects.toMatchObject({
      code: 'PublicPolicyException',
    });
    expect(await aws.call('ValidateResourcePolicy', request)).toMatchObject({
      PolicyValidationPassed: false,
      ValidationErrors: [{ ErrorMessage: expect.stringContaining('everybody') }],
    });
    expect(await aws.call('GetResourcePolicy', { SecretId: 'orders' })).not.toHaveProperty('ResourcePolicy');
    await aws.call('PutResourcePolicy', request);
  });

  test.for([
    ['an account', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['a service', { Principal: { Service: 'lambda.amazonaws.com' } }],
    ['nobody', { Effect: 'Deny', Principal: '*' }],
    ['an organization', condition('StringEquals', 'aws:PrincipalOrgID', 'o-1')],
    ['a key in other letters', condition('StringEquals', 'AWS:principalorgid', 'o-1')],
    ['an endpoint', condition('StringEquals', 'aws:SourceVpce', ['vpce-1'])],
    ['a network', condition('IpAddress', 'aws:SourceIp', '10.0.0.0/8')],
    ['any of some paths', condition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['o-1/*'])],
    ['roles of one account', condition('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::123456789012:role/*')],
  ] as const)('lets a policy for %s pass', async ([, statement]) => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    const ResourcePolicy = policy(statement);

    const request = { SecretId: 'orders', ResourcePolicy, BlockPublicPolicy: true };
    expect(await aws.call('PutResourcePolicy', request)).toEqual({ ARN: arn, Name: 'orders' });

    expect(await aws.call('GetResourcePolicy', { SecretId: 'orders' })).toMatchObject({ ResourcePolicy });
    expect(await aws.call('ValidateResourcePolicy', { ResourcePolicy })).toEqual({
      PolicyValidationPassed: true,
      ValidationErrors: [],
    });
    await aws.call('DeleteResourcePolicy', { SecretId: 'orders' });
    expect(await aws.call('GetResourcePolicy', { SecretId: 'orders' })).not.toHaveProperty('ResourcePolicy');
  });
});

describe('PutResourcePolicy', () => {
  test.for([
    'no JSON',
    '[]',
    '{}',
    '{"Version":"2020-01-01","Statement":[]}',
    '{"Statement":[]}',
    policy({}),
    policy({ ...everybody, Effect: 'allow' }),
    policy({ ...everybody, Action: undefined }),
    policy({ ...everybody, Resource: undefined }),
    policy({ ...everybody, Resource: {} }),
    policy({ Principal: 'arn:aws:iam::123456789012:root' }),
    policy({ ...everybody, Condition: { StringEquals: 'x' } }),
  ])('refuses %s as malformed', async (ResourcePolicy) => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(aws.call('PutResourcePolicy', { SecretId: 'orders', ResourcePolicy })).rejects.toMatchObject(
      {
        code: 'MalformedPolicyDocumentException',
      },
    );
  });

  test('refuses a policy beyond 20,480 characters', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();

    await expect(
      aws.call('PutResourcePolicy', { SecretId: 'orders', ResourcePolicy: ' '.repeat(20_481) }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
