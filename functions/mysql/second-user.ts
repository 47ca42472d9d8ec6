import { EngineCommandError } from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';
import type { Account } from './accounts.ts';
import type { ChangeContext } from './change-context.ts';
import {
  describeGrant,
  extraGrants,
  type Grant,
  grantStatements,
  missingGrants,
  readGrants,
  revokeStatements,
} from './grants.ts';
import { quoteAccount } from './quoting.ts';
import { alignStatements, createAccount, type PasswordChange, setDefaultRoles } from './statements.ts';

/**
 * Gives the second user's account all that the first's has, but for the password: the account itself, grants, roles,
 * default roles, TLS requirement, limits and password rules. Safe to repeat: each part compares and does what is
 * missing.
 *
 * @param second the account at the same host, if there is one
 * @returns the account whose password is to be set, with its plugin where that has to change
 */
export async function finishSecond(
  context: ChangeContext,
  first: Account,
  second: Account | undefined,
  name: string,
  next: Sensitive<string>,
): Promise<PasswordChange> {
  const { connection, server, options } = context;
  const account = { user: name, host: first.host };
  if (second === undefined)
    await connection.query(createAccount(server, account, options.passwordForm, next.reveal(), first.plugin));

  const wanted = await readGrants(connection, first);
  const present = await takeExtras(context, first, account, wanted);
  for (const statement of grantStatements(missingGrants(wanted, present), account))
    await connection.query(statement);
  for (const statement of liftStatements(wanted, present, account)) await connection.query(statement);
  await refuseUnfinished(context, first, account, wanted);
  for (const statement of alignStatements(server, first, second, account)) await connection.query(statement);
  const roles = second?.defaultRoles ?? [];
  if (roles.join() !== first.defaultRoles.join())
    await connection.query(setDefaultRoles(server, first.defaultRoles, account));
  const hasPlugin = second === undefined || second.plugin === first.plugin;
  return { ...account, newPlugin: hasPlugin ? undefined : first.plugin };
}

/**
 * The server takes some grants without giving all of them: what the admin itself may not do on one database is
 * excepted for whom it grants to as well. The password is set only for a user that has all.
 */
async function refuseUnfinished(
  { connection }: ChangeContext,
  first: Account,
  account: Pick<Account, 'user' | 'host'>,
  wanted: readonly Grant[],
): Promise<void> {
  const present = await readGrants(connection, account);
  const missing = [...missingGrants(wanted, present), ...excessExceptions(wanted, present)];
  if (missing.length === 0) return;
  throw new EngineCommandError(
    'privilege',
    undefined,
    `${quoteAccount(account)} did not get all that ${quoteAccount(first)} has (${missing.map(describeGrant).join('; ')}), so its password has not been set. ` +
      'Give the admin these privileges WITH GRANT OPTION, without exceptions (REVOKE ... ON one database).',
  );
}

/** Reports, or revokes, what only the second user has; returns what it has then. */
async function takeExtras(
  { connection, options, notices }: ChangeContext,
  first: Account,
  account: Pick<Account, 'user' | 'host'>,
  wanted: readonly Grant[],
): Promise<readonly Grant[]> {
  const present = await readGrants(connection, account);
  const extra = extraGrants(wanted, present);
  if (extra.length === 0) return present;
  const list = extra.map(describeGrant).join('; ');
  if (options.extraPrivileges === 'report') {
    notices.push(
      `${quoteAccount(account)} has privileges that ${quoteAccount(first)} has not: ${list}. Revoke them, or set EXTRA_PRIVILEGES=revoke.`,
    );
    return present;
  }
  for (const statement of revokeStatements(extra, wanted, account)) await connection.query(statement);
  notices.push(`Revoked from ${quoteAccount(account)} what ${quoteAccount(first)} has not: ${list}.`);
  return readGrants(connection, account);
}

/** A partial revoke that only the second user has is lifted by granting what it excepts. */
function liftStatements(
  wanted: readonly Grant[],
  present: readonly Grant[],
  account: Pick<Account, 'user' | 'host'>,
): readonly string[] {
  const lifted = excessExceptions(wanted, present);
  return grantStatements(
    lifted.map((grant) => ({ ...grant, kind: 'privilege', grantable: false })),
    account,
  );
}

/**
 * Partial revokes that only the second user has, from privileges that the first has. Where the first has no such
 * privilege, the exception limits what the second has in excess, and to lift it would give more than either has.
 */
function excessExceptions(wanted: readonly Grant[], present: readonly Grant[]): readonly Grant[] {
  const exceptions = (grants: readonly Grant[]): readonly Grant[] =>
    grants.filter(({ kind }) => kind === 'revoke');
  return missingGrants(exceptions(present), exceptions(wanted)).filter(({ what }) =>
    wanted.some((grant) => grant.kind === 'privilege' && grant.on === '*.*' && grant.what === what),
  );
}

/**
 * Refuses a second user with accounts where the first has none: an application could be let in as one of them, whose
 * password is another.
 *
 * @throws EngineCommandError naming the accounts
 */
export function refuseStrayAccounts(
  firstName: string,
  firsts: readonly Account[],
  seconds: readonly Account[],
): void {
  const hosts = firsts.length === 0 ? ['%'] : firsts.map(({ host }) => host);
  const stray = seconds.filter(({ host }) => !hosts.includes(host));
  if (stray.length === 0) return;
  throw new EngineCommandError(
    'state',
    undefined,
    `${stray.map(quoteAccount).join(', ')} has no counterpart: "${firstName}" has accounts at ${hosts.map((host) => `"${host}"`).join(', ')} only. Nothing has changed. ` +
      'Drop the account, or create the other at the same host.',
  );
}
