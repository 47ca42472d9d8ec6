import { ApiError } from '../service.ts';

/** A secret's value, in the members that the API carries it in; binary values as base64. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string };

/** One immutable version of a secret. */
export interface Version {
  readonly id: string;
  /** Absent in the placeholder that RotateSecret registers, until createSecret fills it. */
  readonly value?: SecretValue;
  readonly createdAt: Date;
  /** The customer key that it is encrypted with; absent for `aws/secretsmanager`. */
  readonly kmsKeyId?: string;
}

/**
 * All versions of a secret and who holds each staging label. A label has at most one holder by the shape of
 * the data; the functions below keep the rest: AWSCURRENT is held once a value exists, by a version with a
 * value; AWSPREVIOUS follows it; holders exist; a version's value never changes.
 */
export interface VersionSet {
  readonly versions: ReadonlyMap<string, Version>;
  /** Staging label → version id. */
  readonly holders: ReadonlyMap<string, string>;
}

/** What a put did: `conflict` means that the id is taken by another value and nothing changed. */
export type PutOutcome =
  | { readonly outcome: 'created' | 'filled' | 'unchanged'; readonly set: VersionSet }
  | { readonly outcome: 'conflict' };

/** Labels that one secret may have on all of its versions together (quota of the service). */
const labelLimit = 20;
/** Versions kept; deprecated ones beyond it are removed, but none younger than a day (user guide, quotas). */
const versionLimit = 100;
const protectedAgeMs = 24 * 60 * 60 * 1000;

/** A secret without versions. */
export const noVersions: VersionSet = { versions: new Map(), holders: new Map() };

/** The labels of a version, in the order in which they were attached. */
export function labelsOf(set: VersionSet, id: string): readonly string[] {
  return [...set.holders].filter(([, holder]) => holder === id).map(([label]) => label);
}

/** Whether AWSPENDING sits on a version that is not AWSCURRENT: a rotation that runs, or that got stuck. */
export function pendingRotation(set: VersionSet): string | undefined {
  const pending = set.holders.get('AWSPENDING');
  return pending === set.holders.get('AWSCURRENT') ? undefined : pending;
}

/**
 * Adds a version with a value, or fills the placeholder of that id. `labels` are taken from whoever held them.
 *
 * @throws ApiError LimitExceededException beyond the quotas of labels or versions
 */
export function putVersion(
  set: VersionSet,
  version: Version & { readonly value: SecretValue },
  labels: readonly string[] = ['AWSCURRENT'],
): PutOutcome {
  const known = set.versions.get(version.id);
  if (known?.value !== undefined) {
    return sameValue(known.value, version.value) ? { outcome: 'unchanged', set } : { outcome: 'conflict' };
  }
  const holders = new Map(set.holders);
  for (const label of labels) holders.set(label, version.id);
  // The first value of a secret is current whatever labels it came with.
  if (!holders.has('AWSCURRENT')) holders.set('AWSCURRENT', version.id);
  if (holders.get('AWSCURRENT') === version.id) {
    followCurrent(set, holders);
    // A new current value ends the rotation under way: its AWSPENDING would promote something older.
    if (holders.get('AWSPENDING') !== version.id) holders.delete('AWSPENDING');
  }
  const next = pruned(
    withoutEmptyDeprecated({
      versions: new Map([...set.versions].filter(([id]) => id !== version.id)).set(version.id, version),
      holders,
    }),
    version.createdAt,
  );
  requireWithinQuotas(next);
  return { outcome: known === undefined ? 'created' : 'filled', set: next };
}

/** What UpdateSecretVersionStage asks for. */
export interface LabelMove {
  readonly label: string;
  readonly moveTo?: string | undefined;
  readonly removeFrom?: string | undefined;
}

/**
 * Attaches, moves or removes one label. `removeFrom` makes it a compare-and-swap.
 *
 * @throws ApiError InvalidParameterException when `removeFrom` is not the holder, or AWSCURRENT would be lost;
 *   ResourceNotFoundException when a version does not exist or `moveTo` has no value yet
 */
