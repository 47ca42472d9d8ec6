import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMysqlTarget } from '../rotation/mysql-target.ts';
import { findServer } from '../servers/mysql-binaries.ts';
import { describeWithServer } from '../servers/require-servers.ts';
import { Chain } from './chain.ts';
import { describeWithTerraform } from './workspace.ts';

const strategies = ['single-user', 'alternating-users', 'dual-password'];

describeWithTerraform('the whole chain', () => {
  describeWithServer(
    'mysql',
    () => findServer('mysql'),
    'users of MySQL that no one has a password for',
    () => {
      let chain: Chain;

      beforeAll(async () => {
        chain = await Chain.open(await startMysqlTarget('mysql'), strategies);
      });
      afterAll(() => chain?.[Symbol.asyncDispose]());

      it('are born at the first apply', async () => {
        const { account, workspace } = chain;

        await workspace.configure(chain.configuration({ rotation: '{ automatically_after_days = 30 }' }));
        await workspace.apply();
        await chain.each((secret) => account.untilBorn(secret));

        const accepted = await chain.each(async (secret) => account.logsIn(await account.read(secret)));
        expect(accepted).toEqual(chain.all(true));
      });

      it('are rotated as their strategy says, and Terraform sees no difference', async () => {
        const { account, secrets, workspace } = chain;
        const before = await chain.values();

        for (const secret of secrets) await account.rotate(secret);

        const now = await chain.each(async (secret) => account.logsIn(await account.read(secret)));
        expect(now).toEqual(chain.all(true));
        const old = await chain.each(async (secret) =>
          account.logsIn(before[secret] ?? { username: secret }),
        );
        expect(old).toEqual({ 'single-user': false, 'alternating-users': true, 'dual-password': true });
        expect(await workspace.isSettled()).toBe(true);
      });

      it('never had a password in the state or a plan', async () => {
        expect(await chain.leakedPasswords(7)).toEqual([]);
      });

      it('go with everything else', async () => {
        await chain.workspace.destroy();

        expect(await chain.workspace.resources()).toEqual([]);
      });
    },
  );
});
