import { type Call, type Response, requireSecret } from './call.ts';
import { customerKey } from './encryption.ts';
import type { updateSecretRequest, updateSecretVersionStageRequest } from './requests.ts';
import { requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import { noteChange, replaceVersions } from './secret-changes.ts';
import type { Parsed } from './shapes.ts';
import { requestedValue, requireToken, storeValue } from './store-value.ts';
import { moveLabel, reencrypted } from './version-labels.ts';

type Update = Parsed<typeof updateSecretRequest>;

/** UpdateSecret: description, key and type, and a new current value where one is given. */
export function updateSecret(call: Call, input: Update): Response {
  const token = requireToken(input.ClientRequestToken);
  const value = requestedValue(input);
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  if (secret.primaryRegion !== undefined) return updateReplicaKey(call, secret, input);

  const key = input.KmsKeyId === undefined ? secret.kmsKeyId : customerKey(input.KmsKeyId);
  if (input.KmsKeyId !== undefined) call.encryption.validate(call.request, secret, key);
  if (value !== undefined) storeValue(call, secret, { token, value, kmsKeyId: key });
  changeKey(call, secret, key);
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.Type !== undefined) secret.type = input.Type;
  noteChange(call, secret);
  return { ARN: secret.arn, Name: secret.name, ...(value === undefined ? {} : { VersionId: token }) };
}

/** UpdateSecretVersionStage: attaches, moves or removes one staging label. */
export function updateSecretVersionStage(
  call: Call,
  input: Parsed<typeof updateSecretVersionStageRequest>,
): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  const next = moveLabel(secret.versions, {
    label: input.VersionStage,
    moveTo: input.MoveToVersionId,
    removeFrom: input.RemoveFromVersionId,
  });
  replaceVersions(call, secret, next);
  return { ARN: secret.arn, Name: secret.name };
}

/** A replica may have another key than its primary; nothing else of it can be changed. */
function updateReplicaKey(call: Call, replica: Secret, input: Update): Response {
  const { SecretId: _, ClientRequestToken: __, KmsKeyId: key, ...rest } = input;
  if (key === undefined || Object.keys(rest).length > 0) requirePrimary(replica);
  call.encryption.validate(call.request, replica, customerKey(key));
  changeKey(call, replica, customerKey(key));
  const status = call.replication.primaryOf(replica)?.replicas.get(replica.region);
  if (status !== undefined) status.kmsKeyId = replica.kmsKeyId;
  return { ARN: replica.arn, Name: replica.name };
}

function changeKey(call: Call, secret: Secret, key: string | undefined): void {
  if (key === secret.kmsKeyId) return;
  const next = reencrypted(secret.versions, key);
  const moved = [...next.versions.values()].filter(
    ({ id, value, kmsKeyId }) =>
      value !== undefined && kmsKeyId !== secret.versions.versions.get(id)?.kmsKeyId,
  );
  call.encryption.reencrypt(
    call.request,
    secret,
    moved.map(({ id }) => id),
    key,
  );
  secret.kmsKeyId = key;
  secret.versions = next;
}
