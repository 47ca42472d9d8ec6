import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerUnavailableError } from './postgres-binaries.ts';

/** A server that comes from Debian's packages. */
export type PackagedServer = 'mysql' | 'mariadb';

/** One Debian package. */
export interface LockedPackage {
  /** Below the mirror's root; the file's name holds the version. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * The committed list: for each server its own package and those of all libraries that it loads, the C library
 * included, for amd64. `lock-mysql-packages.ts` writes it.
 */
export const lockFile = join(import.meta.dirname, 'mysql-packages.json');

/** Where unpacked servers are kept; npm leaves the folder alone, and git ignores it. */
export const cacheFolder = join(import.meta.dirname, '../../node_modules/.cache/rotating-secret');

/** apt's downloader: it knows the machine's proxies and transports, checks a SHA-256, and needs no root. */
const downloader = '/usr/lib/apt/apt-helper';

/**
 * The folder with a server unpacked, which is fetched from the machine's own Debian mirror the first time: some 60 MB.
 * Nothing is installed; neither root nor the machine's C library matter.
 *
 * @throws ServerUnavailableError when the machine is not Debian's kind, or a package is gone or not the one recorded
 */
export function unpackedServer(server: PackagedServer): string {
  const lock = readFileSync(lockFile, 'utf8');
  const packages = (JSON.parse(lock) as Record<PackagedServer, readonly LockedPackage[]>)[server];
  const key = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder, `${server}-${key}`);
  if (existsSync(folder)) return folder;

  requireDebian(server);
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, `${server}-unpacking-`));
  try {
    const archives = join(work, 'archives');
    const root = join(work, 'root');
    mkdirSync(archives);
    mkdirSync(root, { mode: 0o755 });
    downloadPackages(packages, archives);
    for (const archive of readdirSync(archives)) unpack(join(archives, archive), root);
    moveInto(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** The mirrors that apt is set up with, in its order, each with a slash at its end. */
export function debianMirrors(): readonly string[] {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  return [...new Set((stdout ?? '').split('\n').filter((line) => line !== ''))];
}

function requireDebian(server: PackagedServer): void {
  const isDebian = process.platform === 'linux' && process.arch === 'x64' && existsSync(downloader);
  if (isDebian) return;
  const advice =
    server === 'mysql'
      ? 'Install MySQL 8.0.14 or newer (macOS: brew install mysql) and set MYSQL_BIN_DIR to the folder of mysqld.'
      : 'Install MariaDB 10.6 or newer (macOS: brew install mariadb) and set MARIADB_BIN_DIR to the folder of mariadbd.';
  throw new ServerUnavailableError(`The tests fetch their own ${server} on Debian for amd64 only. ${advice}`);
}

/**
 * Downloads packages from the first of the machine's mirrors that has them all.
 *
 * @throws ServerUnavailableError when none has them with the SHA-256 given
 */
export function downloadPackages(packages: readonly LockedPackage[], folder: string): void {
  const mirrors = debianMirrors();
  let said = 'apt has no source configured';
  for (const mirror of mirrors) {
    const files = packages.flatMap(({ path, sha256 }, index) => [
      mirror + path,
      join(folder, `${index}.deb`),
      `SHA256:${sha256}`,
    ]);
    // Unsandboxed: as root it would otherwise switch to a user who cannot write here.
    const run = spawnSync(downloader, ['-o', 'APT::Sandbox::User=', 'download-file', ...files], {
      encoding: 'utf8',
    });
    if (run.status === 0) return;
    said = run.error?.message ?? run.stderr.trim();
  }
  throw new ServerUnavailableError(
    `Not every package of tests/servers/mysql-packages.json could be had with the SHA-256 recorded there (mirrors: ${mirrors.join(' ')}): ${said}. ` +
      'A mirror keeps only the newest version: if it moved on, run `node tests/servers/lock-mysql-packages.ts`, look at the difference, and commit it. ' +
      'Or set MYSQL_BIN_DIR and MARIADB_BIN_DIR to the folders of servers that are installed.',
  );
}

function unpack(archive: string, root: string): void {
  const files = spawnSync('dpkg-deb', ['--fsys-tarfile', archive], { maxBuffer: 2 ** 30 });
  const excluded = ['doc', 'man', 'locale', 'lintian'].flatMap((name) => [
    '--exclude',
    `./usr/share/${name}/*`,
  ]);
  const tar = spawnSync('tar', ['-x', '-C', root, '--no-same-owner', '--no-same-permissions', ...excluded], {
    input: files.stdout,
  });
  if (files.status === 0 && tar.status === 0) return;
  throw new ServerUnavailableError(
    `A package could not be unpacked with dpkg-deb and tar: ${files.error ?? tar.error ?? `${files.stderr}${tar.stderr}`}`,
  );
}

/** Puts the finished folder in place; another process may have been first, with the same content. */
function moveInto(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
