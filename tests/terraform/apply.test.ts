import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, call, ofType } from './calls.ts';
import type { PolicyDocument, Statement } from './iam-policy.ts';
import { describeWithTerraform, type ShownResource, Workspace } from './workspace.ts';

const regions = [
  ['cn-north-1', 'arn:aws-cn:', 'secretsmanager.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'arn:aws-us-gov:', 'secretsmanager.us-gov-west-1.amazonaws.com'],
] as const;

describeWithTerraform('an apply', () => {
  let workspace: Workspace;
  let applied: readonly ShownResource[];

  beforeAll(async () => {
    workspace = await Workspace.create();
    await workspace.configure(configuration());
    await workspace.apply();
    applied = await workspace.resources();
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  const resourcesOf = (label: string) =>
    applied.filter(({ address }) => address.startsWith(`module.${label}.`));

  it.each(regions)('speaks the names of the partition of %s', (region, prefix, service) => {
    const policies = ofType(resourcesOf(region), 'aws_iam_policy')
      .map(({ policy }) => String(policy))
      .join();

    expect(policies).toContain(`${prefix}secretsmanager:${region}:`);
    expect(policies).toContain(service);
    expect(policies).not.toContain('arn:aws:');
  });

  it('lets a function reach its databases and the endpoint, and the endpoint serve its secrets alone', () => {
    const resources = resourcesOf('in_vpc');

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

  it('gives each statement of an endpoint its resources, where rotation is off and where there is no secret', () => {
    expect(endpointResources(resourcesOf('off_in_vpc'))).toEqual({
      UseTheseSecrets: expect.arrayContaining([expect.stringContaining(':secret:off-in-vpc-'), ADMIN]),
      MakePasswords: ['*'],
    });
    expect(endpointResources(resourcesOf('empty_in_vpc'))).toEqual({ MakePasswords: ['*'] });
  });

  it('leaves nothing to do', async () => {
    expect(await workspace.isSettled()).toBe(true);
  });
});

describeWithTerraform('a later apply', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  const withSecrets = (...secrets: readonly string[]) =>
    `provider "aws" {\n  region = "eu-west-1"\n}\n\n${call(`secrets = {\n${secrets.join('\n')}\n}`)}`;
  const functions = async () =>
    ofType(await workspace.resources(), 'aws_lambda_function').map(({ function_name }) => function_name);

  it('takes a secret and its rotator away and leaves the others', async () => {
    const [kept, removed] = [
      'a = { name = "a", engine = "postgres" }',
      'b = { name = "b", engine = "mysql", strategy = "dual-password" }',
    ];
    await workspace.configure(withSecrets(kept, removed));
    await workspace.apply();
    const before = await functions();
    await workspace.write(withSecrets(kept));
    await workspace.apply();

    expect(before.sort()).toEqual([
      'rotating-secret-mysql-dual-password',
      'rotating-secret-postgres-single-user',
    ]);
    expect(await functions()).toEqual(['rotating-secret-postgres-single-user']);
    expect(await workspace.isSettled()).toBe(true);
  });

  it('is undone by a destroy', async () => {
    await workspace.destroy();

    expect(await workspace.resources()).toEqual([]);
  });
});

function configuration(): string {
  const abroad = regions.map(([region]) => [
    `provider "aws" {\n  alias  = "${region}"\n  region = "${region}"\n}`,
    call(
      `providers = { aws = aws.${region} }
        create_kms_key = true
        secrets = { a = { name = "a", engine = "postgres", create_initial_value = true } }
        initial_values = { a = "x" }`,
      region,
    ),
  ]);
  return [
    'provider "aws" {\n  region = "eu-west-1"\n}',
    ...abroad.flat(),
    call(
      `secrets = { a = { name = "in-vpc", engine = "postgres", strategy = "alternating-users", admin_secret_arn = "${ADMIN}" } }
        rotators = { postgres-alternating-users = { tracing_mode = "Active" } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true, databases = { orders = { security_group_id = "sg-1", port = 5433 } } }`,
      'in_vpc',
    ),
    call(
      `name = "off"
        secrets = { a = { name = "off-in-vpc", engine = "postgres", admin_secret_arn = "${ADMIN}", rotation = { enabled = false } } }
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }`,
      'off_in_vpc',
    ),
    call(
      `name = "empty"
        network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], create_endpoint = true }`,
      'empty_in_vpc',
    ),
  ].join('\n\n');
}

/** What the policy of the endpoint names, by the Sid. */
function endpointResources(resources: readonly ShownResource[]): Record<string, readonly string[]> {
  const document = JSON.parse(String(ofType(resources, 'aws_vpc_endpoint')[0]?.policy)) as PolicyDocument;
  return Object.fromEntries(
    document.Statement.map(({ Sid, Resource }) => [Sid ?? '', [Resource ?? []].flat()]),
  );
}

/** What the function itself needs, beside its secrets, by the Sid. */
function runtimeStatements(resources: readonly ShownResource[]): Record<string, readonly string[]> {
  const document = JSON.parse(String(ofType(resources, 'aws_iam_role_policy')[0]?.policy)) as PolicyDocument;
  const actions = ({ Action }: Statement) => (typeof Action === 'string' ? [Action] : [...Action].sort());
  return Object.fromEntries(document.Statement.map((statement) => [statement.Sid ?? '', actions(statement)]));
}
