import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../tests/servers/postgres.ts';
import { createPostgresAdmin, type PostgresAdmin } from '../../tests/servers/postgres-admin.ts';
import type { DemoDatabase, DemoEngine, LoggedLogins, LoginOutcome, SecretValue } from './engine.ts';

const applicationName = 'demo-application';
const applicationRole = 'orders_reader';
/** `invalid_password`; PostgreSQL answers it for a user that does not exist, too. */
const invalidPassword = '28P01';

/** PostgreSQL, with TLS for everybody. */
export const postgresEngine: DemoEngine = {
  bundle: 'bundles/postgres.zip',
  async start() {
    const server = await startPostgres({ hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'] });
    try {
      return await furnish(server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  },
};

async function furnish(server: PostgresServer): Promise<DemoDatabase> {
  const admin = await createPostgresAdmin(server, { username: 'demo_admin', database: 'shop' });
  await admin.query('CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 3) AS n');
  await admin.query(`CREATE ROLE ${applicationRole} NOLOGIN`);
  await admin.query(`GRANT SELECT ON orders TO ${applicationRole}`);
  const [row] = await admin.query<{ server_version: string }>('SHOW server_version');

  const address = { engine: 'postgres', host: server.host, port: server.port, dbname: admin.database };
  return {
    description: `PostgreSQL ${row?.server_version} on ${server.host}:${server.port} (TLS, SCRAM-SHA-256)`,
    caPath: server.caPath,
    admin: { ...address, username: admin.username, password: admin.password },
    applicationRole,
    createUser: (username) => createUser(admin, username, address),
    logIn: (value) => logIn(server, value),
    loginsInLog: async () => loginsIn(await server.log()),
    async [Symbol.asyncDispose]() {
      await admin.close();
      await server.stop();
    },
  };
}

async function createUser(
  admin: PostgresAdmin,
  username: string,
  address: Omit<SecretValue, 'username'>,
): Promise<SecretValue> {
  const password = await admin.createUser(username);
  await admin.query(`GRANT ${applicationRole} TO ${pg.escapeIdentifier(username)}`);
  return { ...address, username, password };
}

async function logIn(server: PostgresServer, value: SecretValue): Promise<LoginOutcome> {
  const client = new pg.Client({
    host: value.host,
    port: value.port,
    database: value.dbname,
    user: value.username,
    password: value.password,
    ssl: { ca: server.caPem },
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT count(*) FROM orders');
    return 'accepted';
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === invalidPassword) return 'refused';
    throw error;
  } finally {
    await client.end();
  }
}

function loginsIn(log: string): LoggedLogins {
  const authorized = /LOG: {2}connection authorized: user=(\S+) (.*)$/gm;
  return {
    accepted: [...log.matchAll(authorized)]
      .filter(([, , rest]) => rest?.includes(`application_name=${applicationName} `) !== true)
      .map(([, user = '']) => user),
    refused: [...log.matchAll(/FATAL: {2}password authentication failed/g)].length,
  };
}
