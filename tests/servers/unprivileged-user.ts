import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** A user of the operating system. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that servers run as: PostgreSQL and MySQL refuse to run as root, so for root it is `nobody`; for
 * everybody else it is undefined, meaning themselves.
 */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  // `| 0`: on macOS the uid of nobody is -2, which `id` may print unsigned and `spawn` takes signed.
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })) | 0;
  return { uid: id('-u'), gid: id('-g') };
}

/** The folder for temporary files, or `/tmp` where the user given cannot enter it (root's own on macOS). */
export function temporaryFolderFor(user: User | undefined): string {
  const folder = tmpdir();
  if (user === undefined) return folder;
  const enter = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, stdio: 'ignore' });
  return enter.status === 0 ? folder : '/tmp';
}
