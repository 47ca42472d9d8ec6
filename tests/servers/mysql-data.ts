import { existsSync } from 'node:fs';
import { chown, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guardFolder } from './guarded-folder.ts';
import { type MysqlBinaries, runnableServer } from './mysql-binaries.ts';
import { cacheFolder } from './mysql-packages.ts';
import { temporaryFolderFor, type User } from './unprivileged-user.ts';

/** Settings that the data folder is made with, so every server on a copy of it must have them too. */
export const dataSettings = {
  mysql: { 'innodb-redo-log-capacity': '8388608' },
  mariadb: { 'innodb-log-file-size': '8M' },
} as const;

/**
 * Makes a data folder with the system tables and no password: a copy of one that is made once for each version, since
 * initialising takes seconds.
 *
 * @param to a folder that does not exist yet
 */
export async function makeDataFolder(
  binaries: MysqlBinaries,
  to: string,
  user: User | undefined,
): Promise<void> {
  const template = join(cacheFolder, `data-${binaries.flavor}-${binaries.version}`);
  if (!existsSync(template)) await makeTemplate(binaries, template, user);
  await cp(template, to, { recursive: true });
  if (user !== undefined) await giveTo(to, user);
}

async function makeTemplate(
  binaries: MysqlBinaries,
  template: string,
  user: User | undefined,
): Promise<void> {
  const folder = await guardFolder(join(temporaryFolderFor(user), 'rotating-secret-data-'), user);
  const made = `${template}-${process.pid}`;
  try {
    const runnable = await runnableServer(binaries, join(folder.path, 'native'), user);
    const data = join(folder.path, 'data');
    const log = join(folder.path, 'initialise.log');
    await mkdir(data);
    if (user !== undefined) await chown(data, user.uid, user.gid);
    const input = join(folder.path, 'initialise.sql');
    await writeFile(input, binaries.flavor === 'mariadb' ? await systemTables(binaries) : '', {
      mode: 0o644,
    });
    const settings = Object.entries(dataSettings[binaries.flavor]).map(
      ([name, value]) => `--${name}=${value}`,
    );
    folder.run([
      {
        program: runnable.program,
        args: [
          ...[
            ...runnable.leadingArgs,
            '--no-defaults',
            ...runnable.pathArgs,
            `--datadir=${data}`,
            ...settings,
          ],
          binaries.flavor === 'mariadb' ? '--bootstrap' : '--initialize-insecure',
        ],
        env: { LC_ALL: 'C', TZ: 'UTC' },
        input,
        log,
        ...user,
      },
    ]);
    const { code, error } = await folder.ended;
    if (code !== 0) {
      throw new Error(
        `${binaries.flavor} did not initialise its data: ${error ?? `status ${code}`}. The end of its log:\n${(await readFile(log, 'utf8')).slice(-3000)}`,
      );
    }
    // Each server must have an identity of its own.
    await rm(join(data, 'auto.cnf'), { force: true });
    await mkdir(cacheFolder, { recursive: true });
    await cp(data, made, { recursive: true });
    await rename(made, template).catch((problem: unknown) => {
      if (!existsSync(template)) throw problem;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
    await folder.release();
  }
}

/** What MariaDB's own installer feeds to `--bootstrap`, without its anonymous users and its test database. */
async function systemTables({ shareDir }: MysqlBinaries): Promise<string> {
  const files = [
    'mysql_system_tables.sql',
    'mysql_performance_tables.sql',
    'mysql_system_tables_data.sql',
    'maria_add_gis_sp_bootstrap.sql',
  ];
  const scripts = await Promise.all(files.map((file) => readFile(join(shareDir, file), 'utf8')));
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    'SET @auth_root_socket = NULL, @skip_auth_anonymous = 1;',
    ...scripts,
  ].join('\n');
}

async function giveTo(folder: string, { uid, gid }: User): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, gid);
}
