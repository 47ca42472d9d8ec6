import { EngineCommandError } from '../core/errors.ts';

/** What a server is, as far as the way of changing a password depends on it. */
export interface Server {
  readonly isMariadb: boolean;
  /** Major, minor and patch as one number: 80036 for 8.0.36, 101118 for 10.11.18. */
  readonly version: number;
  /** As the server gives it. */
  readonly name: string;
}

/**
 * Reads the answer to `SELECT VERSION()`, such as `8.0.36` or `10.11.18-MariaDB-log`. Old replicas and proxies of
 * MariaDB put `5.5.5-` before it.
 */
export function parseServer(version: string): Server {
  const [, major = 0, minor = 0, patch = 0] = /^(?:5\.5\.5-)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return {
    isMariadb: /mariadb/i.test(version),
    version: Number(major) * 10_000 + Number(minor) * 100 + Number(patch),
    name: version,
  };
}

/**
 * Refuses a server that has one password only for each account.
 *
 * @throws EngineCommandError naming the strategies that it can have
 */
export function requireDualPasswords({ isMariadb, version, name }: Server): void {
  if (!isMariadb && version >= 80_014) return;
  throw new EngineCommandError(
    'unsupported',
    undefined,
    `The server is ${isMariadb ? 'MariaDB' : 'MySQL'} (${name}), whose accounts have one password only; the dual-password strategy needs MySQL 8.0.14 or newer. Nothing has changed. ` +
      'Set ROTATION_STRATEGY to alternating-users, which needs an admin secret and has no gap either, or to single-user.',
  );
}

/**
 * Refuses a server that is too old for the admin's statements.
 *
 * @throws EngineCommandError
 */
export function requireKnownServer({ isMariadb, version, name }: Server): void {
  if (version >= (isMariadb ? 100_600 : 80_000)) return;
  throw new EngineCommandError(
    'unsupported',
    undefined,
    `The server is ${isMariadb ? 'MariaDB' : 'MySQL'} ${name}. Rotation with an admin secret needs MySQL 8.0 or MariaDB 10.6, or newer. Nothing has changed. ` +
      'Upgrade the server, or use the single-user strategy without an admin secret.',
  );
}
