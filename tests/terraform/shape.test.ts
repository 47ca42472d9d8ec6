import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, call, ofType } from './calls.ts';
import { describeWithTerraform, repository, type ShownResource, Workspace } from './workspace.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** Limits of AWS that the number of secrets meets. */
const MANAGED_POLICY_CHARACTERS = 6144;
const MANAGED_POLICIES_OF_A_ROLE = 10;
const EVENT_PATTERN_CHARACTERS = 2048;
const ENVIRONMENT_CHARACTERS = 4096;

describeWithTerraform('the shape of the module', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
    await workspace.configure(call('name = "case"'));
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  async function plan(configuration: string): Promise<readonly ShownResource[]> {
    await workspace.write(configuration);
    return (await workspace.plan()).filter(({ mode }) => mode === 'managed');
  }

  it('is empty where create is false', async () => {
    const resources = await plan(
      call(`create = false
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }
        notifications = { create_topic = true, create_trail = true, create_dead_letter_queue = true }`),
    );

    expect(resources).toEqual([]);
  });

  it('deploys the committed zip, once for each engine and strategy in use', async () => {
    const resources = await plan(
      call(`secrets = {
        a = { name = "a", engine = "postgres" }
        b = { name = "b", engine = "postgres" }
        c = { name = "c", engine = "postgres", strategy = "alternating-users", admin_secret_arn = "${ADMIN}" }
      }`),
    );

    const functions = ofType(resources, 'aws_lambda_function');
    expect(functions.map(({ function_name }) => function_name).sort()).toEqual([
      'rotating-secret-postgres-alternating-users',
      'rotating-secret-postgres-single-user',
    ]);
    const committed =
      readFileSync(join(repository, 'bundles', 'postgres.zip.sha256'), 'utf8')
        .trim()
        .split(/\s/)[0] ?? '';
    for (const deployed of functions) {
      expect(Buffer.from(String(deployed.source_code_hash), 'base64').toString('hex')).toBe(committed);
      expect(deployed).toMatchObject({
        runtime: 'nodejs24.x',
        handler: 'index.handler',
        architectures: ['arm64'],
        memory_size: 256,
        timeout: 60,
      });
    }
  });

  it('lets Secrets Manager call a function for this account alone, and for single secrets where asked', async () => {
    const resources = await plan(
      call(`secrets = { a = { name = "a", engine = "postgres" }, b = { name = "b", rotator = "mine" } }
        rotators = { mine = { engine = "custom", create_function = false, permission_source_arn = true, function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:mine:live" } }`),
    );

    const permissions = ofType(resources, 'aws_lambda_permission');
    expect(permissions.map(({ source_account }) => source_account)).toEqual(['123456789012', '123456789012']);
    expect(permissions.find(({ statement_id }) => statement_id === 'AllowSecretsManager-b')).toMatchObject({
      function_name: 'arn:aws:lambda:eu-west-1:123456789012:function:mine',
      qualifier: 'live',
      principal: 'secretsmanager.amazonaws.com',
    });
  });

  it('decides on nothing by an ARN that is not known yet', async () => {
    const resources = await plan(`
      ${call(`secrets = {
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
      }`)}
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
      }`);

    expect(
      ofType(resources, 'aws_secretsmanager_secret')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['made', 'other']);
    expect(ofType(resources, 'aws_secretsmanager_secret_rotation')).toHaveLength(2);
  });

  it('adopts a secret without touching it', async () => {
    const resources = await plan(
      call(`secrets = { a = { create = false, arn = "${ADMIN}", engine = "postgres" } }`),
    );

    const kinds = resources.map(({ type }) => type).filter((type) => type.startsWith('aws_secretsmanager'));
    expect(kinds).toEqual(['aws_secretsmanager_secret_rotation']);
  });

  it('pins what an admin may do in the tags of the secret', async () => {
    const resources = await plan(
      call(`secrets = { a = {
        name = "a", engine = "postgres", manage_user = true, admin_secret_arn = "${ADMIN}", grant_roles = ["readers", "writers"]
        connection = { host = "db.example.com", username = "app" }
      } }`),
    );

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
  });

  it('pins a user and hosts that stand in no connection', async () => {
    const resources = await plan(
      call(
        'secrets = { a = { name = "a", engine = "postgres", username = "app", hosts = ["db:5432", "db-2:5432"] } }',
      ),
    );

    expect(ofType(resources, 'aws_secretsmanager_secret')[0]?.tags).toEqual({
      'rotating-secret:username': 'app',
      'rotating-secret:hosts': 'db:5432 db-2:5432',
    });
  });

  it('tags everything that can be tagged', async () => {
    const resources = await plan(
      call(`tags = { team = "payments" }
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true, databases = { a = { security_group_id = "sg-1", port = 5432 } } }
        notifications = {
          create_topic = true, create_trail = true, create_dead_letter_queue = true
          failure_targets = { bus = { type = "event-bus", arn = "arn:aws:events:eu-west-1:123456789012:event-bus/ops" } }
        }`),
    );

    const taggable = resources.filter(({ values }) => 'tags' in values);
    expect(taggable.length).toBeGreaterThan(20);
    for (const { address, values } of taggable)
      expect(values.tags, address).toMatchObject({ team: 'payments' });
  });

  it('gives every regional resource its region', async () => {
    const resources = await plan(
      call(`region = "ap-southeast-2"
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }
        notifications = { create_topic = true, create_trail = true }`),
    );

    const regional = resources.filter(({ values }) => 'region' in values);
    expect(regional.length).toBeGreaterThan(15);
    for (const { address, values } of regional) expect(values.region, address).toBe('ap-southeast-2');
  });

  it('holds 200 secrets within the limits of AWS', async () => {
    const resources = await plan(
      call(`secrets = { for n in range(200) : format("secret-%03d", n) => {
          create = false, engine = "postgres", strategy = "alternating-users"
          arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:production/service-%03d/db-AbCdEf", n)
          admin_secret_arn = "${ADMIN}", kms_key_id = "${KEY}"
        } }
        notifications = { create_topic = true, topic_success = true }`),
    );

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
  });
});
