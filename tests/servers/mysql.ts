import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeServerCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { type GuardedFolder, guardFolder } from './guarded-folder.ts';
import { findServer, runnableServer } from './mysql-binaries.ts';
import { dataSettings, makeDataFolder } from './mysql-data.ts';
import type { PackagedServer } from './mysql-packages.ts';
import { temporaryFolderFor, type User, unprivilegedUser } from './unprivileged-user.ts';

/** What may be asked of a new server. */
export interface MysqlOptions {
  /** Default true: the server offers TLS (and refuses nobody who goes without). */
  readonly tls?: boolean;
  /** Options of the server, without their dashes, which win over the launcher's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long start may take, in milliseconds; default 90,000. */
  readonly timeoutMs?: number;
}

/** A real MySQL or MariaDB on loopback, alone in a temporary folder. */
export interface MysqlServer extends AsyncDisposable {
  readonly flavor: PackagedServer;
  /** As the server gives it, such as `9.7.4`. */
  readonly version: string;
  /** `localhost`, which the certificate names. */
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly superuserPassword: string;
  /** The certificate authority as PEM, and a file with it; with `tls: false` nothing uses it. */
  readonly caPem: string;
  readonly caPath: string;
  readonly dataDir: string;
  /** All that the server wrote so far: its error log, and the general log with each login and statement. */
  log(): Promise<string>;
  /** Stops the server and removes its folder; may be called again. */
  stop(): Promise<void>;
}

const superuser = 'superuser';

/** Loopback TCP only, no durability (the data dies with the server), and a log that logins can be counted in. */
const defaultSettings: Readonly<Record<string, string>> = {
  'bind-address': '127.0.0.1',
  // Otherwise 127.0.0.1 is looked up for its name, and accounts at "localhost" win over those at "%".
  'skip-name-resolve': 'ON',
  'general-log': 'ON',
  'log-output': 'FILE',
  'innodb-flush-log-at-trx-commit': '0',
  'innodb-doublewrite': 'OFF',
  'innodb-buffer-pool-size': '16M',
  'performance-schema': 'OFF',
};

const flavorSettings = {
  mysql: { mysqlx: 'OFF', 'disable-log-bin': 'ON', 'secure-file-priv': 'NULL' },
  mariadb: { 'skip-log-bin': 'ON' },
} as const;

/** Starts a new MySQL; see {@link startMysqlServer}. */
export const startMysql = (options: MysqlOptions = {}): Promise<MysqlServer> =>
  startMysqlServer('mysql', options);

/** Starts a new MariaDB; see {@link startMysqlServer}. */
export const startMariadb = (options: MysqlOptions = {}): Promise<MysqlServer> =>
  startMysqlServer('mariadb', options);

/**
 * Starts a new server and resolves when it takes connections. It stops at the latest with this process, even when
 * that is killed.
 *
 * @throws ServerUnavailableError when there is none for this machine
 * @throws Error with the end of the server's log when it does not start
 */
export async function startMysqlServer(
  flavor: PackagedServer,
  options: MysqlOptions = {},
): Promise<MysqlServer> {
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(flavor, options);
    } catch (error) {
      // Between our look for a free port and the server's bind another process may have taken it.
      const portWasTaken =
        error instanceof Error && error.message.includes("Can't start server: Bind on TCP/IP");
      if (!portWasTaken || attempt === attempts) throw error;
    }
  }
}

