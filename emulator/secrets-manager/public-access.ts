import type { Statement } from './policy-document.ts';

/**
 * Condition keys that tie a request to somebody or some place that the policy's author chose, in lower case
 * (condition keys are compared without regard to case).
 */
const restrictingKeys: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
]);

/** Operators that only pass when the key is present and equal; negations and `…IfExists` pass without it. */
const restrictingOperators =
  /^(ForAnyValue:)?(StringEquals(IgnoreCase)?|StringLike|ArnEquals|ArnLike|IpAddress)$/;

/**
 * Whether a statement lets anybody in: a wildcard principal without a condition that restricts it. This is
 * roughly what AWS's own check proves with an automated reasoner.
 */
export function grantsPublicAccess({ effect, principal, conditions }: Statement): boolean {
  if (effect === 'Deny') return false;
  return allowsEverybody(principal) && !isRestricted(conditions);
}

function allowsEverybody(principal: Statement['principal']): boolean {
  // Allow with NotPrincipal means everybody else.
  if (principal === undefined || principal === '*') return true;
  return principal.get('AWS')?.some((id) => id === '*' || /^arn:[^:]*:(iam|sts)::\*:/.test(id)) ?? false;
}

function isRestricted(conditions: Statement['conditions']): boolean {
  return [...conditions].some(
    ([operator, keys]) =>
      restrictingOperators.test(operator) &&
      [...keys].some(
        ([key, values]) =>
          restrictingKeys.has(key.toLowerCase()) && values.length > 0 && !values.some(matchesAll),
      ),
  );
}

/** `*`, an ARN of any account, or a network without a prefix. */
function matchesAll(value: string): boolean {
  return /^\*+$/.test(value) || /^arn:[^:]*:[^:]*:[^:]*:\*/.test(value) || /^(0\.0\.0\.0|::)\/0$/.test(value);
}
