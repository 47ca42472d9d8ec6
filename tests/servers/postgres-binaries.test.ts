import { spawnSync } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findPostgres, runnableBinDir, ServerUnavailableError } from './postgres-binaries.ts';
import { describeWithPostgres } from './require-servers.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

describeWithPostgres([18], "PostgreSQL's programs", (major) => {
  const user = unprivilegedUser();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postgres-binaries-'));
    await chmod(folder, 0o777);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('run from a copy when their libraries were never linked', async () => {
    const installed = join(folder, 'unlinked');
    await cp(dirname(findPostgres(major).binDir), installed, {
      recursive: true,
      filter: async (source) => !(await lstat(source)).isSymbolicLink(),
    });

    const binDir = await runnableBinDir({ major, binDir: join(installed, 'bin') }, join(folder, 'a'), user);

    const run = spawnSync(join(binDir, 'postgres'), ['--version'], { encoding: 'utf8', ...user });
    expect(run.stdout).toContain(`PostgreSQL) ${major}.`);
    expect(binDir).toBe(join(folder, 'a', 'bin'));
  });

  test.skipIf(user === undefined)('run from a copy when only root can reach them', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await cp(dirname(findPostgres(major).binDir), join(closed, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });

    const binDir = await runnableBinDir(
      { major, binDir: join(closed, 'native', 'bin') },
      join(folder, 'b'),
      user,
    );

    const run = spawnSync(join(binDir, 'postgres'), ['--version'], { encoding: 'utf8', ...user });
    expect(run.stdout).toContain(`PostgreSQL) ${major}.`);
  });

  test('come from PG_BIN_DIR when it holds the version asked for', async () => {
    const binDir = join(folder, 'elsewhere', 'bin');
    await cp(dirname(findPostgres(major).binDir), dirname(binDir), {
      recursive: true,
      verbatimSymlinks: true,
    });
    vi.stubEnv('PG_BIN_DIR', binDir);
    try {
      expect(findPostgres(major).binDir).toBe(binDir);
      expect(findPostgres().binDir).toBe(binDir);
      expect(findPostgres(15).binDir).not.toBe(binDir);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('are refused by name when no package holds the version', () => {
    expect(() => findPostgres(9)).toThrow(ServerUnavailableError);
    expect(() => findPostgres(9)).toThrow(/hold 18 and 15; set PG_BIN_DIR/);
  });
});
