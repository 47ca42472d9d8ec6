import { EngineCommandError } from '../core/errors.ts';
import type { Account } from './accounts.ts';
import type { Connection } from './connection.ts';
import { quoteAccount } from './quoting.ts';

/** The smallest thing that can be granted: one privilege on one object (or column), or one role. */
export interface Grant {
  /** `revoke` is a partial revoke: an exception from a global privilege. */
  readonly kind: 'privilege' | 'role' | 'revoke';
  /** As SHOW GRANTS writes it: `SELECT`, "UPDATE (`total`)", `PROXY`, or a role. */
  readonly what: string;
  /** As SHOW GRANTS writes it: `*.*`, "`shop`.*", "FUNCTION `shop`.`f`"; empty for roles. */
  readonly on: string;
  /** WITH GRANT OPTION, or for a role WITH ADMIN OPTION. */
  readonly grantable: boolean;
}

/** Reads what an account has been granted, without what its roles have. */
export async function readGrants(
  connection: Connection,
  account: Pick<Account, 'user' | 'host'>,
): Promise<readonly Grant[]> {
  const rows = await connection.query(`SHOW GRANTS FOR ${quoteAccount(account)}`);
  const name = quoteAccount(account);
  return rows.flatMap((row) => parseGrant(String(Object.values(row)[0]), name));
}

/**
 * Takes a line of SHOW GRANTS apart.
 *
 * @param grantee the account, quoted; the server quotes names in the same way, so that it cannot be part of another
 */
export function parseGrant(line: string, grantee: string): readonly Grant[] {
  const [, verb, rest = ''] = /^(GRANT|REVOKE) (.*)$/s.exec(line) ?? [];
  if (verb === undefined) return []; // MariaDB's SET DEFAULT ROLE
  const separator = ` ${verb === 'GRANT' ? 'TO' : 'FROM'} ${grantee}`;
  const at = rest.lastIndexOf(separator);
  if (at < 0) {
    throw new EngineCommandError(
      'unsupported',
      undefined,
      `SHOW GRANTS answered in a form that this function cannot read for ${grantee}. The password has not been set.`,
    );
  }
  const [granted = '', on] = splitOutside(rest.slice(0, at), ' ON ');
  // MariaDB adds the account's verifier and TLS requirement, whose texts could be anything.
  const options = rest.slice(at + separator.length).replaceAll(/'(?:[^'\\]|\\.|'')*'/gs, '');
  const grantable = / WITH .*(?:GRANT|ADMIN) OPTION/s.test(options);
  if (on === undefined) {
    return splitOutside(granted, ',').map((role) => ({
      kind: 'role',
      what: role.trim(),
      on: '',
      grantable,
    }));
  }
  const kind = verb === 'GRANT' ? 'privilege' : 'revoke';
  return splitOutside(granted, ',')
    .flatMap((privilege) => perColumn(privilege.trim()))
    .filter((what) => what !== 'USAGE' || grantable)
    .map((what) => ({ kind, what, on, grantable }));
}

/** What `first` has and `second` has not, or not with the same option. */
export function missingGrants(first: readonly Grant[], second: readonly Grant[]): readonly Grant[] {
  return first.filter(
    (grant) => !second.some((other) => covers(other, grant) && (other.grantable || !grant.grantable)),
  );
}

/** What only `second` has, and options that only it has. */
export function extraGrants(first: readonly Grant[], second: readonly Grant[]): readonly Grant[] {
  return second.filter(
    (grant) =>
      grant.kind !== 'revoke' &&
      !first.some((other) => covers(other, grant) && (other.grantable || !grant.grantable)),
  );
}

const everything = 'ALL PRIVILEGES';

function covers(one: Grant, other: Grant): boolean {
  if (one.kind !== other.kind || one.on !== other.on) return false;
  return one.what === other.what || (one.what === everything && other.what !== 'PROXY');
}

