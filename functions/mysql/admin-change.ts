import type { CredentialChange, Fence } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';
import {
  type Account,
  missingUser,
  readAccounts,
  refuseLocked,
  refuseUnsupportedPlugin,
} from './accounts.ts';
import type { ChangeContext } from './change-context.ts';
import { grantStatements, missingGrants, readGrants } from './grants.ts';
import { finishSecond, refuseStrayAccounts } from './second-user.ts';
import { requireDualPasswords, requireKnownServer } from './server.ts';
import { historyContradiction, notValidPassword, ServerRefusal } from './server-error.ts';
import {
  alterPasswords,
  alterPasswordsRetaining,
  createAccount,
  type PasswordChange,
  primaryMark,
  quoteRole,
  setDefaultRoles,
} from './statements.ts';

/**
 * Changes a user's password with the admin's session: at every host that the user has, since each account has a
 * password of its own. Whatever must not be done is refused before the fence; the password is set last.
 */
export async function changeByAdmin(
  context: ChangeContext,
  change: CredentialChange,
  fence: Fence,
): Promise<boolean> {
  requireKnownServer(context.server);
  if (change.retain !== undefined) requireDualPasswords(context.server);
  const accounts = await readAccounts(context.connection, context.server, change.username);
  for (const account of accounts) refuseLocked(account);
  return change.privilegesOf === undefined
    ? changeFirst(context, change, accounts, fence)
    : changeSecond(context, change, change.privilegesOf, accounts, fence);
}

/** Changes a user that stands for itself, or the first of a pair; makes it where it may be made. */
async function changeFirst(
  context: ChangeContext,
  change: CredentialChange,
  existing: readonly Account[],
  fence: Fence,
): Promise<boolean> {
  const { username, manage } = change;
  if (existing.length === 0 && manage === undefined) throw missingUser(username);
  for (const account of existing) refuseUnsupportedPlugin(account, context.server);
  await refuseStrangePair(context, change, existing);
  if (!(await fence())) return false;

  const accounts = existing.length === 0 ? await createFirst(context, username, change.password) : existing;
  for (const account of accounts) await grantRoles(context, account, manage?.grantRoles ?? []);
  await setPasswords(context, change, accounts);
  return true;
}

/** Makes or repairs the second user of a pair, with an account at each host of the first. */
async function changeSecond(
  context: ChangeContext,
  change: CredentialChange,
  firstName: string,
  existing: readonly Account[],
  fence: Fence,
): Promise<boolean> {
  const { connection, server } = context;
  const { username, manage } = change;
  const found = await readAccounts(connection, server, firstName);
  if (found.length === 0 && manage === undefined) throw missingUser(firstName);
  for (const account of found) {
    refuseLocked(account);
    refuseUnsupportedPlugin(account, server);
  }
  refuseStrayAccounts(firstName, found, existing);
  if (!(await fence())) return false;

  const firsts = found.length === 0 ? await createFirst(context, firstName, change.password) : found;
  const changes: PasswordChange[] = [];
  for (const first of firsts) {
    await grantRoles(context, first, manage?.grantRoles ?? []);
    const second = existing.find(({ host }) => host === first.host);
    changes.push(
      await finishSecond(context, await reread(context, first), second, username, change.password),
    );
  }
  await setPasswords(context, change, changes);
  return true;
}

/** Makes a user that can log in from everywhere, once it has a password that somebody knows. */
async function createFirst(
  { connection, server, options }: ChangeContext,
  user: string,
  next: Sensitive<string>,
): Promise<readonly Account[]> {
  await connection.query(createAccount(server, { user, host: '%' }, options.passwordForm, next.reveal()));
  return readAccounts(connection, server, user);
}

/** An account as it is after roles were granted to it. */
async function reread({ connection, server }: ChangeContext, account: Account): Promise<Account> {
  const accounts = await readAccounts(connection, server, account.user);
  return accounts.find(({ host }) => host === account.host) ?? account;
}

