import { SecretStoreError } from '../errors.ts';
import type { SecretStore, VersionSelector } from '../secret-store.ts';
import { Sensitive } from '../sensitive.ts';
import type { StagingLabels } from '../staging-labels.ts';

/** A version as a test lays it out. */
export interface MemoryVersion {
  readonly id: string;
  /** Absent in the placeholder that RotateSecret registers. An object is stored as JSON. */
  readonly value?: object | string | undefined;
  readonly labels?: readonly string[];
  /** What reading the version throws instead: its key is gone, or its value is binary. */
  readonly fault?: Error;
}

/** A secret in memory, as the people around a rotation see it. */
export interface MemorySecret {
  /** What the rotation sees. A plain object, so that a test can spread it and replace one operation. */
  readonly store: SecretStore;
  /** The secret's tags; writable, as they are for whoever may TagResource. */
  readonly tags: Record<string, string>;
  rotationEnabled: boolean | undefined;
  /** The labels of each version that has any, sorted. */
  labels(): StagingLabels;
  textOf(versionId: string): string | undefined;
  /** Moves a label to a version, as a person with UpdateSecretVersionStage would; undefined removes it. */
  moveLabel(label: string, to: string | undefined): void;
}

/** What a secret in memory starts as. */
export interface MemorySecretOptions {
  /** Oldest first. */
  readonly versions: readonly MemoryVersion[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly rotationEnabled?: boolean | undefined;
  /** AWSCURRENT values of other secrets by ARN. */
  readonly others?: Readonly<Record<string, object | string | Error>>;
  /** Gets a line for each call, with the names that Secrets Manager gives its operations. */
  readonly journal?: string[];
}

/**
 * A store that keeps the rules of staging labels: a label has one holder, AWSPREVIOUS follows AWSCURRENT, a value is
 * written once, a placeholder lives as long as it has a label, and a label moves only from the version that has it.
 */
export function memorySecret(options: MemorySecretOptions): MemorySecret {
  const { others = {}, journal = [] } = options;
  const versions = new Map(options.versions.map((version) => [version.id, version]));
  const holders = new Map(
    options.versions.flatMap(({ id, labels = [] }) => labels.map((label) => [label, id])),
  );

  const labels = (): StagingLabels => {
    const result: Record<string, string[]> = {};
    for (const [label, holder] of holders) result[holder] = [...(result[holder] ?? []), label].sort();
    return result;
  };
  const textOf = (versionId: string): string | undefined => asText(versions.get(versionId)?.value);
  const moveLabel = (label: string, to: string | undefined): void => {
    const from = holders.get(label);
    if (to === undefined) holders.delete(label);
    else holders.set(label, to);
    if (label === 'AWSCURRENT' && from !== undefined && from !== to) holders.set('AWSPREVIOUS', from);
    // A placeholder is there only through its label.
    for (const [id, { value, fault }] of versions) {
      if (value === undefined && fault === undefined && labels()[id] === undefined) versions.delete(id);
    }
  };
  const requireHolder = (label: string, versionId: string): void => {
    if (holders.get(label) === versionId) return;
    throw refusal(
      'UpdateSecretVersionStage',
      'InvalidParameterException',
      `RemoveFromVersionId must be set to the version that currently has the staging label ${label}.`,
    );
  };

  const secret: MemorySecret = {
    tags: { ...options.tags },
    rotationEnabled: 'rotationEnabled' in options ? options.rotationEnabled : true,
    labels,
    textOf,
    moveLabel,
    store: {
      async describe() {
        journal.push('DescribeSecret');
        return { rotationEnabled: secret.rotationEnabled, labels: labels(), tags: { ...secret.tags } };
      },
      async get(selector) {
        journal.push(`GetSecretValue ${nameOf(selector)}`);
        const { stage, versionId = holders.get(stage ?? '') ?? '' } = { versionId: undefined, ...selector };
        const version = versions.get(versionId);
        if (version?.fault !== undefined) throw version.fault;
        const text = textOf(versionId);
        if (text === undefined) return undefined;
        if (stage !== undefined && holders.get(stage) !== versionId) {
          throw refusal(
            'GetSecretValue',
            'InvalidRequestException',
            'You provided a VersionStage that is not associated to the provided VersionId.',
          );
        }
        return { versionId, text: new Sensitive(text) };
      },
      async putPending(versionId, text) {
        journal.push(`PutSecretValue ${versionId}`);
        const known = textOf(versionId);
        // The same value again is taken for a repetition of the same call.
        if (known !== undefined) return known === text.reveal() ? 'stored' : 'exists';
        versions.delete(versionId);
        versions.set(versionId, { id: versionId, value: text.reveal() });
        moveLabel('AWSPENDING', versionId);
        return 'stored';
      },
      async moveCurrent(to, from) {
        journal.push(`UpdateSecretVersionStage AWSCURRENT ${from} -> ${to}`);
        if (textOf(to) === undefined) {
          throw refusal(
            'UpdateSecretVersionStage',
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for VersionId: ${to}`,
          );
        }
        requireHolder('AWSCURRENT', from);
        moveLabel('AWSCURRENT', to);
      },
      async dropPending(versionId) {
        journal.push(`UpdateSecretVersionStage AWSPENDING ${versionId} ->`);
        requireHolder('AWSPENDING', versionId);
        moveLabel('AWSPENDING', undefined);
      },
      async versionIds() {
        journal.push('ListSecretVersionIds');
        return [...versions.keys()].reverse();
      },
      async randomPassword({ length }) {
        journal.push('GetRandomPassword');
        return new Sensitive('r'.repeat(length));
      },
      async getOther(arn) {
        journal.push(`GetSecretValue ${arn}`);
        const value = others[arn];
        if (value instanceof Error) throw value;
        const text = asText(value);
        if (text !== undefined) return new Sensitive(text);
        throw refusal(
          'GetSecretValue',
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret.",
        );
      },
    },
  };
  return secret;
}

/** An error of Secrets Manager, as the real store hands it on. */
export function refusal(operation: string, awsName: string, message = 'Not done.'): SecretStoreError {
  return new SecretStoreError(
    operation,
    awsName,
    'request-1',
    `${operation} failed with ${awsName}: ${message}`,
  );
}

function asText(value: object | string | undefined): string | undefined {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function nameOf(selector: VersionSelector): string {
  return Object.values({ versionId: undefined, ...selector })
    .filter((part) => part !== undefined)
    .join(' ');
}
