import type { Call, Response } from './call.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret, restoreSecret } from './delete-secret.ts';
import { describeSecret, listSecrets, listSecretVersionIds } from './describe-secret.ts';
import { getRandomPassword } from './random-password.ts';
import {
  removeRegionsFromReplication,
  replicateSecretToRegions,
  stopReplicationToReplica,
} from './replicate-secret.ts';
import * as requests from './requests.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  validateResourcePolicy,
} from './resource-policy.ts';
import { cancelRotateSecret, rotateSecret } from './rotate-secret.ts';
import { batchGetSecretValue, getSecretValue, putSecretValue } from './secret-value.ts';
import { type Members, parseRequest, type Shape } from './shapes.ts';
import { tagResource, untagResource } from './tags.ts';
import { updateSecret, updateSecretVersionStage } from './update-secret.ts';

/** One operation of the API. */
export interface Operation {
  /** Whether CloudTrail calls it a write; only those become events. */
  readonly writes: boolean;
  /** The members that records and events may show, which leaves the sensitive ones out. */
  visible(body: unknown): Readonly<Record<string, unknown>>;
  /** Checks the request and does what it asks for. */
  run(call: Call, body: unknown): Response;
}

function operation<T>(
  writes: boolean,
  request: Shape<T> & { readonly members: Members },
  run: (call: Call, input: T) => Response,
): Operation {
  const shown = Object.entries(request.members)
    .filter(([, { sensitive }]) => sensitive !== true)
    .map(([name]) => name);
  return {
    writes,
    visible(body) {
      if (typeof body !== 'object' || body === null) return {};
      return Object.fromEntries(
        Object.entries(body).filter(([name, value]) => shown.includes(name) && value !== undefined),
      );
    },
    run: (call, body) => run(call, parseRequest(request, body)),
  };
}

/** All operations of the API (service version 2017-10-17). */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['BatchGetSecretValue', operation(false, requests.batchGetSecretValueRequest, batchGetSecretValue)],
  ['CancelRotateSecret', operation(true, requests.secretRequest, cancelRotateSecret)],
  ['CreateSecret', operation(true, requests.createSecretRequest, createSecret)],
  ['DeleteResourcePolicy', operation(true, requests.secretRequest, deleteResourcePolicy)],
  ['DeleteSecret', operation(true, requests.deleteSecretRequest, deleteSecret)],
  ['DescribeSecret', operation(false, requests.secretRequest, describeSecret)],
  ['GetRandomPassword', operation(false, requests.getRandomPasswordRequest, getRandomPassword)],
  ['GetResourcePolicy', operation(false, requests.secretRequest, getResourcePolicy)],
  ['GetSecretValue', operation(false, requests.getSecretValueRequest, getSecretValue)],
  ['ListSecretVersionIds', operation(false, requests.listSecretVersionIdsRequest, listSecretVersionIds)],
  ['ListSecrets', operation(false, requests.listSecretsRequest, listSecrets)],
  ['PutResourcePolicy', operation(true, requests.putResourcePolicyRequest, putResourcePolicy)],
  ['PutSecretValue', operation(true, requests.putSecretValueRequest, putSecretValue)],
  [
    'RemoveRegionsFromReplication',
    operation(true, requests.removeRegionsFromReplicationRequest, removeRegionsFromReplication),
  ],
  [
    'ReplicateSecretToRegions',
    operation(true, requests.replicateSecretToRegionsRequest, replicateSecretToRegions),
  ],
  ['RestoreSecret', operation(true, requests.secretRequest, restoreSecret)],
  ['RotateSecret', operation(true, requests.rotateSecretRequest, rotateSecret)],
  ['StopReplicationToReplica', operation(true, requests.secretRequest, stopReplicationToReplica)],
  ['TagResource', operation(true, requests.tagResourceRequest, tagResource)],
  ['UntagResource', operation(true, requests.untagResourceRequest, untagResource)],
  ['UpdateSecret', operation(true, requests.updateSecretRequest, updateSecret)],
  [
    'UpdateSecretVersionStage',
    operation(true, requests.updateSecretVersionStageRequest, updateSecretVersionStage),
  ],
  [
    'ValidateResourcePolicy',
    operation(false, requests.validateResourcePolicyRequest, validateResourcePolicy),
  ],
]);
