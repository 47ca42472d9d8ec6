import { describe, expect, test } from 'vitest';
import { functionArn, serviceUnderTest, token } from './service-under-test.ts';

const names = (answer: Record<string, unknown>) =>
  (answer.SecretList as readonly { readonly Name: string }[]).map(({ Name }) => Name);

async function threeSecrets() {
  const aws = serviceUnderTest();
  await aws.createSecret('prod/orders', {
    Description: 'Login of the shop',
    Tags: [{ Key: 'team', Value: 'shop' }],
  });
  await aws.advance(1000);
  await aws.createSecret('prod/users', { Tags: [{ Key: 'team', Value: 'identity' }] });
  await aws.advance(1000);
  await aws.createSecret('dev/orders', { Description: 'login for development' });
  return aws;
}

describe('DescribeSecret', () => {
  test('shows a deleted secret with the date', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    const { DeletionDate } = await aws.call('DeleteSecret', { SecretId: 'orders' });

    expect(await aws.call('DescribeSecret', { SecretId: 'orders' })).toMatchObject({
      DeletedDate: DeletionDate,
      VersionIdsToStages: { [token('one')]: ['AWSCURRENT'] },
    });
  });

  test('leaves versions without a label out', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    for (const name of ['two', 'three']) {
      await aws.call('PutSecretValue', {
        SecretId: 'orders',
        ClientRequestToken: token(name),
        SecretString: name,
      });
    }

    expect(Object.keys(await aws.labels('orders')).sort()).toEqual([token('two'), token('three')].sort());
  });
});

describe('ListSecrets', () => {
  test.for([
    [[{ Key: 'name', Values: ['prod/'] }], ['prod/orders', 'prod/users']],
    [[{ Key: 'name', Values: ['Prod/'] }], []],
    [[{ Key: 'name', Values: ['prod/o', 'dev/'] }], ['prod/orders', 'dev/orders']],
    [[{ Key: 'name', Values: ['!prod/'] }], ['dev/orders']],
    [[{ Key: 'name', Values: ['prod/', '!prod/u'] }], ['prod/orders']],
    [[{ Key: 'description', Values: ['LOGIN'] }], ['prod/orders', 'dev/orders']],
    [[{ Key: 'description', Values: ['shop'] }], []],
    [[{ Key: 'tag-key', Values: ['team'] }], ['prod/orders', 'prod/users']],
    [[{ Key: 'tag-value', Values: ['ident'] }], ['prod/users']],
    [
      [
        { Key: 'tag-key', Values: ['team'] },
        { Key: 'name', Values: ['prod/u'] },
      ],
      ['prod/users'],
    ],
    [[{ Key: 'all', Values: ['SHOP orders'] }], ['prod/orders']],
    [[{ Key: 'owning-service', Values: ['rds'] }], []],
    [[{ Key: 'primary-region', Values: ['eu'] }], []],
  ] as const)('filters by %j', async ([Filters, expected]) => {
    const aws = await threeSecrets();

    expect(names(await aws.call('ListSecrets', { Filters }))).toEqual(expected);
  });

  test.for([
    [{}, ['prod/orders', 'prod/users', 'dev/orders']],
    [{ SortOrder: 'desc' }, ['dev/orders', 'prod/users', 'prod/orders']],
    [{ SortBy: 'name' }, ['dev/orders', 'prod/orders', 'prod/users']],
    [{ SortBy: 'last-changed-date', SortOrder: 'desc' }, ['prod/orders', 'dev/orders', 'prod/users']],
    [{ SortBy: 'last-accessed-date', SortOrder: 'desc' }, ['prod/users', 'prod/orders', 'dev/orders']],
  ] as const)('sorts by %j', async ([order, expected]) => {
    const aws = await threeSecrets();
    await aws.advance(1000);
    await aws.call('TagResource', { SecretId: 'prod/orders', Tags: [{ Key: 'x', Value: 'y' }] });
    await aws.call('GetSecretValue', { SecretId: 'prod/users' });

    expect(names(await aws.call('ListSecrets', order))).toEqual(expected);
  });

  test('pages, and refuses a token that it did not give', async () => {
    const aws = await threeSecrets();

    const first = await aws.call('ListSecrets', { MaxResults: 2 });
    const second = await aws.call('ListSecrets', { MaxResults: 2, NextToken: first.NextToken });

    expect([names(first), names(second)]).toEqual([['prod/orders', 'prod/users'], ['dev/orders']]);
    expect(second).not.toHaveProperty('NextToken');
    await expect(aws.call('ListSecrets', { NextToken: 'forged' })).rejects.toMatchObject({
      code: 'InvalidNextTokenException',
    });
  });

  test('leaves out what waits for its deletion unless it is asked for', async () => {
    const aws = await threeSecrets();
    await aws.call('DeleteSecret', { SecretId: 'prod/users' });

    expect(names(await aws.call('ListSecrets', {}))).toEqual(['prod/orders', 'dev/orders']);
    expect(names(await aws.call('ListSecrets', { IncludePlannedDeletion: true }))).toHaveLength(3);
  });

  test('shows labels but no value', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret('orders', { SecretString: 'canary' });

    const answer = await aws.call('ListSecrets', {});

    expect(answer.SecretList).toMatchObject([{ SecretVersionsToStages: { [token('one')]: ['AWSCURRENT'] } }]);
    expect(JSON.stringify(answer)).not.toContain('canary');
  });
});

describe('ListSecretVersionIds', () => {
  test('leaves out the placeholder always and deprecated versions unless asked, which then have no labels', async () => {
    const aws = serviceUnderTest();
    const arn = await aws.createSecret();
    for (const name of ['two', 'three']) {
      await aws.call('PutSecretValue', {
        SecretId: 'orders',
        ClientRequestToken: token(name),
        SecretString: name,
      });
    }
    await aws.call('GetSecretValue', { SecretId: 'orders' });
    await aws.call('RotateSecret', {
      SecretId: 'orders',
      ClientRequestToken: token('pending'),
      RotationLambdaARN: functionArn,
    });
    const CreatedDate = Date.parse('2026-03-10T10:30:00Z') / 1000;
    const KmsKeyIds = ['DefaultEncryptionKey'];
    const two = { VersionId: token('two'), VersionStages: ['AWSPREVIOUS'], CreatedDate, KmsKeyIds };
    const three = {
      VersionId: token('three'),
      VersionStages: ['AWSCURRENT'],
      LastAccessedDate: Date.parse('2026-03-10T00:00:00Z') / 1000,
      CreatedDate,
      KmsKeyIds,
    };

    expect(await aws.call('ListSecretVersionIds', { SecretId: 'orders' })).toEqual({
      ARN: arn,
      Name: 'orders',
      Versions: [two, three],
    });
    expect(
      (await aws.call('ListSecretVersionIds', { SecretId: 'orders', IncludeDeprecated: true })).Versions,
    ).toEqual([{ VersionId: token('one'), CreatedDate, KmsKeyIds }, two, three]);
  });

  test('pages', async () => {
    const aws = serviceUnderTest();
    await aws.createSecret();
    const SecretId = 'orders';
    await aws.call('PutSecretValue', { SecretId, ClientRequestToken: token('two'), SecretString: 'two' });

    const first = await aws.call('ListSecretVersionIds', { SecretId, MaxResults: 1 });
    const second = await aws.call('ListSecretVersionIds', {
      SecretId,
      MaxResults: 1,
      NextToken: first.NextToken,
    });

    expect(first.Versions).toMatchObject([{ VersionId: token('one') }]);
    expect(second.Versions).toMatchObject([{ VersionId: token('two') }]);
  });
});
