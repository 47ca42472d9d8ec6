import { ApiError } from '../service.ts';
import type { Call } from './call.ts';
import type { Secret } from './secret.ts';
import { replaceVersions } from './secret-changes.ts';
import { pendingRotation, putVersion, type SecretValue } from './version-labels.ts';

/** Bytes in a value, text or binary (quota of the service). */
const valueLimitBytes = 65_536;

interface ValueMembers {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

/**
 * The value of a request, undefined when it has none.
 *
 * @throws ApiError InvalidParameterException when it has two, ValidationException when it is too long
 */
export function requestedValue({ SecretString, SecretBinary }: ValueMembers): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new ApiError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  // The model counts characters; the quota is in bytes, which matters for all text beyond ASCII.
  if (SecretString !== undefined && Buffer.byteLength(SecretString) > valueLimitBytes) {
    throw new ApiError(
      'ValidationException',
      `1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to ${valueLimitBytes} bytes in UTF-8`,
    );
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

/**
 * The token of a request, which becomes the version's id. SDKs always send one.
 *
 * @throws ApiError InvalidRequestException when it is absent
 */
export function requireToken(token: string | undefined, code = 'InvalidRequestException'): string {
  if (token !== undefined) return token;
  throw new ApiError(code, 'You must provide a ClientRequestToken value. We recommend a UUID-type value.');
}

/** A value to store. */
interface NewValue {
  readonly token: string;
  readonly value: SecretValue;
  /** The customer key to encrypt it with; undefined for the AWS managed key. */
  readonly kmsKeyId: string | undefined;
  /** Default AWSCURRENT. */
  readonly labels?: readonly string[] | undefined;
}

/**
 * Adds a version to a secret, unless the same token already stands for the same value.
 *
 * @throws ApiError ResourceExistsException when the token stands for another value
 */
export function storeValue(call: Call, secret: Secret, { token, value, kmsKeyId, labels }: NewValue): void {
  const result = putVersion(
    secret.versions,
    {
      id: token,
      value,
      createdAt: call.now,
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    },
    labels,
  );
  if (result.outcome === 'unchanged' || result.outcome === 'conflict') {
    // To compare the values, the stored one is decrypted with the caller's rights.
    call.encryption.decrypt(call.request, secret, token);
    if (result.outcome === 'unchanged') return;
    throw new ApiError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const formerPending = pendingRotation(secret.versions);
  call.encryption.encrypt(call.request, secret, token, kmsKeyId);
  replaceVersions(call, secret, result.set);
  call.replication.encryptForReplicas(call.request, secret, token);
  if (secret.versions.holders.get('AWSCURRENT') === token) {
    call.rotation.noteNewCurrentValue(secret, formerPending);
  }
}
