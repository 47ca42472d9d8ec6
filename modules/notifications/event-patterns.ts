import type { Body } from '../authoring/json.ts';

/**
 * Secrets in one rule. A pattern takes 2,048 characters, of which some 300 are not ARNs, so that names of secrets
 * may have 80 characters on average.
 */
export const SECRETS_PER_RULE = 12;

/**
 * Rotations that failed. Such an event reaches EventBridge through a trail of CloudTrail alone. AWS documents both
 * detail-types, and names the secret in `additionalEventData`, while `resources` is empty.
 */
export function failurePattern(arns: readonly string[] | string): Body {
  return throughTrail(['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'], arns);
}

/** Rotations that succeeded, as a trail tells of them. */
export function trailedSuccessPattern(arns: readonly string[] | string): Body {
  return throughTrail(['RotationSucceeded'], arns);
}

/** A new AWSCURRENT, which Secrets Manager itself tells of, after a rotation and after a change by hand. */
export function successPattern(arns: readonly string[] | string): Body {
  return {
    source: ['aws.secretsmanager'],
    'detail-type': ['Secret Label Updated'],
    resources: arns,
    detail: { labelUpdated: ['AWSCURRENT'] },
  };
}

function throughTrail(eventNames: readonly string[], arns: readonly string[] | string): Body {
  return {
    source: ['aws.secretsmanager'],
    'detail-type': ['AWS Service Event via CloudTrail', 'AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['secretsmanager.amazonaws.com'],
      eventName: eventNames,
      additionalEventData: { SecretId: arns },
    },
  };
}
