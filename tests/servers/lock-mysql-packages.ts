/**
 * Writes `mysql-packages.json` anew: the Debian packages that the servers need, as the machine's mirror has them now.
 *
 * Usage, on Debian: `node tests/servers/lock-mysql-packages.ts`. It asks apt for the whole closure of each server, in a
 * state of its own (no root needed, nothing installed), and keeps the packages whose files the server really loads.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianMirrors, type LockedPackage, lockFile } from './mysql-packages.ts';

/** The suite that carries each server, its package, and the libraries' packages by the start of their names. */
const servers = {
  mysql: {
    suite: 'sid',
    server: 'mysql-server-core',
    libraries: [
      ...[
        'libc6',
        'libgcc-s1',
        'libstdc++6',
        'libaio1t64',
        'libgoogle-perftools4t64',
        'libicu78',
        'liblz4-1',
      ],
      ...['liblzma5', 'libnuma1', 'libprotobuf-lite32t64', 'libssl3t64', 'libunwind8', 'libxxhash0'],
      ...['libzstd1', 'zlib1g'],
    ],
  },
  mariadb: {
    suite: 'bookworm',
    server: 'mariadb-server-core',
    libraries: [
      ...[
        'libc6',
        'libgcc-s1',
        'libstdc++6',
        'libaio1',
        'libcap2',
        'libcrypt1',
        'libgcrypt20',
        'libgpg-error0',
      ],
      ...[
        'liblz4-1',
        'liblzma5',
        'libnuma1',
        'libpcre2-8-0',
        'libssl3',
        'libsystemd0',
        'liburing2',
        'libzstd1',
      ],
      'zlib1g',
    ],
  },
} as const;

const [mirror] = debianMirrors();
if (mirror === undefined) throw new Error('apt has no source configured on this machine');

const lock = Object.fromEntries(
  Object.entries(servers).map(([kind, { suite, server, libraries }]) => [
    kind,
    closure(mirror, suite, server, libraries),
  ]),
);
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);

function closure(
  source: string,
  suite: string,
  server: string,
  libraries: readonly string[],
): readonly LockedPackage[] {
  const state = mkdtempSync(join(tmpdir(), 'lock-packages-'));
  try {
    for (const folder of ['lists/partial', 'archives/partial'])
      mkdirSync(join(state, folder), { recursive: true });
    // Nothing counts as installed, so the closure holds the server's own C library too.
    writeFileSync(join(state, 'status'), '');
    writeFileSync(join(state, 'sources'), `deb [check-valid-until=no arch=amd64] ${source} ${suite} main\n`);
    const settings = {
      'Dir::Etc::sourcelist': join(state, 'sources'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State': state,
      'Dir::State::Lists': join(state, 'lists'),
      'Dir::State::status': join(state, 'status'),
      'Dir::Cache': state,
      'APT::Architecture': 'amd64',
      'APT::Install-Recommends': 'false',
      'APT::Sandbox::User': '',
      'Debug::NoLocking': 'true',
      'Acquire::ForceHash': 'SHA256',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = (...args: readonly string[]): string =>
      execFileSync('apt-get', [...options, '-q', '-y', ...args], { encoding: 'utf8' });
    apt('update');
    const wanted = new Set([server, ...libraries]);
    const packages = [
      ...apt('--print-uris', 'install', server).matchAll(/^'(\S+)' \S+ \d+ SHA256:([0-9a-f]{64})$/gm),
    ].map(([, uri = '', sha256 = '']) => ({ path: uri.slice(source.length), sha256 }));
    const kept = packages.filter(({ path }) => wanted.has(nameOf(path)));
    const missing = [...wanted].filter((name) => !kept.some(({ path }) => nameOf(path) === name));
    if (missing.length > 0) throw new Error(`${suite} no longer has ${missing.join(', ')} for ${server}`);
    return kept;
  } finally {
    rmSync(state, { recursive: true });
  }
}

function nameOf(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).split('_')[0] ?? '';
}
