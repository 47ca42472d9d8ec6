import { ApiError } from '../service.ts';
import type { Call, Response } from './call.ts';
import { customerKey } from './encryption.ts';
import type { createSecretRequest } from './requests.ts';
import { newSecret, type Secret } from './secret.ts';
import type { Parsed } from './shapes.ts';
import { requestedValue, requireToken, storeValue } from './store-value.ts';
import { addTags } from './tags.ts';
import type { SecretValue } from './version-labels.ts';

type Input = Parsed<typeof createSecretRequest>;

/** CreateSecret: a secret, and its first version where a value is given. */
export function createSecret(call: Call, input: Input): Response {
  const token = requireToken(input.ClientRequestToken);
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(input.Name)) {
    throw new ApiError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const value = requestedValue(input);
  const existing = call.store.named(call.request.region, input.Name);
  if (existing !== undefined) return answerExisting(call, existing, token, value);

  const arn = call.store.newArn(call.request.region, input.Name);
  const secret = newSecret({ arn, name: input.Name, region: call.request.region }, call.now);
  secret.kmsKeyId = customerKey(input.KmsKeyId);
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.Type !== undefined) secret.type = input.Type;
  addTags(secret, input.Tags ?? []);
  call.replication.check(secret, input.AddReplicaRegions ?? []);

  call.store.add(secret);
  if (secret.kmsKeyId !== undefined) call.encryption.validate(call.request, secret, secret.kmsKeyId);
  if (value !== undefined) storeValue(call, secret, { token, value, kmsKeyId: secret.kmsKeyId });
  call.replication.begin(
    call.request,
    secret,
    input.AddReplicaRegions ?? [],
    input.ForceOverwriteReplicaSecret ?? false,
  );
  return answer(call, secret, value === undefined ? undefined : token);
}

/** A repeated request is answered again; anything else cannot have the name. */
function answerExisting(
  call: Call,
  existing: Secret,
  token: string,
  value: SecretValue | undefined,
): Response {
  if (existing.deletion !== undefined) {
    throw new ApiError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (value === undefined || !existing.versions.versions.has(token)) {
    throw new ApiError(
      'ResourceExistsException',
      `The operation failed because the secret ${existing.name} already exists.`,
    );
  }
  storeValue(call, existing, { token, value, kmsKeyId: existing.kmsKeyId });
  return answer(call, existing, token);
}

function answer(call: Call, secret: Secret, versionId: string | undefined): Response {
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ...(secret.replicas.size === 0 ? {} : { ReplicationStatus: call.replication.statuses(secret) }),
  };
}
