import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgresTarget } from '../rotation/postgres-target.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { Chain } from './chain.ts';
import { describeWithTerraform } from './workspace.ts';

const monthly = { rotation: '{ automatically_after_days = 30 }' };
const calm = { rotation: '{ automatically_after_days = 60, rotate_immediately = false }' };
const off = { rotation: '{ enabled = false }' };

describeWithTerraform('the whole chain', () => {
  describeWithPostgres([18], 'users that no one has a password for', (major) => {
    let chain: Chain;

    beforeAll(async () => {
      chain = await Chain.open(await startPostgresTarget({ major }), ['single-user', 'alternating-users']);
    });
    afterAll(() => chain?.[Symbol.asyncDispose]());

    it('are born at the first apply', async () => {
      const { account, workspace } = chain;

      await workspace.configure(chain.configuration(monthly));
      await workspace.apply();
      await chain.each((secret) => account.untilBorn(secret));

      const accepted = await chain.each(async (secret) => account.logsIn(await account.read(secret)));
      expect(accepted).toEqual(chain.all(true));
      expect(await workspace.isSettled()).toBe(true);
    });

    it('are rotated, and Terraform sees no difference however old the first version is', async () => {
      const { account, secrets, workspace } = chain;
      const before = await chain.values();

      for (let count = 0; count < 3; count += 1) {
        for (const secret of secrets) await account.rotate(secret);
      }

      const now = await chain.values();
      for (const secret of secrets) {
        expect(now[secret]?.password).not.toBe(before[secret]?.password);
        expect(await account.logsIn(await account.read(secret)), secret).toBe(true);
      }
      expect(await workspace.isSettled()).toBe(true);
      await workspace.apply();
      expect(await chain.values()).toEqual(now);
    });

    it('are not rotated by another schedule', async () => {
      const { account, workspace } = chain;
      const before = await chain.each((secret) => account.currentVersion(secret));

      await chain.apply(calm);

      const days = await chain.each(
        async (secret) => (await account.describe(secret)).RotationRules?.AutomaticallyAfterDays,
      );
      expect(days).toEqual(chain.all(60));
      expect(await chain.each((secret) => account.currentVersion(secret))).toEqual(before);
      expect(await workspace.isSettled()).toBe(true);
    });

    it('get replicas and lose one again', async () => {
      const { account, workspace } = chain;
      const regions = () =>
        chain.each(async (secret) =>
          (await account.describe(secret)).ReplicationStatus?.map(({ Region }) => Region).sort(),
        );

      await chain.apply({ ...calm, replicas: '{ eu-west-1 = {}, us-west-2 = {} }' });
      const added = await regions();
      await chain.apply({ ...calm, replicas: '{ us-west-2 = {} }' });

      expect(added).toEqual(chain.all(['eu-west-1', 'us-west-2']));
      expect(await regions()).toEqual(chain.all(['us-west-2']));
      expect(await workspace.isSettled()).toBe(true);
    });

    it('stay as they are when rotation is switched off', async () => {
      const { account } = chain;
      const before = await chain.values();

      await chain.apply({ ...off, replicas: '{ us-west-2 = {} }' });

      const enabled = await chain.each(
        async (secret) => (await account.describe(secret)).RotationEnabled ?? false,
      );
      expect(enabled).toEqual(chain.all(false));
      expect(await chain.values()).toEqual(before);
      const accepted = await chain.each(async (secret) => account.logsIn(await account.read(secret)));
      expect(accepted).toEqual(chain.all(true));
    });

    it('never had a password in the state or a plan', async () => {
      expect(await chain.leakedPasswords(9)).toEqual([]);
    });

    it('go with everything else', async () => {
      const { account, secrets, workspace } = chain;

      await workspace.destroy();

      for (const secret of secrets)
        await expect(account.describe(secret)).rejects.toThrow("can't find the specified secret");
      expect(await workspace.resources()).toEqual([]);
    });
  });
});
