import { EngineCommandError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import { quoteIdentifier } from './quoting.ts';

/** A role as the catalog has it. */
export interface Role {
  readonly name: string;
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly bypassRls: boolean;
  readonly canLogIn: boolean;
  readonly inherits: boolean;
  readonly createDb: boolean;
  readonly createRole: boolean;
  /** Connections at once; -1 for no limit. */
  readonly connectionLimit: number;
  /** When the password expires, in the server's own notation; undefined for never. */
  readonly validUntil: string | undefined;
  readonly expired: boolean;
  readonly settings: readonly Setting[];
}

/** A default that a role's sessions start with: `ALTER ROLE … [IN DATABASE …] SET …`. */
export interface Setting {
  /** Undefined for all databases. */
  readonly database: string | undefined;
  readonly name: string;
  /** The value as the catalog has it: for a list, its elements quoted and separated by commas. */
  readonly value: string;
}

/** Reads a role, without its password; undefined when there is none of this name. */
export async function readRole(connection: Connection, name: string): Promise<Role | undefined> {
  const [row] = await connection.query(roleQuery, [name]);
  if (row === undefined) return undefined;
  const settings = await connection.query(settingsQuery, [name]);
  return {
    name,
    superuser: row.rolsuper === true,
    replication: row.rolreplication === true,
    bypassRls: row.rolbypassrls === true,
    canLogIn: row.rolcanlogin === true,
    inherits: row.rolinherit === true,
    createDb: row.rolcreatedb === true,
    createRole: row.rolcreaterole === true,
    connectionLimit: Number(row.rolconnlimit),
    validUntil: typeof row.valid_until === 'string' ? row.valid_until : undefined,
    expired: row.expired === true,
    settings: settings.flatMap(settingsOf),
  };
}

const roleQuery = `
  SELECT rolsuper, rolreplication, rolbypassrls, rolcanlogin, rolinherit, rolcreatedb, rolcreaterole, rolconnlimit,
         rolvaliduntil::text AS valid_until, rolvaliduntil < now() AS expired
    FROM pg_catalog.pg_roles WHERE rolname = $1`;

const settingsQuery = `
  SELECT d.datname AS database, s.setconfig AS settings
    FROM pg_catalog.pg_db_role_setting s
    JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
   WHERE r.rolname = $1`;

function settingsOf(row: Readonly<Record<string, unknown>>): readonly Setting[] {
  const database = typeof row.database === 'string' ? row.database : undefined;
  const entries: unknown[] = Array.isArray(row.settings) ? row.settings : [];
  return entries.map(String).map((entry) => {
    const separator = entry.indexOf('=');
    return { database, name: entry.slice(0, separator), value: entry.slice(separator + 1) };
  });
}

/** A role as `CREATE ROLE … LOGIN` makes it. */
export function newRole(name: string): Role {
  return {
    name,
    superuser: false,
    replication: false,
    bypassRls: false,
    canLogIn: true,
    inherits: true,
    createDb: false,
    createRole: false,
    connectionLimit: -1,
    validUntil: undefined,
    expired: false,
    settings: [],
  };
}

/** Whether the session's own user has a role's rights as a member of it, directly or through others. */
export async function isMember(connection: Connection, of: string): Promise<boolean> {
  const rows = await connection.query(
    "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1 AND pg_catalog.pg_has_role(session_user, oid, 'USAGE')",
    [of],
  );
  return rows.length > 0;
}

/**
 * Whether one role is a direct member of another such that it has its privileges without more ado and, from
 * PostgreSQL 16 on, may SET ROLE to it.
 */
export async function isFullMember(
  connection: Connection,
  member: string,
  of: string,
  serverVersion: number,
): Promise<boolean> {
  const options = serverVersion >= 160_000 ? 'AND m.inherit_option AND m.set_option' : '';
  const rows = await connection.query(
    `SELECT 1 FROM pg_catalog.pg_auth_members m
       JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
       JOIN pg_catalog.pg_roles u ON u.oid = m.member
      WHERE u.rolname = $1 AND r.rolname = $2 ${options}`,
    [member, of],
  );
  return rows.length > 0;
}

/**
 * Refuses attributes that only a superuser may grant: the second user of a pair could not have them, or has
 * more than the first.
 *
 * @throws EngineCommandError naming the role and the attributes
 */
export function refuseSuperuserAttributes(role: Role): void {
  const attributes = [
    ...(role.superuser ? ['SUPERUSER'] : []),
    ...(role.replication ? ['REPLICATION'] : []),
    ...(role.bypassRls ? ['BYPASSRLS'] : []),
  ];
  if (attributes.length === 0) return;
  throw new EngineCommandError(
    'unsupported',
    undefined,
    `The role "${role.name}" has ${attributes.join(' and ')}, which only a superuser may grant, so two users cannot take turns with the same rights. Nothing has changed. ` +
      `Take it from the role (ALTER ROLE ... ${attributes.map((attribute) => `NO${attribute}`).join(' ')}), or use the single-user strategy.`,
  );
}

/**
 * Refuses a second user that owns objects or was granted rights of its own: once its sessions act as the first, it could no
 * longer use them. Only asked of one that does not act as another role yet, such as AWS's functions make.
 *
 * @throws EngineCommandError naming the databases and the statements
 */
export async function refuseOwnPossessions(connection: Connection, first: Role, second: Role): Promise<void> {
  if (second.settings.some(({ database, name }) => database === undefined && name === 'role')) return;
  const rows = await connection.query(possessionsQuery, [second.name]);
  if (rows.length === 0) return;
  const databases = rows.map((row) => `"${row.datname}"`).join(', ');
  const [owner, heir] = [quoteIdentifier(second.name), quoteIdentifier(first.name)];
  throw new EngineCommandError(
    'state',
    undefined,
    `The role "${second.name}" owns objects or has rights of its own in the databases ${databases}, which it could no longer use when its sessions act as "${first.name}". Nothing has changed. ` +
      `In each of them: grant "${first.name}" the rights that it lacks, then run REASSIGN OWNED BY ${owner} TO ${heir}; DROP OWNED BY ${owner};`,
  );
}

// What is shared by all databases is left out: rights on a database itself are asked for before the session acts as another.
const possessionsQuery = `
  SELECT DISTINCT d.datname
    FROM pg_catalog.pg_shdepend s
    JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid AND s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid
   WHERE r.rolname = $1 AND s.deptype IN ('o', 'a')
   ORDER BY 1`;

/**
 * Refuses a role whose password, once set, would let nobody in.
 *
 * @throws EngineCommandError naming the role and what keeps it out
 */
export function refuseUselessLogin(role: Role): void {
  refuseExpired(role);
  if (role.canLogIn) return;
  throw new EngineCommandError(
    'state',
    undefined,
    `The role "${role.name}" exists but may not log in (NOLOGIN). Nothing has changed. If it is the application's user, allow it: ALTER ROLE ... LOGIN.`,
  );
}

/**
 * Refuses a role that has expired: the server rejects it like a wrong password, so nothing else would say why.
 *
 * @throws EngineCommandError naming the role and the date
 */
export function refuseExpired(role: Role): void {
  if (!role.expired) return;
  throw new EngineCommandError(
    'state',
    undefined,
    `The role "${role.name}" has expired (VALID UNTIL '${role.validUntil}'), so no password would let it in. Nothing has changed. ` +
      "Extend it: ALTER ROLE ... VALID UNTIL 'infinity'.",
  );
}

/** The error for a role that must exist and does not. */
export function missingRole(name: string): EngineCommandError {
  return new EngineCommandError(
    'state',
    undefined,
    `The role "${name}" does not exist. Create it (CREATE ROLE ... LOGIN), or let the rotation do so with the tag rotating-secret:manage-user.`,
  );
}
