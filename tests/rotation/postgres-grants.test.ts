import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { type PostgresTarget, startPostgresTarget } from './postgres-target.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

const page = join(import.meta.dirname, '../../docs/postgres.md');

/** The grants that docs/postgres.md tells to run, run as they stand there by somebody who owns the server. */
describeWithPostgres([18, 15], 'an admin with the documented grants', (major) => {
  let target: PostgresTarget;
  let rehearsal: Rehearsal;
  let adminArn: string;

  beforeAll(async () => {
    target = await startPostgresTarget({ major });
    rehearsal = await startRehearsal({
      bundle: 'postgres',
      caPath: target.caPath,
      environment: { ROTATION_STRATEGY: 'alternating-users' },
    });
    // Made by another than the admin, so that the grants are needed.
    for (const statement of [
      "CREATE ROLE orders_app LOGIN PASSWORD 'initial'",
      'CREATE ROLE orders_app_clone LOGIN',
      'CREATE ROLE orders_readwrite',
    ]) {
      await target.superuser.query(statement);
    }
    for (const statement of await documentedGrants()) await target.superuser.query(statement);
    const { host, port } = target;
    const admin = { username: 'rotation_admin', password: 'of the admin' };
    adminArn = await rehearsal.createSecret({ engine: 'postgres', host, port, ...admin });
  });

  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
  });

  it('rotates both users of a pair that it did not make, and grants the pinned role', async () => {
    const { engine, host, port, dbname } = target;
    const value = { engine, host, port, dbname, username: 'orders_app', password: 'initial' };
    const arn = await rehearsal.createSecret(value, {
      'rotating-secret:admin-secret': adminArn,
      'rotating-secret:username': 'orders_app',
      'rotating-secret:manage-user': 'true',
      'rotating-secret:grant-roles': 'orders_readwrite',
    });

    const results = [await rehearsal.rotate(arn), await rehearsal.rotate(arn), await rehearsal.rotate(arn)];

    expect(results.map(({ errorMessage }) => errorMessage)).toEqual([undefined, undefined, undefined]);
    const { rows } = await target.superuser.query(
      "SELECT pg_has_role('orders_app_clone', 'orders_readwrite', 'MEMBER') AS granted",
    );
    expect(rows).toEqual([{ granted: true }]);
  });
});

/** The statements of the first SQL block of the page, with a password in place of the ellipsis. */
async function documentedGrants(): Promise<readonly string[]> {
  const [, block = ''] = /```sql\n(.*?)```/s.exec(await readFile(page, 'utf8')) ?? [];
  const statements = block
    .replaceAll('…', 'of the admin')
    .split('\n')
    .filter((line) => !line.startsWith('--') && line.trim() !== '');
  if (statements.length < 4)
    throw new Error(`expected the grants in ${page}, found ${statements.length} statements`);
  return statements;
}
