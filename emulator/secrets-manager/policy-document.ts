import { ApiError } from '../service.ts';

/** A statement of a resource policy, with its one-or-many members as lists. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** `*` for everybody, else the values by type (`AWS`, `Service`, …); undefined with NotPrincipal. */
  readonly principal: '*' | ReadonlyMap<string, readonly string[]> | undefined;
  /** Operator (`StringEquals`, …) → key → values. */
  readonly conditions: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
}

/**
 * Parses a resource policy as far as its form goes.
 *
 * @throws ApiError MalformedPolicyDocumentException with the place that is wrong
 */
export function parsePolicy(document: string): readonly Statement[] {
  const policy = members(parseJson(document), 'The policy');
  const { Version: version, Statement: statement } = policy;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('Version must be 2012-10-17.');
  }
  const statements = Array.isArray(statement) ? statement : [statement];
  if (statement === undefined || statements.length === 0) throw malformed('Statement is missing.');
  return statements.map(parseStatement);
}

function parseStatement(value: unknown, index: number): Statement {
  const place = `Statement ${index + 1}`;
  const statement = members(value, place);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`${place}: Effect must be Allow or Deny.`);
  for (const [one, other] of [
    ['Principal', 'NotPrincipal'],
    ['Action', 'NotAction'],
    ['Resource', 'NotResource'],
  ] as const) {
    if ((statement[one] === undefined) === (statement[other] === undefined)) {
      throw malformed(`${place}: needs either ${one} or ${other}.`);
    }
  }
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (statement[name] !== undefined) strings(statement[name], `${place}: ${name}`);
  }
  return {
    effect,
    principal: statement.Principal === undefined ? undefined : parsePrincipal(statement.Principal, place),
    conditions: parseConditions(statement.Condition, place),
  };
}

function parsePrincipal(value: unknown, place: string): '*' | ReadonlyMap<string, readonly string[]> {
  if (value === '*') return '*';
  const entries = Object.entries(members(value, `${place}: Principal`));
  return new Map(entries.map(([type, ids]) => [type, strings(ids, `${place}: Principal.${type}`)]));
}

function parseConditions(value: unknown, place: string): Statement['conditions'] {
  if (value === undefined) return new Map();
  return new Map(
    Object.entries(members(value, `${place}: Condition`)).map(([operator, keys]) => [
      operator,
      new Map(
        Object.entries(members(keys, `${place}: Condition.${operator}`)).map(([key, values]) => [
          key,
          strings(values, `${place}: Condition.${operator}.${key}`),
        ]),
      ),
    ]),
  );
}

function parseJson(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw malformed('The policy is not JSON.');
  }
}

function members(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${place} must be an object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Condition values may also be booleans and numbers. */
function strings(value: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry) => {
    if (typeof entry === 'string' || typeof entry === 'boolean' || typeof entry === 'number')
      return String(entry);
    throw malformed(`${place} must be a string or a list of strings.`);
  });
}

function malformed(message: string): ApiError {
  return new ApiError('MalformedPolicyDocumentException', `This resource policy is malformed. ${message}`);
}
