import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, ofType } from './calls.ts';
import { JointPlan } from './joint-plan.ts';
import { describeWithTerraform, repository, type ShownResource } from './workspace.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** Limits of AWS that the number of secrets meets. */
const MANAGED_POLICY_CHARACTERS = 6144;
const MANAGED_POLICIES_OF_A_ROLE = 10;
const EVENT_PATTERN_CHARACTERS = 2048;
const ENVIRONMENT_CHARACTERS = 4096;

describeWithTerraform('the shape of the module', () => {
  const plan = new JointPlan();
  beforeAll(() => plan.run(OTHERS));
  afterAll(() => plan[Symbol.asyncDispose]());

  /** Tests what a call with these arguments would make. */
  function planned(
    title: string,
    settings: string,
    test: (resources: readonly ShownResource[]) => void,
  ): void {
    const { resources } = plan.call(settings);
    it(title, () => test(resources()));
  }

  planned(
    'is empty where create is false',
    `create = false
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }
        notifications = { create_topic = true, create_trail = true, create_dead_letter_queue = true }`,
    (resources) => {
      expect(resources).toEqual([]);
    },
  );

  planned(
    'deploys the committed zip of the engine, once for each engine and strategy in use',
    `secrets = {
        a = { name = "a", engine = "postgres" }
        b = { name = "b", engine = "postgres" }
        c = { name = "c", engine = "postgres", strategy = "alternating-users", admin_secret_arn = "${ADMIN}" }
        d = { name = "d", engine = "mysql", strategy = "alternating-users", admin_secret_arn = "${ADMIN}" }
        e = { name = "e", engine = "mysql", strategy = "dual-password" }
        f = { name = "f", engine = "mariadb" }
      }`,
    (resources) => {
      const functions = ofType(resources, 'aws_lambda_function');
      const deployed = functions.map(({ function_name, source_code_hash }) => [
        function_name,
        Buffer.from(String(source_code_hash), 'base64').toString('hex'),
      ]);
      expect(Object.fromEntries(deployed)).toEqual({
        'rotating-secret-postgres-single-user': committed('postgres'),
        'rotating-secret-postgres-alternating-users': committed('postgres'),
        'rotating-secret-mysql-alternating-users': committed('mysql'),
        'rotating-secret-mysql-dual-password': committed('mysql'),
        'rotating-secret-mariadb-single-user': committed('mysql'),
      });
      for (const { function_name, environment, ...settings } of functions) {
        expect(settings).toMatchObject({
          runtime: 'nodejs24.x',
          handler: 'index.handler',
          architectures: ['arm64'],
          memory_size: 256,
          timeout: 60,
        });
        const [{ variables }] = environment as [{ variables: Record<string, string> }];
        expect(String(function_name).endsWith(`-${variables.ROTATION_STRATEGY}`)).toBe(true);
      }
    },
  );

  planned(
    'lets Secrets Manager call a function for this account alone, and for single secrets where asked',
    `secrets = { a = { name = "a", engine = "postgres" }, b = { name = "b", rotator = "mine" } }
        rotators = { mine = { engine = "custom", create_function = false, permission_source_arn = true, function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:mine:live" } }`,
    (resources) => {
      const permissions = ofType(resources, 'aws_lambda_permission');
      expect(permissions.map(({ source_account }) => source_account)).toEqual([
        '123456789012',
        '123456789012',
      ]);
      expect(permissions.find(({ statement_id }) => statement_id === 'AllowSecretsManager-b')).toMatchObject({
        function_name: 'arn:aws:lambda:eu-west-1:123456789012:function:mine',
        qualifier: 'live',
        principal: 'secretsmanager.amazonaws.com',
      });
    },
  );

  planned(
    'decides on nothing by an ARN that is not known yet',
    `secrets = {
        made    = { name = "made", engine = "postgres", strategy = "alternating-users", admin_secret_arn = aws_secretsmanager_secret.other.arn, kms_key_id = aws_kms_key.other.arn }
        adopted = { create = false, arn = aws_secretsmanager_secret.other.arn, rotator = "mine" }
      }
      rotators = { mine = { engine = "custom", create_function = false, function_arn = aws_lambda_function.other.arn } }
      network = {
        vpc_id     = aws_vpc.other.id
        subnet_ids = [aws_subnet.other.id]
        databases  = { other = { security_group_id = aws_security_group.other.id, port = 5432 } }
        https      = { other = { security_group_id = aws_security_group.other.id, create_ingress_rule = true } }
        create_endpoint = true
      }
      notifications = {
        create_topic    = true
        failure_targets = {
          queue = { type = "sqs", arn = aws_sqs_queue.other.arn, create_policy = true }
          bus   = { type = "event-bus", arn = aws_cloudwatch_event_bus.other.arn, dead_letter_queue_arn = aws_sqs_queue.other.arn }
        }
        create_dead_letter_queue = true
        alarm_actions            = [aws_sns_topic.other.arn]
      }`,
    (resources) => {
      expect(
        ofType(resources, 'aws_secretsmanager_secret')
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['made']);
      expect(ofType(resources, 'aws_secretsmanager_secret_rotation')).toHaveLength(2);
    },
  );

  planned(
    'may be called many times',
    `for_each = toset(["blue", "green"])
        name = each.key
        secrets = { a = { name = format("%s/a", each.key), engine = "postgres" } }`,
    (resources) => {
      const names = ofType(resources, 'aws_secretsmanager_secret').map(({ name }) => name);
      expect(names.sort()).toEqual(['blue/a', 'green/a']);
    },
  );

  planned(
    'adopts a secret without touching it',
    `secrets = { a = { create = false, arn = "${ADMIN}", engine = "postgres" } }
        tags = { team = "payments" }`,
    (resources) => {
      const kinds = resources.map(({ type }) => type).filter((type) => type.startsWith('aws_secretsmanager'));
      expect(kinds).toEqual(['aws_secretsmanager_secret_rotation']);
    },
  );

  planned(
    'pins the port that the engine usually has where the connection names none',
    `secrets = { for engine in ["mysql", "mariadb"] : engine => {
        name = engine, engine = engine, manage_user = true, admin_secret_arn = "${ADMIN}"
        connection = { host = "db.example.com", username = "app" }
      } }`,
    (resources) => {
      const tags = ofType(resources, 'aws_secretsmanager_secret').map(({ tags }) => tags);
      expect(tags).toHaveLength(2);
      for (const tag of tags) expect(tag).toMatchObject({ 'rotating-secret:hosts': 'db.example.com:3306' });
    },
  );

  planned(
    'pins what an admin may do in the tags of the secret',
    `secrets = { a = {
        name = "a", engine = "postgres", manage_user = true, admin_secret_arn = "${ADMIN}", grant_roles = ["readers", "writers"]
        connection = { host = "db.example.com", username = "app" }
      } }`,
    (resources) => {
      expect(ofType(resources, 'aws_secretsmanager_secret')[0]?.tags).toEqual({
        'rotating-secret:admin-secret': ADMIN,
        'rotating-secret:username': 'app',
        'rotating-secret:hosts': 'db.example.com:5432',
        'rotating-secret:manage-user': 'true',
        'rotating-secret:grant-roles': 'readers writers',
      });
      expect(ofType(resources, 'aws_secretsmanager_secret_rotation')[0]).toMatchObject({
        rotate_immediately: true,
      });
    },
  );

  planned(
    'pins a user and hosts that stand in no connection',
    'secrets = { a = { name = "a", engine = "postgres", username = "app", hosts = ["db:5432", "db-2:5432"] } }',
    (resources) => {
      expect(ofType(resources, 'aws_secretsmanager_secret')[0]?.tags).toEqual({
        'rotating-secret:username': 'app',
        'rotating-secret:hosts': 'db:5432 db-2:5432',
      });
    },
  );

  planned(
    'tags everything that can be tagged',
    `tags = { team = "payments" }
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true, databases = { a = { security_group_id = "sg-1", port = 5432 } } }
        notifications = {
          create_topic = true, create_trail = true, create_dead_letter_queue = true
          failure_targets = { bus = { type = "event-bus", arn = "arn:aws:events:eu-west-1:123456789012:event-bus/ops" } }
        }`,
    (resources) => {
      const taggable = resources.filter(({ values }) => 'tags' in values);
      expect(taggable.length).toBeGreaterThan(20);
      for (const { address, values } of taggable)
        expect(values.tags, address).toMatchObject({ team: 'payments' });
    },
  );

  planned(
    'gives every regional resource its region',
    `region = "ap-southeast-2"
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }
        notifications = { create_topic = true, create_trail = true }`,
    (resources) => {
      const regional = resources.filter(({ values }) => 'region' in values);
      expect(regional.length).toBeGreaterThan(15);
      for (const { address, values } of regional) expect(values.region, address).toBe('ap-southeast-2');
    },
  );

  planned(
    'holds 200 secrets within the limits of AWS',
    `secrets = { for n in range(200) : format("secret-%03d", n) => {
          create = false, engine = "postgres", strategy = "alternating-users"
          arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:production/service-%03d/db-AbCdEf", n)
          admin_secret_arn = "${ADMIN}", kms_key_id = "${KEY}"
        } }
        notifications = { create_topic = true, topic_success = true }`,
    (resources) => {
      const policies = ofType(resources, 'aws_iam_policy').map(({ policy }) => String(policy).length);
      expect(policies).toHaveLength(MANAGED_POLICIES_OF_A_ROLE);
      expect(Math.max(...policies)).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS);
      const patterns = ofType(resources, 'aws_cloudwatch_event_rule').map(
        ({ event_pattern }) => String(event_pattern).length,
      );
      expect(patterns).toHaveLength(2 * Math.ceil(200 / 12));
      expect(Math.max(...patterns)).toBeLessThanOrEqual(EVENT_PATTERN_CHARACTERS);
      const environment = ofType(resources, 'aws_lambda_function').map(
        (deployed) => JSON.stringify(deployed.environment).length,
      );
      expect(Math.max(...environment)).toBeLessThan(ENVIRONMENT_CHARACTERS / 10);
    },
  );

  planned(
    'holds 80 secrets of long names that share no key and no admin',
    `secrets = { for n in range(80) : format("secret-%03d", n) => {
          create = false, engine = "postgres", strategy = "alternating-users"
          arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:%060d-AbCdEf", n)
          admin_secret_arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:%060d-AbCdEf", 1000 + n)
          kms_key_id = format("arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555%03d", n)
          admin_secret_kms_key_id = format("arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-666666666%03d", n)
        } }`,
    (resources) => {
      const policies = ofType(resources, 'aws_iam_policy').map(({ policy }) => String(policy).length);
      expect(policies).toHaveLength(MANAGED_POLICIES_OF_A_ROLE);
      expect(Math.max(...policies)).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS);
    },
  );
});

/** The SHA-256 that is committed beside a zip. */
function committed(bundle: string): string | undefined {
  return readFileSync(join(repository, 'bundles', `${bundle}.zip.sha256`), 'utf8').split(' ')[0];
}

/** What exists beside the module, and has no ARNs or ids before it is applied. */
const OTHERS = `
      resource "aws_vpc" "other" {
        cidr_block = "10.0.0.0/16"
      }
      resource "aws_subnet" "other" {
        vpc_id     = aws_vpc.other.id
        cidr_block = "10.0.0.0/24"
      }
      resource "aws_security_group" "other" {
        vpc_id = aws_vpc.other.id
      }
      resource "aws_sqs_queue" "other" {}
      resource "aws_sns_topic" "other" {}
      resource "aws_cloudwatch_event_bus" "other" {
        name = "other"
      }
      resource "aws_secretsmanager_secret" "other" {
        name = "other"
      }
      resource "aws_kms_key" "other" {}
      resource "aws_lambda_function" "other" {
        function_name = "other"
        role          = "arn:aws:iam::123456789012:role/other"
        runtime       = "nodejs24.x"
        handler       = "index.handler"
        filename      = "./repository/bundles/postgres.zip"
      }`;
