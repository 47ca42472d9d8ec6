import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret } from './call.ts';
import type {
  removeRegionsFromReplicationRequest,
  replicateSecretToRegionsRequest,
  secretRequest,
} from './requests.ts';
import { requireNotDeleted, requirePrimary } from './secret.ts';
import type { Parsed } from './shapes.ts';

/** ReplicateSecretToRegions: begins to replicate; a failed region can be tried again. */
export function replicateSecretToRegions(
  call: Call,
  input: Parsed<typeof replicateSecretToRegionsRequest>,
): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  call.replication.check(secret, input.AddReplicaRegions);
  call.replication.begin(
    call.request,
    secret,
    input.AddReplicaRegions,
    input.ForceOverwriteReplicaSecret ?? false,
  );
  return { ARN: secret.arn, ReplicationStatus: call.replication.statuses(secret) };
}

/** RemoveRegionsFromReplication: deletes replicas at once, without a recovery window. */
export function removeRegionsFromReplication(
  call: Call,
  input: Parsed<typeof removeRegionsFromReplicationRequest>,
): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  const unknown = input.RemoveReplicaRegions.find((region) => !secret.replicas.has(region));
  if (unknown !== undefined) {
    throw new ApiError('InvalidParameterException', `The secret isn't replicated to region ${unknown}.`);
  }
  for (const region of input.RemoveReplicaRegions) {
    const replica = call.replication.replicaOf(secret, region);
    if (replica !== undefined) call.store.remove(replica);
    secret.replicas.delete(region);
  }
  return { ARN: secret.arn, ReplicationStatus: call.replication.statuses(secret) };
}

/** StopReplicationToReplica: called in the replica's region, makes the replica a secret of its own. */
export function stopReplicationToReplica(call: Call, input: Parsed<typeof secretRequest>): Response {
  const replica = requireSecret(call, input.SecretId);
  if (replica.primaryRegion === undefined) {
    throw new ApiError(
      'InvalidParameterException',
      "The secret isn't a replica. Call StopReplicationToReplica in the region of the replica.",
    );
  }
  call.replication.primaryOf(replica)?.replicas.delete(replica.region);
  delete replica.primaryRegion;
  replica.changedAt = call.now;
  return { ARN: replica.arn };
}
