import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret } from './call.ts';
import { matchesFilters } from './filters.ts';
import { page } from './paging.ts';
import type { batchGetSecretValueRequest, getSecretValueRequest, putSecretValueRequest } from './requests.ts';
import { epochSeconds, noteAccess, requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import type { Parsed } from './shapes.ts';
import { requestedValue, requireToken, storeValue } from './store-value.ts';
import { labelsOf, type Version, versionNotFound } from './version-labels.ts';

/** PutSecretValue: a new version, or the value of the one that a rotation has registered. */
export function putSecretValue(call: Call, input: Parsed<typeof putSecretValueRequest>): Response {
  const token = requireToken(input.ClientRequestToken);
  const value = requestedValue(input);
  if (value === undefined) {
    throw new ApiError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  storeValue(call, secret, { token, value, kmsKeyId: secret.kmsKeyId, labels: input.VersionStages });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: token,
    VersionStages: labelsOf(secret.versions, token),
  };
}

/** GetSecretValue: the version of an id or a label, else the current one. */
export function getSecretValue(call: Call, input: Parsed<typeof getSecretValueRequest>): Response {
  return readValue(call, requireSecret(call, input.SecretId), input);
}

/** BatchGetSecretValue: the current values of listed or filtered secrets; single failures stand in `Errors`. */
export function batchGetSecretValue(call: Call, input: Parsed<typeof batchGetSecretValueRequest>): Response {
  const { SecretIdList: ids, Filters: filters } = input;
  if ((ids === undefined) === (filters === undefined)) {
    throw new ApiError(
      'InvalidParameterException',
      'You must include either SecretIdList or Filters, but not both.',
    );
  }
  if (ids !== undefined && (input.MaxResults ?? input.NextToken) !== undefined) {
    throw new ApiError(
      'InvalidParameterException',
      'To use MaxResults or NextToken, you must also use Filters.',
    );
  }
  const all = call.store.all(call.request.region).filter(({ deletion }) => deletion === undefined);
  const { items, nextToken } =
    ids === undefined
      ? page(
          all.filter((secret) => matchesFilters(secret, filters ?? [])).map(({ arn }) => arn),
          input,
          20,
        )
      : { items: ids, nextToken: undefined };
  const results = items.map((id) => readOne(call, id));
  return {
    SecretValues: results.filter((result) => !('ErrorCode' in result)),
    Errors: results.filter((result) => 'ErrorCode' in result),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function readOne(call: Call, id: string): Response {
  try {
    return readValue(call, requireSecret(call, id), {});
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { SecretId: id, ErrorCode: error.code, Message: error.message };
  }
}

function readValue(
  call: Call,
  secret: Secret,
  which: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
): Response {
  requireNotDeleted(secret);
  const version = findVersion(secret, which.VersionId, which.VersionStage);
  call.encryption.decrypt(call.request, secret, version.id);
  noteAccess(secret, version.id, call.now);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value,
    VersionStages: labelsOf(secret.versions, version.id),
    CreatedDate: epochSeconds(version.createdAt),
  };
}

/** A placeholder is in the labels, but its value is not found, whichever way it is asked for. */
function findVersion(secret: Secret, id: string | undefined, label: string | undefined): Version {
  const { versions, holders } = secret.versions;
  const wantedLabel = label ?? 'AWSCURRENT';
  const version = versions.get(id ?? holders.get(wantedLabel) ?? '');
  if (version?.value === undefined) {
    if (id !== undefined) throw versionNotFound(id);
    throw new ApiError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${wantedLabel}`,
    );
  }
  if (id !== undefined && label !== undefined && holders.get(label) !== id) {
    throw new ApiError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return version;
}
