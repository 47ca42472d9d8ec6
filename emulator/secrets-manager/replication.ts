import type { ServiceContext, ServiceRequest } from '../service.ts';
import { ApiError } from '../service.ts';
import type { Agenda } from './agenda.ts';
import { customerKey, type Encryption, managedKey } from './encryption.ts';
import type { ReplicaRegions } from './requests.ts';
import { epochSeconds, newSecret, type ReplicaStatus, type Secret } from './secret.ts';
import type { SecretStore } from './secret-store.ts';

interface Parts {
  readonly context: ServiceContext;
  readonly store: SecretStore;
  readonly agenda: Agenda;
  readonly encryption: Encryption;
}

/** Carries secrets to other regions, after a delay, as one-way copies. */
export class Replication {
  readonly #parts: Parts;
  readonly #delayMs: number;

  /** @param delayMs how long after a write the replicas have it */
  constructor(parts: Parts, delayMs: number) {
    this.#parts = parts;
    this.#delayMs = delayMs;
  }

  /** @throws ApiError InvalidParameterException for the secret's own region or a region named twice */
  check(secret: Secret, regions: ReplicaRegions): void {
    for (const { Region } of regions) {
      if (Region === secret.region)
        throw new ApiError('InvalidParameterException', 'Invalid replica region.');
      if (regions.filter((other) => other.Region === Region).length > 1) {
        throw new ApiError('InvalidParameterException', `Region ${Region} is given more than once.`);
      }
    }
  }

  /** Begins to replicate a secret to regions that were checked; the outcome shows in its ReplicationStatus. */
  begin(request: ServiceRequest, secret: Secret, regions: ReplicaRegions, forceOverwrite: boolean): void {
    for (const { Region, KmsKeyId } of regions) {
      const status: ReplicaStatus = { region: Region, kmsKeyId: customerKey(KmsKeyId), status: 'InProgress' };
      secret.replicas.set(Region, status);
      this.#parts.agenda.after(this.#delayMs, () => this.#create(request, secret, status, forceOverwrite));
    }
  }

  /** Brings all replicas of a secret to its present state, after the delay. */
  propagate(secret: Secret): void {
    for (const status of secret.replicas.values()) {
      if (this.replicaOf(secret, status.region) === undefined) continue;
      status.status = 'InProgress';
      this.#parts.agenda.after(this.#delayMs, () => {
        const replica = this.replicaOf(secret, status.region);
        // Removed or promoted since.
        if (replica === undefined) return;
        copy(secret, replica);
        status.status = 'InSync';
      });
    }
  }

  /** Records the use of keys that carrying a new version to the replicas takes. */
  encryptForReplicas(request: ServiceRequest, secret: Secret, versionId: string): void {
    for (const region of secret.replicas.keys()) {
      const replica = this.replicaOf(secret, region);
      if (replica !== undefined) this.#parts.encryption.replicate(request, secret, replica, versionId);
    }
  }

  /** The replica of a secret in a region, where there is one. */
  replicaOf(secret: Secret, region: string): Secret | undefined {
    const found = this.#parts.store.named(region, secret.name);
    return found?.primaryRegion !== undefined && found.arn === arnIn(secret, region) ? found : undefined;
  }

  /** The secret that a replica is a copy of. */
  primaryOf(replica: Secret): Secret | undefined {
    const { primaryRegion } = replica;
    return primaryRegion === undefined ? undefined : this.#parts.store.named(primaryRegion, replica.name);
  }

  /** ReplicationStatus and PrimaryRegion of a response; empty for a secret that is not replicated. */
  describe(secret: Secret): Readonly<Record<string, unknown>> {
    if (secret.primaryRegion !== undefined) return { PrimaryRegion: secret.primaryRegion };
    return secret.replicas.size === 0
      ? {}
      : { PrimaryRegion: secret.region, ReplicationStatus: this.statuses(secret) };
  }

  /** The entries of ReplicationStatus. */
  statuses(secret: Secret): readonly Readonly<Record<string, unknown>>[] {
    return [...secret.replicas.values()].map(({ region, kmsKeyId, status, message }) => {
      const accessedOn = this.replicaOf(secret, region)?.accessedOn;
      return {
        Region: region,
        KmsKeyId: kmsKeyId ?? managedKey,
        Status: status,
        ...(message === undefined ? {} : { StatusMessage: message }),
        ...(accessedOn === undefined ? {} : { LastAccessedDate: epochSeconds(accessedOn) }),
      };
    });
  }

  #create(request: ServiceRequest, secret: Secret, status: ReplicaStatus, forceOverwrite: boolean): void {
    if (!this.#parts.store.contains(secret) || secret.replicas.get(status.region) !== status) return;
    const existing = this.#parts.store.named(status.region, secret.name);
    const own = this.replicaOf(secret, status.region);
    if (existing !== undefined && own === undefined && !(forceOverwrite && isReplaceable(existing))) {
      status.status = 'Failed';
      status.message = `Replication failed: Secret name ${secret.name} already exists in region ${status.region}.`;
      return;
    }
    const identity = { arn: arnIn(secret, status.region), name: secret.name, region: status.region };
    const replica = own ?? newSecret(identity, this.#parts.context.clock.now());
    replica.primaryRegion = secret.region;
    replica.kmsKeyId = status.kmsKeyId;
    copy(secret, replica);
    this.#parts.store.add(replica);
    for (const version of secret.versions.versions.values()) {
      if (version.value !== undefined) this.#parts.encryption.replicate(request, secret, replica, version.id);
    }
    status.status = 'InSync';
    delete status.message;
  }
}

function arnIn(secret: Secret, region: string): string {
  return secret.arn.replace(`:${secret.region}:`, `:${region}:`);
}

/** Neither a replica of another secret nor a secret with replicas gives way to a new replica. */
function isReplaceable(secret: Secret): boolean {
  return secret.primaryRegion === undefined && secret.replicas.size === 0;
}

function copy(from: Secret, to: Secret): void {
  to.versions = {
    holders: from.versions.holders,
    versions: new Map(
      [...from.versions.versions].map(([id, { kmsKeyId: _, ...version }]) => [
        id,
        to.kmsKeyId === undefined ? version : { ...version, kmsKeyId: to.kmsKeyId },
      ]),
    ),
  };
  to.tags.clear();
  for (const [key, value] of from.tags) to.tags.set(key, value);
  to.changedAt = from.changedAt;
  assignOrDelete(to, 'description', from.description);
  assignOrDelete(to, 'policy', from.policy);
  assignOrDelete(to, 'type', from.type);
}

function assignOrDelete(
  to: Secret,
  member: 'description' | 'policy' | 'type',
  value: string | undefined,
): void {
  if (value === undefined) delete to[member];
  else to[member] = value;
}
