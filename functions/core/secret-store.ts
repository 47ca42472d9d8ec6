import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Deadline } from './deadline.ts';
import { SecretFormatError, SecretStoreError } from './errors.ts';
import type { PasswordPolicy } from './password.ts';
import { Sensitive } from './sensitive.ts';
import type { SecretDescription } from './staging.ts';
import { storeError } from './store-error.ts';

/** A version of a secret that has a value. */
export interface SecretVersion {
  readonly versionId: string;
  readonly text: Sensitive<string>;
}

/** Which version to read: by label, by id, or by id on the condition that it carries the label. */
export type VersionSelector =
  | { readonly stage: string }
  | { readonly versionId: string; readonly stage?: string };

/** What a rotation asks of Secrets Manager for one secret; the only place that talks to it. */
export interface SecretStore {
  describe(): Promise<SecretDescription>;
  /** Undefined when Secrets Manager says that there is no such version, or none with a value. */
  get(selector: VersionSelector): Promise<SecretVersion | undefined>;
  /**
   * Stores the value of a new version and labels it AWSPENDING.
   *
   * @returns `exists` when the version has a value already: a version's value is written once
   */
  putPending(
    versionId: string,
    text: Sensitive<string>,
    rotationToken: Sensitive<string> | undefined,
  ): Promise<'stored' | 'exists'>;
  /** Moves AWSCURRENT, on the condition that `from` still carries it. */
  moveCurrent(to: string, from: string): Promise<void>;
  /** Takes AWSPENDING from a version, on the condition that it carries it. */
  dropPending(versionId: string): Promise<void>;
  /** The ids of all versions that are kept, those without a label too, newest first. */
  versionIds(): Promise<readonly string[]>;
  /** Asks GetRandomPassword. */
  randomPassword(policy: PasswordPolicy): Promise<Sensitive<string>>;
  /** The AWSCURRENT value of another secret: the admin's. */
  getOther(secretArn: string): Promise<Sensitive<string>>;
}

/**
 * The store of one secret in AWS Secrets Manager.
 *
 * @throws SecretStoreError from every method when a call fails; its message names the operation and the way out
 */
export function awsSecretStore(
  client: SecretsManagerClient,
  secretId: string,
  deadline: Deadline,
): SecretStore {
  const send = async <T>(
    operation: string,
    call: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      return await call({ abortSignal: deadline.signal });
    } catch (error) {
      throw storeError(operation, error, deadline);
    }
  };
  const getValue = async (
    id: string,
    selector: VersionSelector,
    operation = 'GetSecretValue',
  ): Promise<SecretVersion> => {
    const response = await send(operation, (options) =>
      client.send(
        new GetSecretValueCommand({
          SecretId: id,
          VersionStage: selector.stage,
          VersionId: 'versionId' in selector ? selector.versionId : undefined,
        }),
        options,
      ),
    );
    if (response.SecretString === undefined) {
      throw new SecretFormatError(
        '',
        'The secret value is binary. Put it as a string (SecretString) with JSON in it.',
      );
    }
    return { versionId: response.VersionId ?? '', text: new Sensitive(response.SecretString) };
  };

  return {
    async describe() {
      const response = await send('DescribeSecret', (options) =>
        client.send(new DescribeSecretCommand({ SecretId: secretId }), options),
      );
      const tags = (response.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
      return {
        rotationEnabled: response.RotationEnabled,
        labels: response.VersionIdsToStages ?? {},
        tags: Object.fromEntries(tags),
      };
    },
    async get(selector) {
      try {
        return await getValue(secretId, selector);
      } catch (error) {
        // Only this one means "absent". Whatever else failed says nothing about the version.
        if (error instanceof SecretStoreError && error.awsName === 'ResourceNotFoundException')
          return undefined;
        throw error;
      }
    },
    async putPending(versionId, text, rotationToken) {
      try {
        await send('PutSecretValue', (options) =>
          client.send(
            new PutSecretValueCommand({
              SecretId: secretId,
              ClientRequestToken: versionId,
              SecretString: text.reveal(),
              VersionStages: ['AWSPENDING'],
              RotationToken: rotationToken?.reveal(),
            }),
            options,
          ),
        );
        return 'stored';
      } catch (error) {
        if (error instanceof SecretStoreError && error.awsName === 'ResourceExistsException') return 'exists';
        throw error;
      }
    },
    async moveCurrent(to, from) {
      await send('UpdateSecretVersionStage', (options) =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: 'AWSCURRENT',
            MoveToVersionId: to,
            RemoveFromVersionId: from,
          }),
          options,
        ),
      );
    },
    async dropPending(versionId) {
      await send('UpdateSecretVersionStage', (options) =>
        client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: 'AWSPENDING',
            RemoveFromVersionId: versionId,
          }),
          options,
        ),
      );
    },
    async versionIds() {
      const versions: { readonly id: string; readonly createdMs: number }[] = [];
      let nextToken: string | undefined;
      do {
        const token: string | undefined = nextToken;
        const page = await send('ListSecretVersionIds', (options) =>
          client.send(
            new ListSecretVersionIdsCommand({
              SecretId: secretId,
              IncludeDeprecated: true,
              MaxResults: 100,
              NextToken: token,
            }),
            options,
          ),
        );
        for (const { VersionId, CreatedDate } of page.Versions ?? []) {
          if (VersionId !== undefined)
            versions.push({ id: VersionId, createdMs: CreatedDate?.getTime() ?? 0 });
        }
        nextToken = page.NextToken;
      } while (nextToken !== undefined);
      return versions.sort((one, other) => other.createdMs - one.createdMs).map(({ id }) => id);
    },
    async randomPassword(policy) {
      const response = await send('GetRandomPassword', (options) =>
        client.send(
          new GetRandomPasswordCommand({
            PasswordLength: policy.length,
            ExcludeCharacters: policy.excludeCharacters || undefined,
            ExcludeNumbers: policy.excludeNumbers,
            ExcludePunctuation: policy.excludePunctuation,
            ExcludeUppercase: policy.excludeUppercase,
            ExcludeLowercase: policy.excludeLowercase,
            RequireEachIncludedType: policy.requireEachIncludedType,
          }),
          options,
        ),
      );
      return new Sensitive(response.RandomPassword ?? '');
    },
    async getOther(secretArn) {
      const operation = `GetSecretValue of the admin secret ${secretArn}`;
      const { text } = await getValue(secretArn, { stage: 'AWSCURRENT' }, operation);
      return text;
    },
  };
}
