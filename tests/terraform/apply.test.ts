import { afterEach, beforeEach, expect, it } from 'vitest';
import { ADMIN, call, ofType } from './calls.ts';
import type { PolicyDocument, Statement } from './iam-policy.ts';
import { describeWithTerraform, type ShownResource, Workspace } from './workspace.ts';

describeWithTerraform('an apply', () => {
  let fresh: Workspace;

  beforeEach(async () => {
    fresh = await Workspace.create();
  });
  afterEach(() => fresh?.[Symbol.asyncDispose]());

  it.each([
    ['cn-north-1', 'arn:aws-cn:', 'secretsmanager.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'arn:aws-us-gov:', 'secretsmanager.us-gov-west-1.amazonaws.com'],
  ])('speaks the names of the partition of %s', async (region, prefix, service) => {
    await fresh.configure(
      call(
        'create_kms_key = true\nsecrets = { a = { name = "a", engine = "postgres", create_initial_value = true } }\ninitial_values = { a = "x" }',
        region,
      ),
    );
    const resources = await fresh.apply();

    const policies = ofType(resources, 'aws_iam_policy')
      .map(({ policy }) => String(policy))
      .join();
    expect(policies).toContain(`${prefix}secretsmanager:${region}:`);
    expect(policies).toContain(service);
    expect(policies).not.toContain('arn:aws:');
    expect(await fresh.isSettled()).toBe(true);
  });

  it('may be called many times', async () => {
    const twice = call(
      'name = each.key\nsecrets = { a = { name = format("%s/a", each.key), engine = "postgres" } }',
    ).replace('source =', 'for_each = toset(["blue", "green"])\n  source   =');
    await fresh.configure(twice);
    const resources = await fresh.plan();

    expect(
      ofType(resources, 'aws_secretsmanager_secret')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['blue/a', 'green/a']);
  });

  it('takes a secret and its rotator away and leaves the others', async () => {
    const custom =
      'rotators = { mine = { engine = "custom", local_existing_package = "./repository/bundles/postgres.zip" } }';
    await fresh.configure(
      call(
        `secrets = { a = { name = "a", engine = "postgres" }, b = { name = "b", rotator = "mine" } }\n${custom}`,
      ),
    );
    const both = ofType(await fresh.apply(), 'aws_lambda_function');
    await fresh.write(call(`secrets = { a = { name = "a", engine = "postgres" } }\n${custom}`));
    const one = ofType(await fresh.apply(), 'aws_lambda_function');
    const settled = await fresh.isSettled();
    await fresh.destroy();

    expect(both).toHaveLength(2);
    expect(one.map(({ function_name }) => function_name)).toEqual(['rotating-secret-postgres-single-user']);
    expect(settled).toBe(true);
    expect(await fresh.resources()).toEqual([]);
  });

  it('lets a function reach its databases and the endpoint, and the endpoint serve its secrets alone', async () => {
    await fresh.configure(
      call(`secrets = { a = { name = "a", engine = "postgres", strategy = "alternating-users", admin_secret_arn = "${ADMIN}" } }
        rotators = { postgres-alternating-users = { tracing_mode = "Active" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true, databases = { orders = { security_group_id = "sg-1", port = 5433 } } }`),
    );
    const resources = await fresh.apply();

    expect(
      ofType(resources, 'aws_vpc_security_group_egress_rule')
        .map(({ to_port, cidr_ipv4 }) => [to_port, cidr_ipv4 ?? null])
        .sort(),
    ).toEqual([
      [443, null],
      [5433, null],
    ]);
    const [endpoint] = ofType(resources, 'aws_vpc_endpoint');
    expect(endpoint?.private_dns_enabled).toBe(false);
    expect(String(endpoint?.policy)).toContain(ADMIN);
    const environment = ofType(resources, 'aws_lambda_function')[0]?.environment as {
      variables: Record<string, string>;
    }[];
    expect(environment[0]?.variables.SECRETS_MANAGER_ENDPOINT).toMatch(/^https:\/\/vpce-/);
    expect(runtimeStatements(resources)).toEqual({
      WriteLog: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      StandInVpc: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      SendTraces: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    });
  });
});

/** What the function itself needs, beside its secrets, by the Sid. */
function runtimeStatements(resources: readonly ShownResource[]): Record<string, readonly string[]> {
  const document = JSON.parse(String(ofType(resources, 'aws_iam_role_policy')[0]?.policy)) as PolicyDocument;
  const actions = ({ Action }: Statement) => (typeof Action === 'string' ? [Action] : [...Action].sort());
  return Object.fromEntries(document.Statement.map((statement) => [statement.Sid ?? '', actions(statement)]));
}
