import { type Call, type Response, requireSecret } from './call.ts';
import { matchesFilters } from './filters.ts';
import { page } from './paging.ts';
import type { listSecretsRequest, listSecretVersionIdsRequest, secretRequest } from './requests.ts';
import { epochSeconds, type RotationConfiguration, requireNotDeleted, type Secret } from './secret.ts';
import type { Parsed } from './shapes.ts';
import { labelsOf } from './version-labels.ts';

type ListSecrets = Parsed<typeof listSecretsRequest>;

/** DescribeSecret: all but the value, also of a secret that waits for its deletion. */
export function describeSecret(call: Call, input: Parsed<typeof secretRequest>): Response {
  const secret = requireSecret(call, input.SecretId);
  return {
    ...details(secret),
    ...labels('VersionIdsToStages', secret),
    ...call.replication.describe(secret),
  };
}

/** ListSecrets: filtered, sorted, paged. */
export function listSecrets(call: Call, input: ListSecrets): Response {
  const secrets = call.store
    .all(call.request.region)
    .filter((secret) => input.IncludePlannedDeletion === true || secret.deletion === undefined)
    .filter((secret) => matchesFilters(secret, input.Filters ?? []))
    .sort(order(input));
  const { items, nextToken } = page(secrets, input);
  return {
    SecretList: items.map((secret) => {
      const { PrimaryRegion } = call.replication.describe(secret);
      return {
        ...details(secret),
        ...labels('SecretVersionsToStages', secret),
        ...(PrimaryRegion === undefined ? {} : { PrimaryRegion }),
      };
    }),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

/** ListSecretVersionIds: versions with a value, oldest first; those without a label on request. */
export function listSecretVersionIds(
  call: Call,
  input: Parsed<typeof listSecretVersionIdsRequest>,
): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  const versions = [...secret.versions.versions.values()]
    .filter(({ value }) => value !== undefined)
    .filter(({ id }) => input.IncludeDeprecated === true || labelsOf(secret.versions, id).length > 0);
  const { items, nextToken } = page(versions, input);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: items.map(({ id, createdAt, kmsKeyId }) => {
      const stages = labelsOf(secret.versions, id);
      const accessedOn = secret.versionsAccessedOn.get(id);
      return {
        VersionId: id,
        ...(stages.length === 0 ? {} : { VersionStages: stages }),
        ...(accessedOn === undefined ? {} : { LastAccessedDate: epochSeconds(accessedOn) }),
        CreatedDate: epochSeconds(createdAt),
        KmsKeyIds: [kmsKeyId ?? 'DefaultEncryptionKey'],
      };
    }),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function details(secret: Secret): Response {
  return present({
    ARN: secret.arn,
    Name: secret.name,
    Type: secret.type,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    ...(secret.rotation === undefined ? {} : rotationDetails(secret.rotation)),
    ...secret.externalRotation,
    LastChangedDate: epochSeconds(secret.changedAt),
    LastAccessedDate: secret.accessedOn && epochSeconds(secret.accessedOn),
    DeletedDate: secret.deletion && epochSeconds(secret.deletion.dueAt),
    Tags: secret.tags.size === 0 ? undefined : [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    CreatedDate: epochSeconds(secret.createdAt),
  });
}

/** The dates belong to a rotation that is on; ARN and rules stay when it is switched off. */
function rotationDetails(rotation: RotationConfiguration): Response {
  const { enabled, functionArn, rules, observedDays, lastRotatedAt, nextRotationAt } = rotation;
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    RotationRules:
      rules && (observedDays === undefined ? rules : { AutomaticallyAfterDays: observedDays, ...rules }),
    LastRotatedDate: enabled && lastRotatedAt ? epochSeconds(lastRotatedAt) : undefined,
    NextRotationDate: enabled && nextRotationAt ? epochSeconds(nextRotationAt) : undefined,
  };
}

/** Absent for a secret without versions, as AWS has it. */
function labels(member: 'VersionIdsToStages' | 'SecretVersionsToStages', secret: Secret): Response {
  if (secret.versions.holders.size === 0) return {};
  const ids = new Set(secret.versions.holders.values());
  return { [member]: Object.fromEntries([...ids].map((id) => [id, labelsOf(secret.versions, id)])) };
}

function order({ SortBy, SortOrder }: ListSecrets): (one: Secret, other: Secret) => number {
  const direction = SortOrder === 'desc' ? -1 : 1;
  if (SortBy === 'name') return (one, other) => direction * (one.name < other.name ? -1 : 1);
  const time = (secret: Secret): number => {
    if (SortBy === 'last-changed-date') return secret.changedAt.getTime();
    if (SortBy === 'last-accessed-date') return secret.accessedOn?.getTime() ?? 0;
    return secret.createdAt.getTime();
  };
  return (one, other) => direction * (time(one) - time(other));
}

/** Unset members are left out: the protocol has no null. */
function present(members: Response): Response {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
