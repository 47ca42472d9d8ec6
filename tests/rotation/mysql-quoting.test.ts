import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Deadline } from '../../functions/core/deadline.ts';
import { Sensitive } from '../../functions/core/sensitive.ts';
import { type Connection, connect } from '../../functions/mysql/connection.ts';
import { quoteIdentifier, quoteLiteral } from '../../functions/mysql/quoting.ts';
import { nativeVerifier } from '../../functions/mysql/verifier.ts';
import { type MysqlServer, startMysqlServer } from '../servers/mysql.ts';
import { findServer } from '../servers/mysql-binaries.ts';
import { mysqlLoginOutcome } from '../servers/mysql-login.ts';
import { describeWithServer } from '../servers/require-servers.ts';

// Any text without NUL and without lone surrogates, which UTF-8 cannot carry.
const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((drawn) => drawn.toWellFormed().replaceAll('\0', ''));
const hostile = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '?',
      ';',
      '--',
      '/*',
      '%',
      '\n',
      '\x1a',
      'é',
      '名',
      '\\0',
      "\\'",
      '縗',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const defaults = [
  {},
  { 'sql-mode': 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' },
  { 'sql-mode': 'ANSI,TRADITIONAL', 'character-set-server': 'latin1' },
  // The second byte of its characters can be a backslash.
  { 'character-set-server': 'gbk', 'init-connect': 'SET NAMES gbk' },
];

/** Names and passwords of any characters, held against what a server makes of them, whatever its defaults are. */
for (const flavor of ['mysql', 'mariadb'] as const) {
  for (const settings of defaults) {
    describeWithServer(
      'mysql',
      () => findServer(flavor),
      `quoting on ${flavor} with ${JSON.stringify(settings)}`,
      () => {
        let server: MysqlServer;
        let connection: Connection;

        beforeAll(async () => {
          server = await startMysqlServer(flavor, { settings });
          const { host, port, superuser: username, superuserPassword, caPem } = server;
          const result = await connect(
            {
              host,
              port,
              username,
              password: new Sensitive(superuserPassword),
              dbname: undefined,
              ssl: true,
            },
            Deadline.in(100_000),
            () => ({ ca: [caPem], rejectUnauthorized: true, verifyIdentity: true }),
          );
          if (result.outcome === 'rejected') throw new Error('the superuser was rejected');
          connection = result.connection;
        });

        afterAll(async () => {
          await connection?.[Symbol.asyncDispose]();
          await server?.stop();
        });

        it('round-trips any string constant', async () => {
          await fc.assert(
            fc.asyncProperty(fc.oneof(text, hostile), async (drawn) => {
              const rows = await connection.query(`SELECT ${quoteLiteral(drawn)} AS text`);

              expect(rows.map((row) => row.text)).toEqual([drawn]);
            }),
            { numRuns: 200 },
          );
        });

        it('round-trips any identifier', async () => {
          await fc.assert(
            fc.asyncProperty(fc.oneof(text, hostile), async (drawn) => {
              // Names are of the Basic Multilingual Plane.
              fc.pre(/^[\u0001-\uffff]{0,60}$/u.test(drawn));
              // An alias loses blanks at its ends.
              const name = `n${drawn}n`;

              const [row = {}] = await connection.query(`SELECT 1 AS ${quoteIdentifier(name)}`);

              expect(Object.keys(row)).toEqual([name]);
            }),
            { numRuns: 200 },
          );
        });

        it('sets any password such that it lets in, and no other', async () => {
          await connection.query("CREATE USER quoted IDENTIFIED BY 'initial'");
          await fc.assert(
            fc.asyncProperty(fc.oneof(text, hostile), async (password) => {
              fc.pre(password !== '');
              const clause =
                flavor === 'mysql'
                  ? `BY ${quoteLiteral(password)}`
                  : `BY PASSWORD ${quoteLiteral(nativeVerifier(password))}`;
              await connection.query(`ALTER USER quoted IDENTIFIED ${clause}`);

              const login = { user: 'quoted', password };
              expect(await mysqlLoginOutcome(server, login)).toBe('accepted');
              expect(await mysqlLoginOutcome(server, { ...login, password: `${password}x` })).toBe(1045);
            }),
            { numRuns: 25 },
          );
        });
      },
    );
  }
}
