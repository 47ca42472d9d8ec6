import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MysqlServer, startMysqlServer } from './mysql.ts';
import { createMysqlAdmin } from './mysql-admin.ts';
import { findServer } from './mysql-binaries.ts';
import { logInToMysql, mysqlLoginOutcome, mysqlRows } from './mysql-login.ts';
import { describeWithServer } from './require-servers.ts';

for (const flavor of ['mysql', 'mariadb'] as const) {
  describeWithServer(
    'mysql',
    () => findServer(flavor),
    `startMysqlServer with ${flavor}`,
    () => {
      let server: MysqlServer;
      beforeAll(async () => {
        server = await startMysqlServer(flavor);
      });
      afterAll(() => server?.stop());

      const superuser = () => ({ user: server.superuser, password: server.superuserPassword });

      test('speaks TLS that verifies with its authority only', async () => {
        const connection = await logInToMysql(server, superuser());
        const [status] = await mysqlRows<{ Value: string }>(connection, "SHOW STATUS LIKE 'Ssl_version'");
        await connection.end();

        const withoutAuthority = logInToMysql({ ...server, caPem: '' }, superuser());

        await expect(withoutAuthority).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' });
        expect(status?.Value).toBe('TLSv1.3');
      });

      test('refuses a wrong password with error 1045', async () => {
        expect(await mysqlLoginOutcome(server, { ...superuser(), password: 'wrong' })).toBe(1045);
      });

      test('shows each login in its log', async () => {
        await using _admin = await createMysqlAdmin(server, { username: 'logged', database: 'logs' });

        const lines = (await server.log()).split('\n').filter((line) => line.includes('logged@127.0.0.1'));

        expect(lines).toHaveLength(1);
      });

      test('gives an admin that makes users and is not root', async () => {
        await using admin = await createMysqlAdmin(server);
        await admin.query("CREATE USER 'orders app'@'%' IDENTIFIED BY 'orders'");
        await admin.query("GRANT SELECT ON app.* TO 'orders app'@'%'");

        const outcome = await mysqlLoginOutcome(server, { user: 'orders app', password: 'orders' });
        const change = admin.query('SET GLOBAL max_connections = 10');

        await expect(change).rejects.toMatchObject({ errno: 1227 });
        expect(outcome).toBe('accepted');
      });

      test('does not speak TLS when told not to', async () => {
        await using plain = await startMysqlServer(flavor, { tls: false });

        const login = logInToMysql(plain, { user: plain.superuser, password: plain.superuserPassword });

        await expect(login).rejects.toMatchObject({ code: 'HANDSHAKE_NO_SSL_SUPPORT' });
      });

      test('says why it did not start', async () => {
        const start = startMysqlServer(flavor, { settings: { 'no-such-setting': 'on' } });

        await expect(start).rejects.toThrow(/did not start: .*no-such-setting/s);
      });

      test('ends when the process that started it is killed', async () => {
        const program = fileURLToPath(new URL('start-mysql-and-wait.ts', import.meta.url));
        const parent = spawn(process.execPath, [program, flavor], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [line] = await once(createInterface({ input: parent.stdout }), 'line');
        const folder = dirname(JSON.parse(line).dataDir);
        const existed = existsSync(folder);

        parent.kill('SIGKILL');
        const deadlineMs = performance.now() + 60_000;
        while (existsSync(folder) && performance.now() < deadlineMs) await sleep(50);

        expect(existed).toBe(true);
        expect(existsSync(folder)).toBe(false);
      });
    },
  );
}
