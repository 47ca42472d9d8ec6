import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';
import type { SecretStore } from './secret-store.ts';
import { Sensitive } from './sensitive.ts';
import { refusalOf, storeAnsweredBy } from './testing/fake-service.ts';
import { adminArn, secretArn } from './testing/scene.ts';

const secretText = '{"password":"hunter2"}';
const policy = {
  length: 24,
  excludeCharacters: '',
  excludeNumbers: false,
  excludePunctuation: true,
  excludeUppercase: false,
  excludeLowercase: false,
  requireEachIncludedType: true,
};

const version = { VersionId: 'v1', SecretString: secretText };

describe('the requests of awsSecretStore', () => {
  it.each<[string, (store: SecretStore) => Promise<unknown>, object, object]>([
    ['DescribeSecret', (store) => store.describe(), {}, { SecretId: secretArn }],
    [
      'GetSecretValue',
      (store) => store.get({ stage: 'AWSPREVIOUS' }),
      version,
      { SecretId: secretArn, VersionStage: 'AWSPREVIOUS' },
    ],
    [
      'GetSecretValue',
      (store) => store.get({ versionId: 'v1' }),
      version,
      { SecretId: secretArn, VersionId: 'v1' },
    ],
    [
      'GetSecretValue',
      (store) => store.get({ versionId: 'v2', stage: 'AWSPENDING' }),
      version,
      { SecretId: secretArn, VersionId: 'v2', VersionStage: 'AWSPENDING' },
    ],
    [
      'PutSecretValue',
      (store) => store.putPending('v2', new Sensitive(secretText), new Sensitive('rotation-token')),
      {},
      {
        SecretId: secretArn,
        ClientRequestToken: 'v2',
        SecretString: secretText,
        VersionStages: ['AWSPENDING'],
        RotationToken: 'rotation-token',
      },
    ],
    [
      'PutSecretValue',
      (store) => store.putPending('v2', new Sensitive(secretText), undefined),
      {},
      {
        SecretId: secretArn,
        ClientRequestToken: 'v2',
        SecretString: secretText,
        VersionStages: ['AWSPENDING'],
      },
    ],
    [
      'UpdateSecretVersionStage',
      (store) => store.moveCurrent('v2', 'v1'),
      {},
      { SecretId: secretArn, VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2', RemoveFromVersionId: 'v1' },
    ],
    [
      'UpdateSecretVersionStage',
      (store) => store.dropPending('v2'),
      {},
      { SecretId: secretArn, VersionStage: 'AWSPENDING', RemoveFromVersionId: 'v2' },
    ],
    [
      'ListSecretVersionIds',
      (store) => store.versionIds(),
      {},
      { SecretId: secretArn, IncludeDeprecated: true, MaxResults: 100 },
    ],
    [
      'GetRandomPassword',
      (store) => store.randomPassword(policy),
      { RandomPassword: 'r' },
      {
        PasswordLength: 24,
        ExcludeNumbers: false,
        ExcludePunctuation: true,
        ExcludeUppercase: false,
        ExcludeLowercase: false,
        RequireEachIncludedType: true,
      },
    ],
    [
      'GetRandomPassword',
      (store) => store.randomPassword({ ...policy, excludeCharacters: '/@' }),
      { RandomPassword: 'r' },
      {
        PasswordLength: 24,
        ExcludeCharacters: '/@',
        ExcludeNumbers: false,
        ExcludePunctuation: true,
        ExcludeUppercase: false,
        ExcludeLowercase: false,
        RequireEachIncludedType: true,
      },
    ],
    [
      'GetSecretValue',
      (store) => store.getOther(adminArn),
      version,
      { SecretId: adminArn, VersionStage: 'AWSCURRENT' },
    ],
  ])('are %s, with these members and no other (%#)', async (operation, call, body, input) => {
    const { store, requests } = storeAnsweredBy([{ body }]);

    await call(store);

    expect(requests).toMatchObject([{ operation }]);
    expect(requests[0]?.input).toEqual(input);
  });

  it('end with the deadline', async () => {
    const deadline = Deadline.in(60_000);
    const { store, requests } = storeAnsweredBy([{ body: {} }], deadline);

    await store.describe();

    expect(requests[0]?.signal).toBe(deadline.signal);
  });
});

describe('the answers of awsSecretStore', () => {
  it('are labels, tags and whether rotation is on', async () => {
    const { store } = storeAnsweredBy([
      {
        body: {
          RotationEnabled: true,
          VersionIdsToStages: { v1: ['AWSCURRENT'] },
          Tags: [{ Key: 'rotating-secret:username', Value: 'app' }],
        },
      },
    ]);

    expect(await store.describe()).toEqual({
      rotationEnabled: true,
      labels: { v1: ['AWSCURRENT'] },
      tags: { 'rotating-secret:username': 'app' },
    });
  });

  it('are empty labels and tags where the secret has none', async () => {
    const { store } = storeAnsweredBy([{ body: {} }]);

    expect(await store.describe()).toEqual({ rotationEnabled: undefined, labels: {}, tags: {} });
  });

  it('are the id and the text of a version', async () => {
    const { store } = storeAnsweredBy([{ body: version }]);

    const read = await store.get({ stage: 'AWSCURRENT' });

    expect(read?.versionId).toBe('v1');
    expect(read?.text.reveal()).toBe(secretText);
  });

  it('are the text of another secret, and the password that was made', async () => {
    const { store } = storeAnsweredBy([{ body: version }, { body: { RandomPassword: 'made' } }]);

    expect((await store.getOther(adminArn)).reveal()).toBe(secretText);
    expect((await store.randomPassword(policy)).reveal()).toBe('made');
  });

  it('are the ids of all pages, newest first whatever page they are on', async () => {
    const { store, requests } = storeAnsweredBy([
      {
        body: {
          Versions: [
            { VersionId: 'middle', CreatedDate: 2_000 },
            { VersionId: 'undated' },
            { CreatedDate: 9_000 },
          ],
          NextToken: 'page-2',
        },
      },
      {
        body: {
          Versions: [
            { VersionId: 'oldest', CreatedDate: 1_000 },
            { VersionId: 'newest', CreatedDate: 3_000 },
          ],
        },
      },
    ]);

    expect(await store.versionIds()).toEqual(['newest', 'middle', 'oldest', 'undated']);
    expect(requests.map(({ input }) => Reflect.get(Object(input), 'NextToken'))).toEqual([
      undefined,
      'page-2',
    ]);
  });

  it('are undefined for a version that is not there', async () => {
    const { store } = storeAnsweredBy([refusalOf('ResourceNotFoundException', 'No such version.')]);

    expect(await store.get({ stage: 'AWSPREVIOUS' })).toBeUndefined();
  });

  it('say whether the value of the version was stored or there', async () => {
    const { store } = storeAnsweredBy([{ body: {} }, refusalOf('ResourceExistsException', 'In use.')]);

    expect(await store.putPending('v2', new Sensitive(secretText), undefined)).toBe('stored');
    expect(await store.putPending('v2', new Sensitive(secretText), undefined)).toBe('exists');
  });
});
