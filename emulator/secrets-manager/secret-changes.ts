import type { ServiceContext } from '../service.ts';
import type { Events } from './events.ts';
import type { Replication } from './replication.ts';
import type { Secret } from './secret.ts';
import type { VersionSet } from './version-labels.ts';

/** Who has to know of a change. */
interface Watchers {
  readonly context: ServiceContext;
  readonly events: Events;
  readonly replication: Replication;
}

/** Notes that something about a secret changed, and carries it to its replicas. */
export function noteChange({ context, replication }: Watchers, secret: Secret): void {
  secret.changedAt = context.clock.now();
  replication.propagate(secret);
}

/**
 * Puts a new state of a secret's versions in place and tells who listens: a `Secret Label Updated` for each
 * label that has a new holder (AWS sends none for AWSPENDING and AWSPREVIOUS), the end of each version that
 * was cleaned up, and the replicas.
 */
export function replaceVersions(service: Watchers, secret: Secret, next: VersionSet): void {
  const former = secret.versions;
  if (next === former) return;
  secret.versions = next;
  for (const [label, versionId] of next.holders) {
    if (label === 'AWSPENDING' || label === 'AWSPREVIOUS' || former.holders.get(label) === versionId)
      continue;
    service.events.labelUpdated(secret, label, versionId);
  }
  for (const version of former.versions.values()) {
    if (version.value === undefined || next.versions.has(version.id)) continue;
    secret.versionsAccessedOn.delete(version.id);
    service.events.service('EndSecretVersionDelete', secret, { versionId: version.id });
  }
  noteChange(service, secret);
}
