import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { createPostgresAdmin } from './postgres-admin.ts';
import { logIn, loginOutcome } from './postgres-login.ts';
import { describeWithPostgres } from './require-servers.ts';

describeWithPostgres([18, 15], 'startPostgres', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major });
  });
  afterAll(() => server?.stop());

  const superuser = () => ({ user: server.superuser, password: server.superuserPassword });

  test('runs the major version asked for', async () => {
    const client = await logIn(server, superuser());

    const { rows } = await client.query('SHOW server_version_num');
    await client.end();

    expect(Math.floor(Number(rows[0].server_version_num) / 10_000)).toBe(major);
    expect(server.majorVersion).toBe(major);
  });

  test('speaks TLS that verifies with its authority only', async () => {
    const withAuthority = await logIn(server, superuser());
    const { rows } = await withAuthority.query(
      'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    await withAuthority.end();
    const withoutAuthority = new pg.Client({
      host: server.host,
      port: server.port,
      ...superuser(),
      database: 'postgres',
      ssl: { rejectUnauthorized: true },
    });

    await expect(withoutAuthority.connect()).rejects.toMatchObject({
      code: expect.stringMatching(/^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/),
    });
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
  });

  test('refuses a wrong password with SQLSTATE 28P01', async () => {
    expect(await loginOutcome(server, { ...superuser(), password: 'wrong' })).toBe('28P01');
  });

  test('shows each login in its log', async () => {
    const admin = await createPostgresAdmin(server, { username: `log"ged`, database: 'logged' });
    await admin.close();

    const log = await server.log();

    const authorized = log.split('\n').filter((line) => line.includes('connection authorized: user=log"ged'));
    expect(authorized).toHaveLength(1);
    expect(authorized[0]).toContain('database=logged SSL enabled');
  });

  test('gives an admin that makes users and is no superuser', async () => {
    await using admin = await createPostgresAdmin(server);
    const password = await admin.createUser('orders app');

    const [role] = await admin.query(
      'SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    const outcome = await loginOutcome(server, {
      user: 'orders app',
      password,
      database: admin.database,
    });
    const change = admin.query(`ALTER ROLE ${server.superuser} PASSWORD 'x'`);

    await expect(change).rejects.toMatchObject({ code: '42501' });
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true });
    expect(outcome).toBe('accepted');
  });
});

describeWithPostgres([18], 'the life of a server', (major) => {
  test('ends with its process and its folder when stopped, also twice', async () => {
    const server = await startPostgres({ major });
    await server.stop();
    await server.stop();

    expect(existsSync(dirname(server.dataDir))).toBe(false);
    expect(await accepts(server.port)).toBe(false);
  });

  test('ends when the process that started it is killed', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('start-and-wait.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const { port, dataDir } = JSON.parse(line);
    const acceptedBefore = await accepts(port);

    parent.kill('SIGKILL');
    const deadlineMs = performance.now() + 60_000;
    while (existsSync(dirname(dataDir)) && performance.now() < deadlineMs) await sleep(50);

    expect(acceptedBefore).toBe(true);
    expect(existsSync(dirname(dataDir))).toBe(false);
    expect(await accepts(port)).toBe(false);
  });

  test('keeps plaintext and TLS apart as pg_hba.conf says', async () => {
    await using server = await startPostgres({
      major,
      hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
    });
    const plain = new pg.Client({
      host: server.host,
      port: server.port,
      user: server.superuser,
      password: server.superuserPassword,
      database: 'postgres',
    });

    await expect(plain.connect()).rejects.toMatchObject({ code: '28000' });
  });

  test('does not speak TLS when told not to', async () => {
    await using server = await startPostgres({ major, tls: false });

    const outcome = logIn(server, { user: server.superuser, password: server.superuserPassword });

    await expect(outcome).rejects.toThrow('The server does not support SSL connections');
  });

  test('says why it did not start', async () => {
    const start = startPostgres({ major, settings: { no_such_setting: 'on' } });

    await expect(start).rejects.toThrow(/did not start: .*no_such_setting/s);
  });
});

/** Whether somebody listens on the port. */
async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
