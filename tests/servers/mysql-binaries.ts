import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type PackagedServer, unpackedServer } from './mysql-packages.ts';
import { ServerUnavailableError } from './postgres-binaries.ts';
import type { User } from './unprivileged-user.ts';

/** How a MySQL or MariaDB server is run. */
export interface MysqlBinaries {
  readonly flavor: PackagedServer;
  /** As the server gives it, such as `9.7.4`. */
  readonly version: string;
  /** The folder that all paths below lie in. */
  readonly root: string;
  readonly program: string;
  /** What comes before the server's own arguments. */
  readonly leadingArgs: readonly string[];
  /** Where the server finds its plugins and messages, where it would not find them by itself. */
  readonly pathArgs: readonly string[];
  /** The folder with SQL for a new MariaDB. */
  readonly shareDir: string;
}

const overrides = { mysql: 'MYSQL_BIN_DIR', mariadb: 'MARIADB_BIN_DIR' } as const;
const programs = { mysql: 'mysqld', mariadb: 'mariadbd' } as const;

/** Finds MySQL in the folder that `MYSQL_BIN_DIR` names, else fetches it. @throws ServerUnavailableError */
export const findMysql = (): MysqlBinaries => findServer('mysql');

/** Finds MariaDB in the folder that `MARIADB_BIN_DIR` names, else fetches it. @throws ServerUnavailableError */
export const findMariadb = (): MysqlBinaries => findServer('mariadb');

/** Finds either server; see {@link findMysql}. @throws ServerUnavailableError */
export function findServer(flavor: PackagedServer): MysqlBinaries {
  const folder = process.env[overrides[flavor]];
  const binaries =
    folder === undefined || folder === ''
      ? packaged(flavor, unpackedServer(flavor))
      : installed(flavor, resolve(folder));
  const version = askVersion(binaries);
  if (version !== undefined) return { ...binaries, version };
  throw new ServerUnavailableError(
    `${overrides[flavor]}: expected a folder with a ${programs[flavor]} that runs; ${binaries.program} does not.`,
  );
}

/**
 * The binaries as the user given can run them: as they are or, where that user cannot reach them, from a copy.
 *
 * @param copyTo a folder that does not exist yet and may be made
 */
export async function runnableServer(
  binaries: MysqlBinaries,
  copyTo: string,
  user: User | undefined,
): Promise<MysqlBinaries> {
  if (askVersion(binaries, user) !== undefined) return binaries;
  await cp(binaries.root, copyTo, { recursive: true, verbatimSymlinks: true });
  const moved = (text: string): string => text.replaceAll(binaries.root, copyTo);
  return {
    ...binaries,
    root: copyTo,
    program: join(copyTo, relative(binaries.root, binaries.program)),
    leadingArgs: binaries.leadingArgs.map(moved),
    pathArgs: binaries.pathArgs.map(moved),
    shareDir: moved(binaries.shareDir),
  };
}

type Unversioned = Omit<MysqlBinaries, 'version'>;

/** An unpacked server runs through its own loader, with its own libraries, whatever the machine's C library is. */
function packaged(flavor: PackagedServer, root: string): Unversioned {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((path) => join(root, path));
  const loader = libraries
    .map((folder) => join(folder, 'ld-linux-x86-64.so.2'))
    .find((path) => existsSync(path));
  const shareDir = join(root, 'usr/share/mysql');
  return {
    flavor,
    root,
    program: loader ?? '',
    leadingArgs: ['--library-path', libraries.join(':'), join(root, 'usr/sbin', programs[flavor])],
    pathArgs: [
      `--basedir=${root}/usr`,
      `--plugin-dir=${root}/usr/lib/mysql/plugin`,
      `--lc-messages-dir=${shareDir}`,
      `--character-sets-dir=${shareDir}/charsets`,
    ],
    shareDir,
  };
}

function installed(flavor: PackagedServer, folder: string): Unversioned {
  const root = dirname(folder);
  const shareDir = ['share/mysql', 'share/mariadb', 'share']
    .map((path) => join(root, path))
    .find((path) => existsSync(join(path, 'mysql_system_tables.sql')));
  return {
    flavor,
    root,
    program: join(folder, programs[flavor]),
    leadingArgs: [],
    pathArgs: [],
    shareDir: shareDir ?? join(root, 'share'),
  };
}

function askVersion({ program, leadingArgs }: Unversioned, user?: User): string | undefined {
  const run = spawnSync(program, [...leadingArgs, '--no-defaults', '--version'], {
    encoding: 'utf8',
    cwd: '/',
    ...user,
  });
  return / Ver (\S+)/.exec(run.stdout ?? '')?.[1];
}
