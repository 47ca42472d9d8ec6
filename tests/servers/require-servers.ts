import { describe, test } from 'vitest';
import { findPostgres, ServerUnavailableError } from './postgres-binaries.ts';

/** A kind of server, as `REQUIRE_SERVERS` names it. */
export type ServerKind = 'postgres' | 'mysql';

/**
 * A suite against real servers. Where they cannot be had it is skipped and its title says why; where the variable
 * `REQUIRE_SERVERS` (kinds separated by commas) names the kind, it fails, so that nobody takes a skip for a success.
 *
 * @param find looks for the server's programs; throws ServerUnavailableError
 */
export function describeWithServer(
  kind: ServerKind,
  find: () => unknown,
  title: string,
  suite: () => void,
): void {
  const missing = whyMissing(find);
  if (missing === undefined) {
    describe(title, suite);
  } else if (requiredServers().has(kind)) {
    describe(title, () => {
      test(`finds ${kind}, which REQUIRE_SERVERS names`, () => {
        throw missing;
      });
    });
  } else {
    describe.skip(`${title} (skipped: ${missing.message})`, suite);
  }
}

/** A suite for each major version of PostgreSQL given; see `describeWithServer`. */
export function describeWithPostgres(
  majors: readonly number[],
  title: string,
  suite: (major: number) => void,
): void {
  for (const major of majors) {
    describeWithServer(
      'postgres',
      () => findPostgres(major),
      `${title} on PostgreSQL ${major}`,
      () => suite(major),
    );
  }
}

function whyMissing(find: () => unknown): ServerUnavailableError | undefined {
  try {
    find();
    return undefined;
  } catch (error) {
    if (error instanceof ServerUnavailableError) return error;
    throw error;
  }
}

function requiredServers(): ReadonlySet<string> {
  return new Set((process.env.REQUIRE_SERVERS ?? '').split(',').map((kind) => kind.trim()));
}
