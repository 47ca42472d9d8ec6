import { ApiError } from '../service.ts';
import { constraint, type RequestFields } from './request-fields.ts';

/** A statement as AddPermission writes it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*' | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A service that asks to invoke a function for a resource of an account. */
export interface ServiceInvocation {
  readonly principal: string;
  readonly sourceAccount: string;
  readonly sourceArn: string;
}

/** Makes the statement that an AddPermission request asks for. */
export function statementOf(request: RequestFields, resource: string): PolicyStatement {
  const action = request.requiredString('Action');
  if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(action)) {
    throw constraint(
      'Action',
      action,
      'Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])',
    );
  }
  const sid = request.requiredString('StatementId');
  if (!/^[a-zA-Z0-9-_]{1,100}$/.test(sid)) {
    throw constraint('StatementId', sid, 'Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)');
  }
  const conditions: Record<string, Record<string, string>> = {};
  const add = (operator: string, key: string, value: string | undefined): void => {
    if (value !== undefined) conditions[operator] = { ...conditions[operator], [key]: value };
  };
  add('StringEquals', 'AWS:SourceAccount', request.string('SourceAccount'));
  add('StringEquals', 'aws:PrincipalOrgID', request.string('PrincipalOrgID'));
  add('StringEquals', 'lambda:EventSourceToken', request.string('EventSourceToken'));
  add('StringEquals', 'lambda:FunctionUrlAuthType', request.string('FunctionUrlAuthType'));
  add('ArnLike', 'AWS:SourceArn', request.string('SourceArn'));
  add('Bool', 'lambda:InvokedViaFunctionUrl', request.boolean('InvokedViaFunctionUrl')?.toString());
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: principalOf(request.requiredString('Principal')),
    Action: action,
    Resource: resource,
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  };
}

function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[^\s.]+(\.[^\s.]+)+$/.test(principal)) return { Service: principal };
  throw new ApiError(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
  );
}

/** Whether the statement lets the service invoke the function. A condition on anything else than the source is not met. */
export function allowsInvocation(statement: PolicyStatement, by: ServiceInvocation): boolean {
  const { Principal: principal, Action: action } = statement;
  const isNamed = principal === '*' || ('Service' in principal && principal.Service === by.principal);
  if (!isNamed || !['lambda:InvokeFunction', 'lambda:*', '*'].includes(action)) return false;
  const context = new Map([
    ['aws:sourceaccount', by.sourceAccount],
    ['aws:sourcearn', by.sourceArn],
  ]);
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => {
      // Condition keys are case-insensitive, their values are not.
      const found = context.get(key.toLowerCase());
      if (found === undefined) return false;
      return operator === 'ArnLike'
        ? isArnLike(found, expected)
        : operator === 'StringEquals' && found === expected;
    }),
  );
}

/** IAM's ArnLike: each of the six colon-separated parts is matched by itself, with `*` and `?`. */
function isArnLike(arn: string, pattern: string): boolean {
  const parts = arnParts(arn);
  return arnParts(pattern).every((part, index) => isLike(parts[index] ?? '', part));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Matches greedily with one step back, so that a pattern of many stars cannot make it slow. */
function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      resumeAt = at;
    } else if (
      inPattern < pattern.length &&
      (pattern[inPattern] === '?' || pattern[inPattern] === text[at])
    ) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
