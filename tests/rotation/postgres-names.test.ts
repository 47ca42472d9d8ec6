import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../functions/postgres/quoting.ts';
import { scramVerifier } from '../../functions/postgres/verifier.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { logIn, loginOutcome } from '../servers/postgres-login.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';

/** Names and passwords of any characters, held against what the server makes of them. */
describeWithPostgres([18, 15], 'quoting', (major) => {
  let server: PostgresServer;
  let superuser: pg.Client;

  beforeAll(async () => {
    server = await startPostgres({ major });
    superuser = await logIn(server, { user: server.superuser, password: server.superuserPassword });
  });

  afterAll(async () => {
    await superuser?.end();
    await server?.stop();
  });

  // Any text without NUL and without lone surrogates, which UTF-8 cannot carry.
  const text = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((drawn) => drawn.toWellFormed().replaceAll('\0', ''));
  const hostile = fc
    .array(fc.constantFrom("'", '"', '\\', '$', ';', '--', '/*', '%', '\n', '\t', 'é', '名', "E'", "\\'"), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));

  it.each(['on', 'off'])(
    'round-trips any string constant with standard_conforming_strings %s',
    async (mode) => {
      await superuser.query(
        `SET standard_conforming_strings = ${mode}; SET backslash_quote = off; SET escape_string_warning = off`,
      );
      await fc.assert(
        fc.asyncProperty(fc.oneof(text, hostile), async (drawn) => {
          const { rows } = await superuser.query(`SELECT ${quoteLiteral(drawn)}::text AS text`);

          expect(rows).toEqual([{ text: drawn }]);
        }),
        { numRuns: 200 },
      );
      await superuser.query('RESET ALL');
    },
  );

  it('round-trips any identifier', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, hostile), async (drawn) => {
        fc.pre(drawn !== '' && Buffer.byteLength(drawn) <= 63);

        const { fields } = await superuser.query(`SELECT 1 AS ${quoteIdentifier(drawn)}`);

        expect(fields.map(({ name }) => name)).toEqual([drawn]);
      }),
      { numRuns: 200 },
    );
  });

  it('makes a verifier that lets the password in, whatever is in it', async () => {
    await superuser.query('CREATE ROLE verified LOGIN');
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, hostile), async (password) => {
        fc.pre(password !== '');
        await superuser.query(`ALTER ROLE verified PASSWORD ${quoteLiteral(await scramVerifier(password))}`);

        expect(await loginOutcome(server, { user: 'verified', password })).toBe('accepted');
        expect(await loginOutcome(server, { user: 'verified', password: `${password}x` })).toBe('28P01');
      }),
      { numRuns: 40 },
    );
  });

  it.each(['½ kg', 'ﬁsh', 'a\u00adb', 'ideographic\u3000space', 'Å'])(
    'normalises %s as the server does',
    async (password) => {
      await superuser.query(
        `CREATE ROLE normal LOGIN PASSWORD ${quoteLiteral(await scramVerifier(password))}`,
      );
      // What the server itself makes of the password lets the same client in.
      const ours = await loginOutcome(server, { user: 'normal', password });
      await superuser.query(`ALTER ROLE normal PASSWORD ${quoteLiteral(password)}`);
      const theirs = await loginOutcome(server, { user: 'normal', password });
      await superuser.query('DROP ROLE normal');

      expect([ours, theirs]).toEqual(['accepted', 'accepted']);
    },
  );
});
