import type { Deadline } from './deadline.ts';
import { SecretStoreError } from './errors.ts';
import { textMember } from './text-member.ts';

/** What to do about an error, by AWS's name for it. */
const waysOut: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "The function's role lacks this permission on the secret or on its KMS key, or a resource policy denies it.",
  ThrottlingException: 'Secrets Manager is throttling this account; the rotation is retried.',
  DecryptionFailure:
    "Check that the secret's KMS key is enabled and that the function's role may use kms:Decrypt with it.",
  EncryptionFailure:
    "Check that the secret's KMS key is enabled and that the function's role may use kms:GenerateDataKey with it.",
  ResourceNotFoundException: 'Check that the secret and the version exist in this region.',
};

/**
 * The error of a failed call, with the way out. Of the original only what the service itself said is kept.
 *
 * @param operation what was called, as the message shall say it
 */
export function storeError(operation: string, error: unknown, deadline: Deadline): SecretStoreError {
  const awsName = textMember(error, 'name') ?? 'UnknownError';
  const metadata: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, '$metadata') : undefined;
  const requestId = textMember(metadata, 'requestId');
  // Without a request id nobody answered: the reason is on the way to Secrets Manager, not in it.
  if (requestId === undefined) {
    const reason = deadline.signal.aborted
      ? 'no answer came before the deadline'
      : (textMember(error, 'code') ?? awsName);
    return new SecretStoreError(
      operation,
      awsName,
      undefined,
      `${operation} got no answer from Secrets Manager (${reason}). A function in a VPC needs a route to it: an interface endpoint for secretsmanager ` +
        '(its security group open to this function on port 443) or a NAT gateway. Check SECRETS_MANAGER_ENDPOINT if it is set.',
    );
  }
  // Only what the service itself says is passed on: the SDK's own errors may quote the answer, secret included.
  if (textMember(error, '$fault') === undefined) {
    return new SecretStoreError(
      operation,
      awsName,
      requestId,
      `${operation} was answered, but the answer cannot be read (${awsName}). The rotation is retried.`,
    );
  }
  const wayOut = waysOut[awsName];
  return new SecretStoreError(
    operation,
    awsName,
    requestId,
    `${operation} failed with ${awsName}: ${textMember(error, 'message') ?? ''}${wayOut === undefined ? '' : ` ${wayOut}`}`,
  );
}
