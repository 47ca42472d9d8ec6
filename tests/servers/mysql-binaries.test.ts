import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { findServer, runnableServer } from './mysql-binaries.ts';
import { downloadPackages, type LockedPackage, lockFile, type PackagedServer } from './mysql-packages.ts';
import { ServerUnavailableError } from './postgres-binaries.ts';
import { describeWithServer } from './require-servers.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

describeWithServer(
  'mysql',
  () => findServer('mariadb'),
  "MySQL's and MariaDB's programs",
  () => {
    const user = unprivilegedUser();
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mysql-binaries-'));
      await chmod(folder, 0o777);
    });
    afterEach(() => vi.unstubAllEnvs());
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test('are refused by the name of the variable where it names a folder without them', () => {
      vi.stubEnv('MYSQL_BIN_DIR', folder);

      expect(() => findServer('mysql')).toThrow(ServerUnavailableError);
      expect(() => findServer('mysql')).toThrow(/MYSQL_BIN_DIR: expected a folder with a mysqld that runs/);
    });

    test('come from the folder that MARIADB_BIN_DIR names', async () => {
      const { program, leadingArgs, version } = findServer('mariadb');
      const binDir = join(folder, 'installed', 'bin');
      await mkdir(binDir, { recursive: true });
      await writeFile(
        join(binDir, 'mariadbd'),
        `#!/bin/sh\nexec ${[program, ...leadingArgs].join(' ')} "$@"\n`,
        { mode: 0o755 },
      );
      vi.stubEnv('MARIADB_BIN_DIR', binDir);

      expect(findServer('mariadb')).toMatchObject({ version, program: join(binDir, 'mariadbd') });
    });

    test.skipIf(user === undefined)('run from a copy where only root can reach them', async () => {
      const found = findServer('mariadb');
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o700 });
      await cp(found.root, join(closed, 'root'), { recursive: true, verbatimSymlinks: true });
      const moved = JSON.parse(JSON.stringify(found).replaceAll(found.root, join(closed, 'root')));

      const { program, leadingArgs } = await runnableServer(moved, join(folder, 'copy'), user);

      const run = spawnSync(program, [...leadingArgs, '--no-defaults', '--version'], {
        encoding: 'utf8',
        ...user,
      });
      expect(run.stdout).toContain(found.version);
      expect(program).toContain(join(folder, 'copy'));
    });

    test('are not taken from a package with another SHA-256 than the recorded one', async () => {
      const lock: Record<PackagedServer, readonly LockedPackage[]> = JSON.parse(
        await readFile(lockFile, 'utf8'),
      );
      const [smallest] = lock.mariadb.filter(({ path }) => path.includes('libaio'));
      const archives = join(folder, 'archives');
      await mkdir(archives);

      const download = () =>
        downloadPackages([{ path: smallest?.path ?? '', sha256: '0'.repeat(64) }], archives);

      expect(download).toThrow(ServerUnavailableError);
      expect(download).toThrow(/SHA-256.*lock-mysql-packages/s);
      expect((await readdir(archives)).filter((name) => name.endsWith('.deb'))).toEqual([]);
    });
  },
);
