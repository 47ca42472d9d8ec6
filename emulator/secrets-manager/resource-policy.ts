import { ApiError } from '../service.ts';
import { type Call, type Response, requireSecret } from './call.ts';
import { parsePolicy } from './policy-document.ts';
import { grantsPublicAccess } from './public-access.ts';
import type { putResourcePolicyRequest, secretRequest, validateResourcePolicyRequest } from './requests.ts';
import { requireNotDeleted, requirePrimary, type Secret } from './secret.ts';
import { noteChange } from './secret-changes.ts';
import type { Parsed } from './shapes.ts';

/** PutResourcePolicy: attaches a policy, unless it is public and that is to be blocked. */
export function putResourcePolicy(call: Call, input: Parsed<typeof putResourcePolicyRequest>): Response {
  const secret = requireWritable(call, input.SecretId);
  const statements = parsePolicy(input.ResourcePolicy);
  if (input.BlockPublicPolicy === true && statements.some(grantsPublicAccess)) {
    throw new ApiError(
      'PublicPolicyException',
      'The resource policy grants broad access to the secret, and BlockPublicPolicy is set. ' +
        'Name the principals, or add a condition that restricts them.',
    );
  }
  secret.policy = input.ResourcePolicy;
  noteChange(call, secret);
  return { ARN: secret.arn, Name: secret.name };
}

/** GetResourcePolicy: ResourcePolicy is absent where none is attached. */
export function getResourcePolicy(call: Call, input: Parsed<typeof secretRequest>): Response {
  const secret = requireSecret(call, input.SecretId);
  requireNotDeleted(secret);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.policy === undefined ? {} : { ResourcePolicy: secret.policy }),
  };
}

/** DeleteResourcePolicy: succeeds also where none is attached. */
export function deleteResourcePolicy(call: Call, input: Parsed<typeof secretRequest>): Response {
  const secret = requireWritable(call, input.SecretId);
  delete secret.policy;
  noteChange(call, secret);
  return { ARN: secret.arn, Name: secret.name };
}

/** ValidateResourcePolicy: what PutResourcePolicy with BlockPublicPolicy would say, without attaching anything. */
export function validateResourcePolicy(
  call: Call,
  input: Parsed<typeof validateResourcePolicyRequest>,
): Response {
  if (input.SecretId !== undefined) requireNotDeleted(requireSecret(call, input.SecretId));
  const errors = parsePolicy(input.ResourcePolicy).flatMap((statement, index) =>
    grantsPublicAccess(statement)
      ? [
          {
            CheckName: 'PUBLIC_ACCESS',
            ErrorMessage: `Statement ${index + 1} grants access to everybody. Name the principals, or restrict them by a condition.`,
          },
        ]
      : [],
  );
  return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
}

function requireWritable(call: Call, secretId: string): Secret {
  const secret = requireSecret(call, secretId);
  requireNotDeleted(secret);
  requirePrimary(secret);
  return secret;
}
