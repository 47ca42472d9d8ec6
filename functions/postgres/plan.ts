import type { CredentialChange } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';
import type { Connection } from './connection.ts';
import {
  isFullMember,
  missingRole,
  newRole,
  type Role,
  readRole,
  refuseExpired,
  refuseOwnPossessions,
  refuseSuperuserAttributes,
  refuseUselessLogin,
} from './roles.ts';
import { alignStatements, alterPassword, createUser, grantRole } from './statements.ts';

/**
 * Decides, by the catalog, which statements a change takes; refuses what must not be done before any runs.
 *
 * @param stored what is sent for the password
 * @param version the server's, as `server_version_num` has it
 */
export async function planChange(
  connection: Connection,
  change: CredentialChange,
  stored: Sensitive<string>,
  version: number,
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
  if (second !== undefined) {
    refuseSuperuserAttributes(second);
    await refuseOwnPossessions(connection, first, second);
  }
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