export function moveLabel(set: VersionSet, { label, moveTo, removeFrom }: LabelMove): VersionSet {
  const holder = set.holders.get(label);
  if (moveTo === undefined && removeFrom === undefined) {
    throw invalidParameter('You must specify MoveToVersionId, RemoveFromVersionId, or both.');
  }
  if (removeFrom !== undefined) requireVersion(set, removeFrom, false);
  if (moveTo === undefined) {
    if (holder !== removeFrom) throw notTheHolder(label);
    if (label === 'AWSCURRENT') {
      throw invalidParameter(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    const holders = new Map(set.holders);
    holders.delete(label);
    return withoutEmptyDeprecated({ ...set, holders });
  }
  requireVersion(set, moveTo, true);
  if (removeFrom !== undefined && removeFrom !== holder) throw notTheHolder(label);
  if (holder === moveTo) return set;
  if (holder !== undefined && removeFrom === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to ` +
        `version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  const holders = new Map(set.holders).set(label, moveTo);
  if (label === 'AWSCURRENT') followCurrent(set, holders);
  const next = withoutEmptyDeprecated({ ...set, holders });
  requireWithinQuotas(next);
  return next;
}

/**
 * Registers the version that a rotation is about to make: AWSPENDING on an id without a value. With a `value`,
 * it is the copy that a test of the rotation sees.
 */
export function registerPending(set: VersionSet, version: Version): VersionSet {
  return withoutEmptyDeprecated({
    versions: new Map(set.versions).set(version.id, version),
    holders: new Map(set.holders).set('AWSPENDING', version.id),
  });
}

/** Takes a version away with its labels; only for the copy that a test of the rotation used. */
export function removeVersion(set: VersionSet, id: string): VersionSet {
  if (!set.versions.has(id)) return set;
  return {
    versions: new Map([...set.versions].filter(([known]) => known !== id)),
    holders: new Map([...set.holders].filter(([, holder]) => holder !== id)),
  };
}

/** Encrypts the versions that AWSCURRENT, AWSPENDING and AWSPREVIOUS sit on with another key. */
export function reencrypted(set: VersionSet, kmsKeyId: string | undefined): VersionSet {
  const ids = new Set(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'].map((label) => set.holders.get(label)));
  const versions = [...set.versions.values()].map(({ kmsKeyId: former, ...version }) => {
    const key = ids.has(version.id) ? kmsKeyId : former;
    return [version.id, key === undefined ? version : { ...version, kmsKeyId: key }] as const;
  });
  return { ...set, versions: new Map(versions) };
}

function sameValue(one: SecretValue, other: SecretValue): boolean {
  return 'SecretString' in one
    ? 'SecretString' in other && one.SecretString === other.SecretString
    : 'SecretBinary' in other && one.SecretBinary === other.SecretBinary;
}

/** AWSCURRENT has moved: gives AWSPREVIOUS to the version that it has left, if it has left one. */
function followCurrent(before: VersionSet, holders: Map<string, string>): void {
  const former = before.holders.get('AWSCURRENT');
  if (former !== undefined) holders.set('AWSPREVIOUS', former);
}

/** A placeholder exists only through its label: without one, its id is free again. */
function withoutEmptyDeprecated(set: VersionSet): VersionSet {
  const held = new Set(set.holders.values());
  const versions = [...set.versions].filter(([id, version]) => version.value !== undefined || held.has(id));
  return { ...set, versions: new Map(versions) };
}

/** Removes the oldest deprecated versions beyond the limit that are old enough. */
function pruned(set: VersionSet, now: Date): VersionSet {
  const held = new Set(set.holders.values());
  const removable = [...set.versions.values()]
    .filter(({ id, createdAt }) => !held.has(id) && now.getTime() - createdAt.getTime() >= protectedAgeMs)
    .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
    .slice(0, Math.max(0, set.versions.size - versionLimit));
  const versions = new Map(set.versions);
  for (const { id } of removable) versions.delete(id);
  return { ...set, versions };
}

function requireWithinQuotas(set: VersionSet): void {
  if (set.holders.size > labelLimit) {
    throw new ApiError(
      'LimitExceededException',
      `The secret would have ${set.holders.size} staging labels; the limit is ${labelLimit}. Remove labels first.`,
    );
  }
  if (set.versions.size > versionLimit) {
    throw new ApiError(
      'LimitExceededException',
      `The secret has ${versionLimit} versions, and those without a label are younger than 24 hours. Write less often.`,
    );
  }
}

function requireVersion(set: VersionSet, id: string, withValue: boolean): void {
  const version = set.versions.get(id);
  if (version === undefined || (withValue && version.value === undefined)) throw versionNotFound(id);
}

/** The error for a version id that has no value. */
export function versionNotFound(id: string): ApiError {
  return new ApiError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  );
}

function invalidParameter(message: string): ApiError {
  return new ApiError('InvalidParameterException', message);
}

function notTheHolder(label: string): ApiError {
  return invalidParameter(
    `RemoveFromVersionId must be set to the version that currently has the staging label ${label}.`,
  );
}
