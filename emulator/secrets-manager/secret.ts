import type { Timer } from '../clock.ts';
import { ApiError } from '../service.ts';
import type { RotationRules } from './requests.ts';
import { noVersions, type VersionSet } from './version-labels.ts';

/** How a secret is rotated; it outlives CancelRotateSecret, which only clears `enabled`. */
export interface RotationConfiguration {
  enabled: boolean;
  functionArn: string;
  rules?: RotationRules;
  /** Where counting to the next rotation starts: the last rotation, new rules, or a value put by hand. */
  countedFrom: Date;
  lastRotatedAt?: Date;
  /** The end of the window in which the next rotation happens; stays in the past when that failed. */
  nextRotationAt?: Date;
  /** Days between rotations as the schedule has it, known after the first success. */
  observedDays?: number;
}

/** One entry of ReplicationStatus. */
export interface ReplicaStatus {
  readonly region: string;
  kmsKeyId?: string | undefined;
  status: 'InProgress' | 'InSync' | 'Failed';
  message?: string;
}

/** A secret, or the replica of one in another region. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  changedAt: Date;
  /** The day of the last read, at midnight UTC. */
  accessedOn?: Date;
  readonly versionsAccessedOn: Map<string, Date>;
  description?: string;
  /** Absent for the AWS managed key. */
  kmsKeyId?: string | undefined;
  type?: string;
  readonly tags: Map<string, string>;
  policy?: string;
  versions: VersionSet;
  rotation?: RotationConfiguration;
  externalRotation: Readonly<Record<string, unknown>>;
  /** Set while the secret waits for its deletion. */
  deletion?: { readonly dueAt: Date; readonly timer: Timer };
  /** The region of the secret that this one is a replica of. */
  primaryRegion?: string;
  /** The replicas by region; empty in a replica. */
  readonly replicas: Map<string, ReplicaStatus>;
}

/** Makes a secret without a value. */
export function newSecret(identity: Pick<Secret, 'arn' | 'name' | 'region'>, now: Date): Secret {
  return {
    ...identity,
    createdAt: now,
    changedAt: now,
    versionsAccessedOn: new Map(),
    tags: new Map(),
    versions: noVersions,
    externalRotation: {},
    replicas: new Map(),
  };
}

/** Notes that a version was read. AWS keeps the day only. */
export function noteAccess(secret: Secret, versionId: string, now: Date): void {
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  secret.accessedOn = day;
  secret.versionsAccessedOn.set(versionId, day);
}

/** @throws ApiError InvalidRequestException when the secret waits for its deletion */
export function requireNotDeleted(secret: Secret): void {
  if (secret.deletion === undefined) return;
  throw new ApiError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** @throws ApiError InvalidParameterException for a replica; replicas change through their primary only */
export function requirePrimary(secret: Secret): void {
  if (secret.primaryRegion === undefined) return;
  throw new ApiError(
    'InvalidParameterException',
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  );
}

/** A time as the protocol carries it: seconds since 1970 with a fraction. */
export function epochSeconds(time: Date): number {
  return time.getTime() / 1000;
}
