import { blob, flag, integer, list, type Parsed, required, structure, text } from './shapes.ts';

/** The requests of the API with the constraints of its model (service version 2017-10-17). */

const secretId = text({ min: 1, max: 2048 });
const token = text({ min: 32, max: 64 });
const versionId = text({ min: 32, max: 64 });
const stage = text({ min: 1, max: 256 });
const description = text({ max: 2048 });
const kmsKeyId = text({ max: 2048 });
const secretString = text({ min: 1, max: 65_536, sensitive: true });
const secretBinary = blob({ min: 1, max: 65_536 });
const type = text({ max: 256 });
const region = text({ min: 1, max: 128, pattern: /^([a-z]+-)+\d+$/ });
const resourcePolicy = text({ min: 1, max: 20_480 });
const nextToken = text({ min: 1, max: 4096 });
const tags = list(structure({ Key: required(text({ min: 1, max: 128 })), Value: text({ max: 256 }) }));
const replicaRegions = list(structure({ Region: required(region), KmsKeyId: kmsKeyId }), { min: 1 });
const filters = list(
  structure({
    Key: required(
      text({
        oneOf: ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'],
      }),
    ),
    Values: required(list(text({ max: 512, pattern: /^!?[a-zA-Z0-9 :_@/+=.\-!]*$/ }), { min: 1, max: 10 })),
  }),
  { max: 10 },
);
const rotationRules = structure({
  AutomaticallyAfterDays: integer({ min: 1, max: 1000 }),
  Duration: text({ min: 2, max: 3, pattern: /^[0-9]+h$/ }),
  ScheduleExpression: text({ min: 1, max: 256, pattern: /^[0-9A-Za-z()#?*\-/, ]+$/ }),
});
const namesSecret = { SecretId: required(secretId) };

/** Requests that name a secret and nothing else. */
export const secretRequest = structure(namesSecret);

/** What CreateSecret takes. */
export const createSecretRequest = structure({
  Name: required(text({ min: 1, max: 512 })),
  ClientRequestToken: token,
  Description: description,
  KmsKeyId: kmsKeyId,
  SecretBinary: secretBinary,
  SecretString: secretString,
  Tags: tags,
  AddReplicaRegions: replicaRegions,
  ForceOverwriteReplicaSecret: flag,
  Type: type,
});

/** What PutSecretValue takes. */
export const putSecretValueRequest = structure({
  ...namesSecret,
  ClientRequestToken: token,
  SecretBinary: secretBinary,
  SecretString: secretString,
  VersionStages: list(stage, { min: 1, max: 20 }),
  RotationToken: text({ min: 36, max: 256, pattern: /^[a-zA-Z0-9-]+$/, sensitive: true }),
});

/** What UpdateSecret takes. */
export const updateSecretRequest = structure({
  ...namesSecret,
  ClientRequestToken: token,
  Description: description,
  KmsKeyId: kmsKeyId,
  SecretBinary: secretBinary,
  SecretString: secretString,
  Type: type,
});

/** What GetSecretValue takes. */
export const getSecretValueRequest = structure({
  ...namesSecret,
  VersionId: versionId,
  VersionStage: stage,
});

/** What BatchGetSecretValue takes. */
export const batchGetSecretValueRequest = structure({
  SecretIdList: list(secretId, { min: 1, max: 20 }),
  Filters: filters,
  MaxResults: integer({ min: 1, max: 20 }),
  NextToken: nextToken,
});

/** What ListSecrets takes. */
export const listSecretsRequest = structure({
  IncludePlannedDeletion: flag,
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: nextToken,
  Filters: filters,
  SortOrder: text({ oneOf: ['asc', 'desc'] }),
  SortBy: text({ oneOf: ['created-date', 'last-accessed-date', 'last-changed-date', 'name'] }),
});

/** What ListSecretVersionIds takes. */
export const listSecretVersionIdsRequest = structure({
  ...namesSecret,
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: nextToken,
  IncludeDeprecated: flag,
});

/** What UpdateSecretVersionStage takes. */
export const updateSecretVersionStageRequest = structure({
  ...namesSecret,
  VersionStage: required(stage),
  RemoveFromVersionId: versionId,
  MoveToVersionId: versionId,
});

/** What RotateSecret takes. */
export const rotateSecretRequest = structure({
  ...namesSecret,
  ClientRequestToken: token,
  RotationLambdaARN: text({ max: 2048 }),
  RotationRules: rotationRules,
  ExternalSecretRotationMetadata: list(
    structure({ Key: required(text({ min: 1, max: 256 })), Value: required(text({ min: 1, max: 2048 })) }),
  ),
  ExternalSecretRotationRoleArn: text({ min: 20, max: 2048 }),
  RotateImmediately: flag,
});

/** What DeleteSecret takes. */
export const deleteSecretRequest = structure({
  ...namesSecret,
  RecoveryWindowInDays: integer(),
  ForceDeleteWithoutRecovery: flag,
});

/** What TagResource takes. */
export const tagResourceRequest = structure({ ...namesSecret, Tags: required(tags) });
/** What UntagResource takes. */
export const untagResourceRequest = structure({
  ...namesSecret,
  TagKeys: required(list(text({ min: 1, max: 128 }))),
});

/** What PutResourcePolicy takes. */
export const putResourcePolicyRequest = structure({
  ...namesSecret,
  ResourcePolicy: required(resourcePolicy),
  BlockPublicPolicy: flag,
});
/** What ValidateResourcePolicy takes. */
export const validateResourcePolicyRequest = structure({
  SecretId: secretId,
  ResourcePolicy: required(resourcePolicy),
});

/** What ReplicateSecretToRegions takes. */
export const replicateSecretToRegionsRequest = structure({
  ...namesSecret,
  AddReplicaRegions: required(replicaRegions),
  ForceOverwriteReplicaSecret: flag,
});
/** What RemoveRegionsFromReplication takes. */
export const removeRegionsFromReplicationRequest = structure({
  ...namesSecret,
  RemoveReplicaRegions: required(list(region, { min: 1 })),
});

/** What GetRandomPassword takes. */
export const getRandomPasswordRequest = structure({
  PasswordLength: integer({ min: 1, max: 4096 }),
  ExcludeCharacters: text({ max: 4096 }),
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  ExcludeUppercase: flag,
  ExcludeLowercase: flag,
  IncludeSpace: flag,
  RequireEachIncludedType: flag,
});

/** RotationRules of a request. */
export type RotationRules = Parsed<typeof rotationRules>;
/** Filters of ListSecrets and BatchGetSecretValue; all must match. */
export type Filters = Parsed<typeof filters>;
/** Tags of a request. */
export type Tags = Parsed<typeof tags>;
/** Regions to replicate to, each with the key that is used there. */
export type ReplicaRegions = Parsed<typeof replicaRegions>;
