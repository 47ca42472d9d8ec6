import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgresTarget } from '../rotation/postgres-target.ts';
import { describeWithPostgres } from '../servers/require-servers.ts';
import { ofType } from './calls.ts';
import { Chain, type Moment } from './chain.ts';
import { describeWithTerraform } from './workspace.ts';

const secret = 'alternating-users';

/** What stands around the secret: a network, keys, and what tells of rotations. */
const surroundings = `
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.0.0/24"
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = aws_vpc.this.id
}

resource "aws_kms_key" "replica" {
  region = "us-west-2"
}
`;

const settings = `
  create_kms_key = true

  network = {
    vpc_id          = aws_vpc.this.id
    subnet_ids      = [aws_subnet.private.id]
    databases       = { orders = { security_group_id = aws_security_group.database.id, port = 5432 } }
    create_endpoint = true
  }

  notifications = {
    create_topic             = true
    create_topic_kms_key     = true
    topic_email_addresses    = ["on-call@example.com"]
    create_dead_letter_queue = true
    create_trail             = true
  }

  tags = { service = "orders" }
`;

/**
 * The shape of examples/complete, applied: with its network, keys, replica, notifications and endpoint. The endpoint
 * is made up, so that the function is told where Secrets Manager really is.
 */
describeWithTerraform('the whole chain', () => {
  describeWithPostgres([18], 'with everything around it', (major) => {
    let chain: Chain;
    /** The configuration as it is now, which the steps change. */
    let moment: Moment;

    beforeAll(async () => {
      chain = await Chain.open(await startPostgresTarget({ major }), [secret]);
      moment = {
        rotation: '{ schedule_expression = "cron(0 2 ? * SUN *)", duration = "3h" }',
        replicas: '{ us-west-2 = { kms_key_id = aws_kms_key.replica.arn } }',
        surroundings,
        settings,
        rotator: `tracing_mode = "Active"\npassword = { length = 48 }`,
        environment: `SECRETS_MANAGER_ENDPOINT = "${chain.account.emulator.url}"`,
      };
      await chain.workspace.configure(chain.configuration(moment));
      await chain.workspace.apply();
      await chain.account.untilBorn(secret);
    });
    afterAll(() => chain?.[Symbol.asyncDispose]());

    it('gives a user a password as long as it says', async () => {
      const value = await chain.account.read(secret);

      expect(value.password).toHaveLength(48);
      expect(await chain.account.logsIn(value)).toBe(true);
    });

    it('encrypts the secret and its replica with keys of their own', async () => {
      const { KmsKeyId, ReplicationStatus = [] } = await chain.account.describe(secret);

      expect(KmsKeyId).toMatch(/^arn:aws:kms:us-east-1:/);
      expect(ReplicationStatus).toMatchObject([{ Region: 'us-west-2', Status: 'InSync' }]);
      expect(ReplicationStatus[0]?.KmsKeyId).toMatch(/^arn:aws:kms:us-west-2:/);
    });

    it('rotates, one user after the other, and Terraform sees no difference', async () => {
      const first = await chain.account.read(secret);

      await chain.account.rotate(secret);
      const second = await chain.account.read(secret);
      await chain.account.rotate(secret);

      expect(second.username).toBe(`${first.username}_clone`);
      expect((await chain.account.read(secret)).username).toBe(first.username);
      expect(await chain.account.logsIn(second)).toBe(true);
      expect(await chain.workspace.isSettled()).toBe(true);
    });

    it('takes another schedule without a rotation', async () => {
      const before = await chain.account.currentVersion(secret);

      moment = {
        ...moment,
        rotation:
          '{ schedule_expression = "cron(0 4 ? * MON *)", duration = "2h", rotate_immediately = false }',
      };
      await chain.apply(moment);

      const { RotationRules } = await chain.account.describe(secret);
      expect(RotationRules).toEqual({ ScheduleExpression: 'cron(0 4 ? * MON *)', Duration: '2h' });
      expect(await chain.account.currentVersion(secret)).toBe(before);
      expect(await chain.workspace.isSettled()).toBe(true);
    });

    it('gets another replica beside the one with its own key', async () => {
      moment = {
        ...moment,
        replicas: '{ us-west-2 = { kms_key_id = aws_kms_key.replica.arn }, eu-west-1 = {} }',
      };
      await chain.apply(moment);

      const { ReplicationStatus = [] } = await chain.account.describe(secret);
      expect(ReplicationStatus.map(({ Region }) => Region).sort()).toEqual(['eu-west-1', 'us-west-2']);
      expect(await chain.workspace.isSettled()).toBe(true);
    });

    it('keeps its value and its endpoint when rotation is switched off', async () => {
      const before = await chain.account.read(secret);

      moment = { ...moment, rotation: '{ enabled = false }' };
      await chain.apply(moment);

      expect((await chain.account.describe(secret)).RotationEnabled ?? false).toBe(false);
      expect(await chain.account.read(secret)).toEqual(before);
      expect(await chain.account.logsIn(before)).toBe(true);
      const resources = await chain.workspace.resources();
      const [endpoint] = ofType(resources, 'aws_vpc_endpoint');
      expect(String(endpoint?.policy)).toContain((await chain.account.describe(secret)).ARN);
      expect(ofType(resources, 'aws_lambda_function')).toEqual([]);
      expect(await chain.workspace.isSettled()).toBe(true);
    });

    it('never had a password in the state or a plan', async () => {
      expect(await chain.leakedPasswords(4)).toEqual([]);
    });

    it('goes with everything around it', async () => {
      await chain.workspace.destroy();

      expect(await chain.workspace.resources()).toEqual([]);
    });
  });
});