/** The statements that give an account what it lacks; exceptions come after what they are exceptions from. */
export function grantStatements(
  missing: readonly Grant[],
  account: Pick<Account, 'user' | 'host'>,
): readonly string[] {
  const name = quoteAccount(account);
  const statement = (grants: readonly Grant[]): readonly string[] => {
    const [sample] = grants;
    if (sample === undefined) return [];
    const what = grants.map((grant) => grant.what).join(', ');
    if (sample.kind === 'revoke') return [`REVOKE ${what} ON ${sample.on} FROM ${name}`];
    if (sample.kind === 'role')
      return [`GRANT ${what} TO ${name}${sample.grantable ? ' WITH ADMIN OPTION' : ''}`];
    return [`GRANT ${what} ON ${sample.on} TO ${name}${sample.grantable ? ' WITH GRANT OPTION' : ''}`];
  };
  const order = ['privilege', 'role', 'revoke'] as const;
  return order.flatMap((kind) => {
    const groups = Map.groupBy(
      missing.filter((grant) => grant.kind === kind),
      ({ on, grantable }) => `${on} ${grantable}`,
    );
    return [...groups.values()].flatMap(statement);
  });
}

/** The statements that take from an account what it has in excess. */
export function revokeStatements(
  extra: readonly Grant[],
  wanted: readonly Grant[],
  account: Pick<Account, 'user' | 'host'>,
): readonly string[] {
  const name = quoteAccount(account);
  const statements = extra.map(({ kind, what, on, grantable }) => {
    if (kind === 'role') return [`REVOKE ${what} FROM ${name}`];
    const keeps = wanted.some((grant) => covers(grant, { kind, what, on, grantable }));
    // The option belongs to the object as a whole, but for dynamic privileges and proxies, which have one each.
    const hasOwnOption = (on === '*.*' && what.includes('_')) || what === 'PROXY';
    const keepsOption = wanted.some((grant) => grant.kind === kind && grant.on === on && grant.grantable);
    return [
      ...(grantable && !keepsOption && !hasOwnOption ? [`REVOKE GRANT OPTION ON ${on} FROM ${name}`] : []),
      ...((keeps && !hasOwnOption) || what === 'USAGE' ? [] : [`REVOKE ${what} ON ${on} FROM ${name}`]),
    ];
  });
  return [...new Set(statements.flat())].sort(optionsFirst);
}

/** Once its last privilege is gone, some objects have no option that could be revoked. */
function optionsFirst(one: string, other: string): number {
  const rank = (statement: string): number => (statement.startsWith('REVOKE GRANT OPTION ') ? 0 : 1);
  return rank(one) - rank(other);
}

/** A grant in words, for a notice. */
export function describeGrant({ kind, what, on, grantable }: Grant): string {
  if (kind === 'role') return `role ${what}${grantable ? ' WITH ADMIN OPTION' : ''}`;
  return `${what} ON ${on}${grantable ? ' WITH GRANT OPTION' : ''}`;
}

/** "SELECT (`a`, `b`)" is granted and revoked column by column. */
function perColumn(privilege: string): readonly string[] {
  const [, name, columns] = /^([A-Z ]+?) ?\((.*)\)$/s.exec(privilege) ?? [];
  if (name === undefined || columns === undefined) return [privilege];
  return splitOutside(columns, ',').map((column) => `${name} (${column.trim()})`);
}

/** Splits at a separator where it is not in quotes or parentheses. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let quote: string | undefined;
  let depth = 0;
  let start = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    // A doubled quote closes and opens again, which comes to the same.
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '`' || character === "'") {
      quote = character;
    } else if (character === '(') {
      depth++;
    } else if (character === ')') {
      depth--;
    } else if (depth === 0 && text.startsWith(separator, position)) {
      parts.push(text.slice(start, position));
      start = position + separator.length;
      position = start - 1;
    }
  }
  return [...parts, text.slice(start)];
}
