import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeServerCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { type GuardedFolder, guardFolder } from './guarded-folder.ts';
import { findPostgres, runnableBinDir } from './postgres-binaries.ts';
import { temporaryFolderFor, type User, unprivilegedUser } from './unprivileged-user.ts';

/** What may be asked of a new server. */
export interface PostgresOptions {
  /** Default: what `PG_BIN_DIR` holds, else 18. */
  readonly major?: number;
  /** Default true: with `tls`, the server offers TLS (and refuses nobody who goes without; see `hba`). */
  readonly tls?: boolean;
  /** Settings of postgresql.conf, which win over the launcher's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The lines of pg_hba.conf; default: SCRAM for everybody, with and without TLS. */
  readonly hba?: readonly string[];
  /** How long start may take, in milliseconds; default 60,000. */
  readonly timeoutMs?: number;
}

/** A real PostgreSQL on loopback, alone in a temporary folder. */
export interface PostgresServer extends AsyncDisposable {
  /** `localhost`, which the certificate names. */
  readonly host: string;
  readonly port: number;
  readonly majorVersion: number;
  readonly superuser: string;
  readonly superuserPassword: string;
  /** The certificate authority as PEM, and a file with it; with `tls: false` nothing uses it. */
  readonly caPem: string;
  readonly caPath: string;
  readonly dataDir: string;
  /** All that the server wrote so far: connections, disconnections and statements, each with user, database and pid. */
  log(): Promise<string>;
  /** Stops the server and removes its folder; may be called again. */
  stop(): Promise<void>;
}

const superuser = 'postgres';
const defaultHba = [
  'hostssl all all 127.0.0.1/32 scram-sha-256',
  'hostnossl all all 127.0.0.1/32 scram-sha-256',
];

/** Loopback TCP only, no durability (the data dies with the server), and a log that logins can be counted in. */
const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  log_connections: 'on',
  log_disconnections: 'on',
  log_statement: 'all',
  log_line_prefix: '%m [%p] user=%u db=%d ',
  log_timezone: 'UTC',
};

/**
 * Starts a new PostgreSQL and resolves when it takes connections. It stops at the latest with this process, even when
 * that is killed.
 *
 * @throws ServerUnavailableError when there is no PostgreSQL for this machine
 * @throws Error with the end of the server's log when it does not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between our look for a free port and the server's bind another process may have taken it.
      const portWasTaken = error instanceof Error && error.message.includes('could not bind');
      if (!portWasTaken || attempt === attempts) throw error;
    }
  }
}

async function startOnce(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = findPostgres(options.major);
  const user = unprivilegedUser();
  const folder = await guardFolder(join(temporaryFolderFor(user), 'rotating-secret-postgres-'), user);
  try {
    const binDir = await runnableBinDir(binaries, join(folder.path, 'native'), user);
    const superuserPassword = randomBytes(24).toString('base64url');
    const files = await writeFiles(folder.path, superuserPassword, options.hba ?? defaultHba, user);
    const port = await freePort();
    const settings: Record<string, string> = {
      ...defaultSettings,
      port: String(port),
      hba_file: files.hba,
      ssl: options.tls === false ? 'off' : 'on',
      ssl_cert_file: files.certificate,
      ssl_key_file: files.privateKey,
      ...options.settings,
    };
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
    const command = { env, log: files.log, ...user };
    folder.run([
      {
        ...command,
        program: join(binDir, 'initdb'),
        args: [
          ...['--pgdata', files.data, '--username', superuser, '--pwfile', files.password],
          ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
        ],
      },
      {
        ...command,
        program: join(binDir, 'postgres'),
        args: [
          '-D',
          files.data,
          ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ],
      },
    ]);
    await ready(folder, files.log, options.timeoutMs ?? 60_000);
    return {
      host: 'localhost',
      port,
      majorVersion: binaries.major,
      superuser,
      superuserPassword,
      caPem: files.caPem,
      caPath: files.ca,
      dataDir: files.data,
      log: () => readFile(files.log, 'utf8'),
      stop: () => folder.release(),
      [Symbol.asyncDispose]: () => folder.release(),
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** The data folder must be empty for initdb, so all that is prepared before lies beside it. */
async function writeFiles(folder: string, password: string, hba: readonly string[], user: User | undefined) {
  const certificates = await makeServerCertificates();
  const write = async (name: string, content: string, mode: number): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode });
    if (user !== undefined) await chown(path, user.uid, user.gid);
    return path;
  };
  return {
    data: join(folder, 'data'),
    log: await write('postgres.log', '', 0o600),
    password: await write('superuser-password', password, 0o600),
    hba: await write('pg_hba.conf', `${hba.join('\n')}\n`, 0o600),
    ca: await write('ca.pem', certificates.ca, 0o644),
    caPem: certificates.ca,
    certificate: await write('server.crt', certificates.certificate, 0o600),
    privateKey: await write('server.key', certificates.privateKey, 0o600),
  };
}

async function ready(folder: GuardedFolder, log: string, timeoutMs: number): Promise<void> {
  let failure: string | undefined;
  void folder.ended.then((end) => {
    failure = `${end.program} ended (${end.error ?? `status ${end.code ?? end.signal}`})`;
  });
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    // Read before the check, so that a failure's last words are in the text.
    const failed = failure;
    const text = await readFile(log, 'utf8');
    if (failed === undefined && text.includes('database system is ready to accept connections')) return;
    const late = performance.now() > deadlineMs ? `it was not ready after ${timeoutMs} ms` : undefined;
    const reason = failed ?? late;
    if (reason !== undefined) {
      throw new Error(
        `PostgreSQL did not start: ${reason}. The end of its log:\n${text.trimEnd().split('\n').slice(-20).join('\n')}`,
      );
    }
    await sleep(15);
  }
}
