import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { MysqlServer } from './mysql.ts';

/** Who logs in where. */
export interface MysqlLogin {
  readonly user: string;
  readonly password: string;
  readonly database?: string;
  /** Default true: TLS, verified against the server's own authority. */
  readonly tls?: boolean;
}

/** Logs in; the caller ends the connection. */
export function logInToMysql(
  { host, port, caPem }: Pick<MysqlServer, 'host' | 'port' | 'caPem'>,
  { user, password, database, tls = true }: MysqlLogin,
): Promise<Connection> {
  return createConnection({
    host,
    port,
    user,
    password,
    ...(database === undefined ? {} : { database }),
    ...(tls ? { ssl: { ca: caPem, verifyIdentity: true } } : {}),
    connectTimeout: 20_000,
  });
}

/** Logs in and out again: `accepted`, or the number of the error with which the server refused (1045: wrong password). */
export async function mysqlLoginOutcome(
  server: Pick<MysqlServer, 'host' | 'port' | 'caPem'>,
  login: MysqlLogin,
): Promise<'accepted' | number> {
  try {
    const connection = await logInToMysql(server, login);
    await connection.end();
    return 'accepted';
  } catch (error) {
    const errno: unknown = error instanceof Error ? Reflect.get(error, 'errno') : undefined;
    if (typeof errno === 'number' && errno >= 1000) return errno;
    throw error;
  }
}

/** Runs a statement and returns its rows, if it has any. */
export async function mysqlRows<Row>(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
