import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret } from './call.ts';
import type { Tags, tagResourceRequest, untagResourceRequest } from './requests.ts';
import { requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import { noteChange } from './secret-changes.ts';
import type { Parsed } from './shapes.ts';

/** Tags of one secret (quota of the service). */
const tagLimit = 50;

/** TagResource: adds tags, or gives them another value. */
export function tagResource(call: Call, input: Parsed<typeof tagResourceRequest>): Response {
  const secret = requireWritable(call, input.SecretId);
  addTags(secret, input.Tags);
  noteChange(call, secret);
  return {};
}

/** UntagResource: removes tags; those that are not there do not matter. */
export function untagResource(call: Call, input: Parsed<typeof untagResourceRequest>): Response {
  const secret = requireWritable(call, input.SecretId);
  for (const key of input.TagKeys) secret.tags.delete(key);
  noteChange(call, secret);
  return {};
}

/**
 * @throws ApiError InvalidParameterException for a reserved key or one that is given twice,
 *   LimitExceededException beyond the quota; nothing is added then
 */
export function addTags(secret: Secret, tags: Tags): void {
  const keys = tags.map(({ Key }) => Key);
  const reserved = keys.find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) {
    throw new ApiError(
      'InvalidParameterException',
      `Tag keys must not start with aws:, but one is ${reserved}.`,
    );
  }
  if (new Set(keys).size < keys.length) {
    throw new ApiError('InvalidParameterException', 'Each tag key may be given only once.');
  }
  const count = new Set([...secret.tags.keys(), ...keys]).size;
  if (count > tagLimit) {
    throw new ApiError(
      'LimitExceededException',
      `The secret would have ${count} tags; the limit is ${tagLimit}.`,
    );
  }
  for (const { Key, Value } of tags) secret.tags.set(Key, Value ?? '');
}

function requireWritable(call: Call, secretId: string): Secret {
  const secret = requireSecret(call, secretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  return secret;
}