async function startOnce(flavor: PackagedServer, options: MysqlOptions): Promise<MysqlServer> {
  const found = findServer(flavor);
  const user = unprivilegedUser();
  // Short, because the paths of sockets may have 107 bytes only.
  const folder = await guardFolder(join(temporaryFolderFor(user), `rotating-secret-${flavor}-`), user);
  try {
    const binaries = await runnableServer(found, join(folder.path, 'native'), user);
    const superuserPassword = randomBytes(24).toString('base64url');
    const files = await writeFiles(folder.path, initStatements(flavor, superuserPassword), user);
    await makeDataFolder(found, files.data, user);
    const port = await freePort();
    const settings: Record<string, string> = {
      ...defaultSettings,
      ...flavorSettings[flavor],
      ...dataSettings[flavor],
      datadir: files.data,
      port: String(port),
      socket: join(folder.path, 's.sock'),
      'pid-file': join(folder.path, 'pid'),
      'init-file': files.init,
      'general-log-file': files.generalLog,
      ...(options.tls === false ? withoutTls[flavor] : tlsSettings(files)),
      ...options.settings,
    };
    folder.run([
      {
        program: binaries.program,
        args: [
          ...[...binaries.leadingArgs, '--no-defaults', ...binaries.pathArgs],
          ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
        ],
        env: { LC_ALL: 'C', TZ: 'UTC' },
        log: files.log,
        // Its data is thrown away, and an orderly stop takes seconds.
        stopSignal: 'SIGKILL',
        ...user,
      },
    ]);
    await ready(folder, flavor, files.log, options.timeoutMs ?? 90_000);
    return {
      flavor,
      version: binaries.version,
      host: 'localhost',
      port,
      superuser,
      superuserPassword,
      caPem: files.caPem,
      caPath: files.ca,
      dataDir: files.data,
      log: async () => `${await readFile(files.log, 'utf8')}\n${await readFile(files.generalLog, 'utf8')}`,
      stop: () => folder.release(),
      [Symbol.asyncDispose]: () => folder.release(),
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** Without these MySQL would offer TLS with a certificate that it makes for itself. */
const withoutTls = { mysql: { 'tls-version': '' }, mariadb: { ssl: 'OFF' } } as const;

interface ServerFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
}

function tlsSettings({ ca, certificate, privateKey }: ServerFiles): Readonly<Record<string, string>> {
  return { 'ssl-ca': ca, 'ssl-cert': certificate, 'ssl-key': privateKey };
}

function initStatements(flavor: PackagedServer, password: string): readonly string[] {
  return [
    `CREATE USER '${superuser}'@'%' IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO '${superuser}'@'%' WITH GRANT OPTION`,
    // MariaDB lets nobody grant this at start, not even itself.
    ...(flavor === 'mysql' ? [`GRANT PROXY ON ''@'' TO '${superuser}'@'%' WITH GRANT OPTION`] : []),
  ];
}

async function writeFiles(folder: string, init: readonly string[], user: User | undefined) {
  const certificates = await makeServerCertificates();
  const write = async (name: string, content: string, mode: number): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode });
    if (user !== undefined) await chown(path, user.uid, user.gid);
    return path;
  };
  return {
    data: join(folder, 'data'),
    log: await write('server.log', '', 0o600),
    generalLog: await write('general.log', '', 0o600),
    // One statement a line: that is all that the server reads of such a file.
    init: await write('init.sql', init.map((line) => `${line};\n`).join(''), 0o600),
    ca: await write('ca.pem', certificates.ca, 0o644),
    caPem: certificates.ca,
    certificate: await write('server.crt', certificates.certificate, 0o600),
    privateKey: await write('server.key', certificates.privateKey, 0o600),
  };
}

async function ready(
  folder: GuardedFolder,
  flavor: PackagedServer,
  log: string,
  timeoutMs: number,
): Promise<void> {
  let failure: string | undefined;
  void folder.ended.then((end) => {
    failure = `it ended (${end.error ?? `status ${end.code ?? end.signal}`})`;
  });
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    // Read before the check, so that a failure's last words are in the text.
    const failed = failure;
    const text = await readFile(log, 'utf8');
    if (failed === undefined && text.includes('ready for connections')) return;
    const late = performance.now() > deadlineMs ? `it was not ready after ${timeoutMs} ms` : undefined;
    const reason = failed ?? late;
    if (reason !== undefined) {
      throw new Error(
        `${flavor} did not start: ${reason}. The end of its log:\n${text.trimEnd().split('\n').slice(-20).join('\n')}`,
      );
    }
    await sleep(15);
  }
}