async function grantRoles(
  { connection, server }: ChangeContext,
  account: Account,
  roles: readonly string[],
): Promise<void> {
  const wanted = roles.map((role) => quoteRole(server, role));
  if (wanted.length === 0) return;
  const granted = await readGrants(connection, account);
  const missing = missingGrants(
    wanted.map((what) => ({ kind: 'role', what, on: '', grantable: false })),
    granted,
  );
  for (const statement of grantStatements(missing, account)) await connection.query(statement);
  const inactive = wanted.filter((role) => !account.defaultRoles.includes(role));
  if (inactive.length === 0) return;
  // MariaDB has one default role for each user.
  const active = server.isMariadb ? wanted.slice(0, 1) : [...account.defaultRoles, ...inactive];
  if (active.some((role) => !account.defaultRoles.includes(role)))
    await connection.query(setDefaultRoles(server, active, account));
}

async function setPasswords(
  { connection, server, user, options }: ChangeContext,
  { username, password, retain }: CredentialChange,
  accounts: readonly (PasswordChange & Partial<Account>)[],
): Promise<void> {
  if (retain === undefined) {
    try {
      await connection.query(
        alterPasswords(server, accounts, password.reveal(), options.passwordForm),
        'commit',
      );
    } catch (error) {
      // A history of passwords refuses the one that an earlier run set, too.
      const isHistory = error instanceof ServerRefusal && error.errno === historyContradiction;
      if (!isHistory || !(await user.accepts(username, password))) throw error;
    }
    return;
  }
  // RETAIN keeps whatever is primary: normalised first, the two are the new and the current one, whatever they were.
  try {
    await connection.query(alterPasswords(server, accounts, retain.reveal(), options.passwordForm));
  } catch (error) {
    const isPolicy =
      error instanceof ServerRefusal && [historyContradiction, notValidPassword].includes(error.errno);
    if (!isPolicy) throw error;
    // The rules allow no repeat. An earlier run that made the change is told by a login; otherwise the current
    // password, which logs in, is the primary one but for changes by other hands.
    if (await user.accepts(username, password)) return;
    refuseOtherPrimary(accounts, username, retain);
  }
  await connection.query(alterPasswordsRetaining(server, accounts, password.reveal()), 'commit');
}

/** RETAIN would drop the current password where an earlier run made another one the primary. */
function refuseOtherPrimary(
  accounts: readonly Partial<Account>[],
  username: string,
  current: Sensitive<string>,
): void {
  const mark = primaryMark(username, current.reveal());
  if (accounts.every((account) => account.primaryMark === undefined || account.primaryMark === mark)) return;
  throw new EngineCommandError(
    'state',
    String(historyContradiction),
    `AWSCURRENT of "${username}" logs in, but as the account's second password, and its password history keeps it from becoming the first again. Nothing has changed. ` +
      'Lift the rule for one rotation: ALTER USER ... PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY.',
  );
}

/**
 * Refuses to touch the first user of a pair for somebody who proved to be the second, unless the two are a pair: the
 * second is marked so when it is made, or has all that the first has. Who could merely choose a name that ends alike
 * has neither.
 */
async function refuseStrangePair(
  { connection, server }: ChangeContext,
  { username, alternateOf }: CredentialChange,
  firsts: readonly Account[],
): Promise<void> {
  if (alternateOf === undefined) return;
  const seconds = await readAccounts(connection, server, alternateOf);
  for (const first of firsts) {
    const second = seconds.find(({ host }) => host === first.host);
    if (second?.alternateOf === username) continue;
    const missing =
      second === undefined
        ? undefined
        : missingGrants(await readGrants(connection, first), await readGrants(connection, second));
    if (missing?.length === 0) continue;
    throw new EngineCommandError(
      'state',
      undefined,
      `"${alternateOf}" has not all that "${username}" has, so the two may not be a pair of alternating users. Nothing has changed. ` +
        'If they are meant to be, give the second what the first has, or name the user in the tag rotating-secret:username.',
    );
  }
}
