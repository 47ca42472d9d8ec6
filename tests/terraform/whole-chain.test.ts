import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { LiveAccount } from './live-account.ts';
import { describeWithTerraform, Workspace } from './workspace.ts';

/** A secret as it is configured at some moment. */
interface Moment {
  readonly strategy: string;
  readonly rotation: string;
  readonly replicas: string;
}

describeWithTerraform('the whole chain', () => {
  describeWithPostgres([18], 'a user that no one has a password for', () => {
    describe.each(['single-user', 'alternating-users'])('%s', (strategy) => {
      const secret = 'prod/orders/db';
      const first: Moment = { strategy, rotation: '{ automatically_after_days = 30 }', replicas: '{}' };
      const calm = '{ automatically_after_days = 60, rotate_immediately = false }';
      let account: LiveAccount;
      let workspace: Workspace;

      beforeAll(async () => {
        account = await LiveAccount.open();
        workspace = await Workspace.create({ STANDIN_RETRY_SECONDS: '10' });
      });
      afterAll(async () => {
        await workspace?.[Symbol.asyncDispose]();
        await account?.[Symbol.asyncDispose]();
      });

      it('is born at the first apply', async () => {
        await workspace.configure(configuration(account, secret, first));
        await workspace.apply();
        await account.untilBorn(secret);

        expect(await account.logsIn(await account.read(secret))).toBe(true);
        expect(await workspace.isSettled()).toBe(true);
      });

      it('is rotated, and Terraform sees no difference however old the first version is', async () => {
        const before = await account.read(secret);

        for (let count = 0; count < 3; count += 1) await account.rotate(secret);

        const now = await account.read(secret);
        expect(now.password).not.toBe(before.password);
        expect(await account.logsIn(now)).toBe(true);
        expect(await workspace.isSettled()).toBe(true);
        await workspace.apply();
        expect(await account.read(secret)).toEqual(now);
      });

      it('is not rotated by another schedule', async () => {
        const before = await account.currentVersion(secret);

        await workspace.write(configuration(account, secret, { ...first, rotation: calm }));
        await workspace.apply();

        const { RotationRules } = await account.describe(secret);
        expect(RotationRules?.AutomaticallyAfterDays).toBe(60);
        expect(await account.currentVersion(secret)).toBe(before);
        expect(await workspace.isSettled()).toBe(true);
      });

      it('gets replicas and loses one again', async () => {
        const regions = async () =>
          (await account.describe(secret)).ReplicationStatus?.map(({ Region }) => Region).sort();

        const both = '{ eu-west-1 = {}, us-west-2 = {} }';
        await workspace.write(configuration(account, secret, { strategy, rotation: calm, replicas: both }));
        await workspace.apply();
        const added = await regions();
        await workspace.write(
          configuration(account, secret, { strategy, rotation: calm, replicas: '{ us-west-2 = {} }' }),
        );
        await workspace.apply();

        expect(added).toEqual(['eu-west-1', 'us-west-2']);
        expect(await regions()).toEqual(['us-west-2']);
        expect(await workspace.isSettled()).toBe(true);
      });

      it('stays as it is when rotation is switched off', async () => {
        const before = await account.read(secret);

        await workspace.write(configuration(account, secret, { ...first, rotation: '{ enabled = false }' }));
        await workspace.apply();

        expect((await account.describe(secret)).RotationEnabled ?? false).toBe(false);
        expect(await account.read(secret)).toEqual(before);
        expect(await account.logsIn(before)).toBe(true);
      });

      it('never had a password in the state or a plan', async () => {
        const passwords = [...(await account.passwords(secret)), account.admin.password];
        const written = await workspace.written();

        expect(passwords.length).toBeGreaterThan(4);
        expect(passwords.filter((password) => written.includes(password))).toEqual([]);
      });

      it('goes with everything else', async () => {
        await workspace.destroy();

        await expect(account.describe(secret)).rejects.toThrow("can't find the specified secret");
        expect(await workspace.resources()).toEqual([]);
      });
    });
  });
});

function configuration(account: LiveAccount, name: string, { strategy, rotation, replicas }: Moment): string {
  return `${account.provider}

module "rotating_secret" {
  source = "./repository"

  secrets = {
    orders = {
      name                    = "${name}"
      engine                  = "postgres"
      strategy                = "${strategy}"
      connection              = ${account.connection('orders_app')}
      admin_secret_arn        = "${account.adminSecretArn}"
      manage_user             = true
      rotation                = ${rotation}
      replicas                = ${replicas}
      recovery_window_in_days = 0
    }
  }

  rotators = {
    postgres-${strategy} = { environment_variables = { CA_BUNDLE = "${account.server.caPath}" } }
  }
}
`;
}
