import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from '../core/deadline.ts';
import type { CredentialChange, Fence, Session } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import { Sensitive } from '../core/sensitive.ts';
import type { Connection } from './connection.ts';
import {
  isFullMember,
  isMember,
  missingRole,
  newRole,
  type Role,
  readRole,
  refuseExpired,
  refuseSuperuserAttributes,
  refuseUselessLogin,
} from './roles.ts';
import { concurrencyStates, refusedCommand, serverErrorOf } from './server-error.ts';
import {
  alignStatements,
  alterPassword,
  beginStatement,
  createUser,
  grantRole,
  lockQuery,
} from './statements.ts';
import { defaultIterations, md5Verifier, scramVerifier } from './verifier.ts';

/** How a new password is sent: as what the server stores of it, or, for servers that refuse that, as it is. */
export type PasswordForm = 'verifier' | 'plaintext';

/** How often a transaction is tried that another one on the same role has disturbed. */
const mostAttempts = 5;

/** What a change depends on, read inside the transaction. */
interface ServerFacts {
  readonly passwordEncryption: string;
  readonly scramIterations: number;
  /** `server_version_num`, such as 160004. */
  readonly version: number;
}

/** A session of the engine's over an open connection. */
export function openSession(connection: Connection, deadline: Deadline, passwordForm: PasswordForm): Session {
  return {
    async apply(change, fence) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await applyOnce(connection, deadline, passwordForm, change, fence);
        } catch (error) {
          const state = error instanceof EngineCommandError ? error.engineCode : undefined;
          if (state === undefined || !concurrencyStates.includes(state) || attempt === mostAttempts)
            throw error;
          await sleep(50 * attempt);
        }
      }
    },
    async verify(privilegesOf) {
      if (privilegesOf === undefined) return;
      if (await isMember(connection, privilegesOf)) return;
      throw new EngineCommandError(
        'privilege',
        undefined,
        `The new user logs in but is not a member of "${privilegesOf}", so it lacks its rights. Rotate again: setSecret grants it.`,
      );
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/**
 * The whole decision in one transaction: ALTER ROLE locks the role's row, across databases and poolers; the
 * labels are read again under that lock; then COMMIT or ROLLBACK. That is lock, fence and preflight in one.
 */
async function applyOnce(
  connection: Connection,
  deadline: Deadline,
  form: PasswordForm,
  change: CredentialChange,
  fence: Fence,
): Promise<boolean> {
  const secrets = [change.password];
  try {
    await connection.query(beginStatement(deadline.remainingMs()));
    const facts = await lock(connection, change.username);
    const stored = new Sensitive(await storedForm(change, form, facts));
    secrets.push(stored);
    for (const statement of await plan(connection, change, stored, facts)) await connection.query(statement);
    const confirmed = await fence();
    await connection.query(confirmed ? 'COMMIT' : 'ROLLBACK');
    return confirmed;
  } catch (error) {
    // What went wrong is what matters; a rollback that fails as well happens by itself when the session ends.
    await connection.query('ROLLBACK').catch(() => undefined);
    const answer = serverErrorOf(error);
    throw answer === undefined
      ? error
      : refusedCommand(answer, `Changing the user "${change.username}"`, secrets);
  }
}

/** Waits for other rotations of this user, and reads what the change depends on. */
async function lock(connection: Connection, username: string): Promise<ServerFacts> {
  const [row] = await connection.query(lockQuery, [username]);
  return {
    passwordEncryption: String(row?.password_encryption),
    scramIterations: Number(row?.scram_iterations ?? defaultIterations),
    version: Number(row?.server_version),
  };
}

/** What is sent for the password. */
async function storedForm(
  { username, password }: CredentialChange,
  form: PasswordForm,
  facts: ServerFacts,
): Promise<string> {
  if (form === 'plaintext') return password.reveal();
  if (facts.passwordEncryption === 'md5') return md5Verifier(password.reveal(), username);
  return scramVerifier(password.reveal(), facts.scramIterations);
}

/** Decides, by the catalog, which statements the change takes; refuses what must not be done before any runs. */
async function plan(
  connection: Connection,
  change: CredentialChange,
  stored: Sensitive<string>,
  { version }: ServerFacts,
): Promise<readonly string[]> {
  const { username, privilegesOf, manage } = change;
  if (change.by === 'user') return [alterPassword(username, stored.reveal())];

  const user = await readRole(connection, username);
  if (privilegesOf === undefined) {
    if (user === undefined && manage === undefined) throw missingRole(username);
    if (user !== undefined) refuseUselessLogin(user);
    await refuseStrangePair(connection, change, version);
    return [
      user === undefined ? createUser(username, stored.reveal()) : alterPassword(username, stored.reveal()),
      ...(await grants(connection, username, manage?.grantRoles ?? [], version)),
    ];
  }
  const first = await readRole(connection, privilegesOf);
  if (first === undefined && manage === undefined) throw missingRole(privilegesOf);
  return [
    ...(first === undefined ? [createUser(privilegesOf)] : []),
    ...(await grants(connection, privilegesOf, manage?.grantRoles ?? [], version)),
    ...(await planSecond(connection, first ?? newRole(privilegesOf), user, username, version)),
    // Last, so that a user that can log in has all that it needs.
    alterPassword(username, stored.reveal()),
  ];
}

/** Makes or repairs the second user of a pair, all but its password. */
async function planSecond(
  connection: Connection,
  first: Role,
  second: Role | undefined,
  name: string,
  version: number,
): Promise<readonly string[]> {
  refuseSuperuserAttributes(first);
  refuseExpired(first);
  if (second !== undefined) refuseSuperuserAttributes(second);
  const isGranted = second !== undefined && (await isFullMember(connection, name, first.name, version));
  return [
    ...(second === undefined ? [createUser(name)] : []),
    ...(isGranted ? [] : [grantRole(first.name, name, version)]),
    ...alignStatements(first, second ?? newRole(name)),
  ];
}

async function grants(
  connection: Connection,
  username: string,
  roles: readonly string[],
  version: number,
): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const role of roles) {
    if (!(await isFullMember(connection, username, role, version)))
      statements.push(grantRole(role, username, version));
  }
  return statements;
}

/**
 * Refuses to touch the first user of a pair for somebody who proved to be the second, unless the two are a pair:
 * the second is made as a member of the first, and who could merely choose a name that ends alike is not.
 */
async function refuseStrangePair(
  connection: Connection,
  { username, alternateOf }: CredentialChange,
  version: number,
): Promise<void> {
  if (alternateOf === undefined || (await isFullMember(connection, alternateOf, username, version))) return;
  throw new EngineCommandError(
    'state',
    undefined,
    `"${alternateOf}" is not a member of "${username}", so the two are not a pair of alternating users. Nothing has changed. ` +
      'If they are meant to be, grant the first to the second, or name the user in the tag rotating-secret:username.',
  );
}
