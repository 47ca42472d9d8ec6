import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';
import { readEnvironment } from './environment.ts';
import { SecretFormatError, SecretStoreError } from './errors.ts';
import type { SecretStore } from './secret-store.ts';
import { Sensitive } from './sensitive.ts';
import { type Answer, refusalOf, storeAnsweredBy } from './testing/fake-service.ts';
import { adminArn, errorOf } from './testing/scene.ts';

const secretText = '{"password":"hunter2"}';
const policy = readEnvironment({}, { excludeCharacters: '' }).passwordPolicy;

describe('the errors of awsSecretStore', () => {
  it.each<[string, (store: SecretStore) => Promise<unknown>]>([
    ['DescribeSecret', (store) => store.describe()],
    ['GetSecretValue', (store) => store.get({ stage: 'AWSCURRENT' })],
    [
      'PutSecretValue',
      (store) => store.putPending('v2', new Sensitive(secretText), new Sensitive('rotation-token')),
    ],
    ['UpdateSecretVersionStage', (store) => store.moveCurrent('v2', 'v1')],
    ['UpdateSecretVersionStage', (store) => store.dropPending('v2')],
    ['ListSecretVersionIds', (store) => store.versionIds()],
    ['GetRandomPassword', (store) => store.randomPassword(policy)],
    [`GetSecretValue of the admin secret ${adminArn}`, (store) => store.getOther(adminArn)],
  ])('name the operation, what Secrets Manager said, and the way out: %s', async (operation, call) => {
    const { store } = storeAnsweredBy([refusalOf('AccessDeniedException', 'User is not authorized.')]);

    const error = await errorOf(call(store));

    expect(error).toBeInstanceOf(SecretStoreError);
    expect(error).toMatchObject({ operation, awsName: 'AccessDeniedException', requestId: 'request-1' });
    expect(error.message).toBe(
      `${operation} failed with AccessDeniedException: User is not authorized. ` +
        "The function's role lacks this permission on the secret or on its KMS key, or a resource policy denies it.",
    );
    expect(error.cause).toBeUndefined();
  });

  it('repeat what Secrets Manager said where no way out is known', async () => {
    const { store } = storeAnsweredBy([
      refusalOf('InvalidRequestException', 'The secret is scheduled for deletion.'),
    ]);

    const error = await errorOf(store.describe());

    expect(error.message).toBe(
      'DescribeSecret failed with InvalidRequestException: The secret is scheduled for deletion.',
    );
  });

  it.each([
    ['a version', (store: SecretStore) => store.get({ stage: 'AWSCURRENT' })],
    ['the admin secret', (store: SecretStore) => store.getOther(adminArn)],
  ])('refuse %s whose value is binary', async (_what, call) => {
    const { store } = storeAnsweredBy([{ body: { VersionId: 'v1', SecretBinary: 'aHVudGVyMg==' } }]);

    expect(await errorOf(call(store))).toBeInstanceOf(SecretFormatError);
  });

  it('never take the admin secret for absent: it is an error that names it', async () => {
    const { store } = storeAnsweredBy([refusalOf('ResourceNotFoundException', 'No such secret.')]);

    const error = await errorOf(store.getOther(adminArn));

    expect(error).toMatchObject({ awsName: 'ResourceNotFoundException' });
    expect(error.message).toContain(adminArn);
  });

  it('take a refusal of a put for that, not for a version that has a value', async () => {
    const { store } = storeAnsweredBy([refusalOf('EncryptionFailure', 'The key is disabled.')]);

    const error = await errorOf(store.putPending('v2', new Sensitive(secretText), undefined));

    expect(error.message).toContain('kms:GenerateDataKey');
  });

  it.each<[string, Answer]>([
    ['is cut off', { body: secretText.slice(0, -1) }],
    ['is a page of a proxy', { status: 502, body: '<html>hunter2</html>' }],
    ['is cut off, and came without a request id', { body: secretText.slice(0, -1), requestId: '' }],
  ])('repeat nothing of an answer that %s: it may hold the secret', async (_case, answer) => {
    const { store } = storeAnsweredBy([answer]);

    const error = await errorOf(store.get({ stage: 'AWSCURRENT' }));

    expect(error).toBeInstanceOf(SecretStoreError);
    expect(`${error.message} ${error.stack}`).not.toContain('hunter');
    expect(error.message).not.toMatch(/JSON|position/);
    expect(error.cause).toBeUndefined();
  });

  it('say what the way to Secrets Manager lacks when nobody answered', async () => {
    const { store } = storeAnsweredBy([
      Object.assign(new Error('connect to 10.0.0.1'), { code: 'ECONNREFUSED' }),
    ]);

    const error = await errorOf(store.describe());

    expect(error).toMatchObject({ operation: 'DescribeSecret', requestId: undefined });
    expect(error.message).toContain('DescribeSecret got no answer from Secrets Manager (ECONNREFUSED)');
    expect(error.message).toContain('interface endpoint');
    expect(error.message).not.toContain('10.0.0.1');
  });

  it('name the error where it has no code', async () => {
    const fault = Object.assign(new Error('Connection timed out.'), { name: 'TimeoutError' });
    const { store } = storeAnsweredBy([fault]);

    expect((await errorOf(store.describe())).message).toContain('(TimeoutError)');
  });

  it('say that the deadline has passed when it has', async () => {
    const deadline = Deadline.in(1);
    await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
    const { store } = storeAnsweredBy(
      [Object.assign(new Error('Request aborted'), { name: 'AbortError' })],
      deadline,
    );

    expect((await errorOf(store.describe())).message).toContain('(no answer came before the deadline)');
  });
});
