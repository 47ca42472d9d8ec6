import { randomBytes } from 'node:crypto';
import { type MysqlServer, startMysqlServer } from '../../tests/servers/mysql.ts';
import { createMysqlAdmin, type MysqlAdmin } from '../../tests/servers/mysql-admin.ts';
import { logInToMysql } from '../../tests/servers/mysql-login.ts';
import type { PackagedServer } from '../../tests/servers/mysql-packages.ts';
import type { DemoDatabase, DemoEngine, LoggedLogins, LoginOutcome, SecretValue } from './engine.ts';

const applicationRole = 'orders_reader';
/** `ER_ACCESS_DENIED_ERROR`; the server answers it for a user that does not exist, too. */
const accessDenied = 1045;

/** MySQL, with TLS for everybody. */
export const mysqlEngine: DemoEngine = engineFor('mysql');

/** MariaDB, with TLS for everybody. */
export const mariadbEngine: DemoEngine = engineFor('mariadb');

function engineFor(flavor: PackagedServer): DemoEngine {
  return {
    bundle: 'bundles/mysql.zip',
    async start() {
      const server = await startMysqlServer(flavor, { settings: { 'require-secure-transport': 'ON' } });
      try {
        return await furnish(server);
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

async function furnish(server: MysqlServer): Promise<DemoDatabase> {
  const admin = await createMysqlAdmin(server, { username: 'demo_admin', database: 'shop' });
  await admin.query('CREATE TABLE orders AS SELECT 1 AS id UNION SELECT 2 UNION SELECT 3');
  await admin.query(`CREATE ROLE ${applicationRole}`);
  await admin.query(`GRANT SELECT ON shop.orders TO ${applicationRole}`);

  const address = { engine: server.flavor, host: server.host, port: server.port, dbname: admin.database };
  const product =
    server.flavor === 'mysql' ? 'MySQL (TLS, caching_sha2_password)' : 'MariaDB (TLS, mysql_native_password)';
  return {
    description: `${product} ${server.version} on ${server.host}:${server.port}`,
    caPath: server.caPath,
    admin: { ...address, username: admin.username, password: admin.password },
    applicationRole,
    createUser: (username) => createUser(server, admin, username, address),
    logIn: (value) => logIn(server, value),
    loginsInLog: async () => loginsIn(await server.log()),
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}

async function createUser(
  { flavor }: MysqlServer,
  admin: MysqlAdmin,
  username: string,
  address: Omit<SecretValue, 'username'>,
): Promise<SecretValue> {
  const password = randomBytes(24).toString('base64url');
  await admin.query('CREATE USER ?@? IDENTIFIED BY ?', [username, '%', password]);
  await admin.query(`GRANT ${applicationRole} TO ?@?`, [username, '%']);
  await admin.query(
    flavor === 'mysql' ? 'ALTER USER ?@? DEFAULT ROLE ALL' : `SET DEFAULT ROLE ${applicationRole} FOR ?@?`,
    [username, '%'],
  );
  return { ...address, username, password };
}

async function logIn(server: MysqlServer, value: SecretValue): Promise<LoginOutcome> {
  try {
    const connection = await logInToMysql(server, {
      user: value.username,
      password: value.password ?? '',
      database: value.dbname,
    });
    await connection.query('SELECT COUNT(*) FROM orders');
    await connection.end();
    return 'accepted';
  } catch (error) {
    if (error instanceof Error && 'errno' in error && error.errno === accessDenied) return 'refused';
    throw error;
  }
}

/** The function's sessions are those that begin by setting themselves up, in a statement that says whose it is. */
function loginsIn(log: string): LoggedLogins {
  const users = new Map<string, string>();
  const accepted: string[] = [];
  for (const [, id = '', command, text = ''] of log.matchAll(/\s(\d+) (Connect|Query)\t(.*)$/gm)) {
    if (command === 'Connect') users.set(id, text.slice(0, text.lastIndexOf('@')));
    else if (text.startsWith('/* rotating-secret */')) accepted.push(users.get(id) ?? 'unknown');
  }
  return {
    accepted,
    refused: [...log.matchAll(/Connect\tAccess denied for user/g)].length,
  };
}
