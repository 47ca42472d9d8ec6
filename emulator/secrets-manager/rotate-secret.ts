import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret } from './call.ts';
import type { rotateSecretRequest, secretRequest } from './requests.ts';
import { parseRules } from './schedule.ts';
import { requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import { noteChange } from './secret-changes.ts';
import type { Parsed } from './shapes.ts';
import { requireToken } from './store-value.ts';
import { pendingRotation } from './version-labels.ts';

type Input = Parsed<typeof rotateSecretRequest>;

/**
 * RotateSecret: configures rotation, and begins one. It answers before any step has run; its success says
 * nothing about the rotation's.
 */
export function rotateSecret(call: Call, input: Input): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  const token = requireToken(input.ClientRequestToken, 'InvalidParameterException');
  if (input.RotationRules !== undefined) parseRules(input.RotationRules);
  const functionArn = requireFunction(call, secret, input.RotationLambdaARN);
  const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
  // The SDK repeats a request whose answer got lost; the rotation it asked for is already under way.
  if (call.rotation.tokenUnderWay(secret) === token) return answer;
  requireNoPendingRotation(call, secret);
  if (secret.versions.versions.has(token)) {
    throw new ApiError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  configure(call, secret, functionArn, input);
  if (input.RotateImmediately === false) call.rotation.test(secret, token);
  else call.rotation.start(secret, token);
  return answer;
}

/** CancelRotateSecret: switches rotation off and stops what is under way. AWSPENDING stays where it is. */
export function cancelRotateSecret(call: Call, input: Parsed<typeof secretRequest>): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  call.rotation.stop(secret);
  if (secret.rotation !== undefined) {
    secret.rotation.enabled = false;
    noteChange(call, secret);
  }
  const partial = pendingRotation(secret.versions);
  return { ARN: secret.arn, Name: secret.name, ...(partial === undefined ? {} : { VersionId: partial }) };
}

function requireFunction(call: Call, secret: Secret, given: string | undefined): string {
  const functionArn = given || secret.rotation?.functionArn;
  if (functionArn === undefined) {
    throw new ApiError(
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    );
  }
  if (!call.rotation.mayInvoke(secret, functionArn)) {
    throw new ApiError(
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants ' +
        'access to the principal secretsmanager.amazonaws.com.',
    );
  }
  return functionArn;
}

/** AWSPENDING beside AWSCURRENT is what a finished rotation leaves; anywhere else it is one that is not. */
function requireNoPendingRotation(call: Call, secret: Secret): void {
  if (pendingRotation(secret.versions) === undefined) return;
  call.rotation.reattempt(secret);
  throw new ApiError(
    'InvalidRequestException',
    "A previous rotation isn't complete. That rotation will be reattempted.",
  );
}

function configure(call: Call, secret: Secret, functionArn: string, input: Input): void {
  const rules = input.RotationRules ?? secret.rotation?.rules;
  const { observedDays, ...former } = secret.rotation ?? { countedFrom: call.now };
  secret.rotation = {
    ...former,
    enabled: true,
    functionArn,
    ...(rules === undefined ? {} : { rules }),
    ...(input.RotationRules === undefined && observedDays !== undefined ? { observedDays } : {}),
    countedFrom: input.RotationRules === undefined ? former.countedFrom : call.now,
  };
  const { ExternalSecretRotationMetadata, ExternalSecretRotationRoleArn } = input;
  secret.externalRotation = {
    ...secret.externalRotation,
    ...(ExternalSecretRotationMetadata === undefined ? {} : { ExternalSecretRotationMetadata }),
    ...(ExternalSecretRotationRoleArn === undefined ? {} : { ExternalSecretRotationRoleArn }),
  };
  call.rotation.schedule(secret);
  noteChange(call, secret);
}
