import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofType } from './calls.ts';
import { InstalledPackage } from './installed-package.ts';
import { describeWithTerraform, Workspace } from './workspace.ts';

/** An app with every kind of property, for either toolkit. */
const app = (toolkit: string, stack: string) => `
import { App, TerraformOutput, TerraformProvider, TerraformStack, TerraformVariable } from '${toolkit}';
import { RotatingSecret, type RotatingSecretProps } from 'rotating-secret/${toolkit}';

class Aws extends TerraformProvider {
  protected override synthesizeAttributes() { return { region: 'eu-west-1' }; }
}

const app = new App();
const stack = new TerraformStack(app, '${stack}');
const value = new TerraformVariable(stack, 'value', { type: 'string', default: 'any' });
value.addOverride('ephemeral', true);
const props: RotatingSecretProps = {
  createKmsKey: true,
  secrets: { 'orders-db': {
    name: 'orders/db', engine: 'mysql', strategy: 'dual-password',
    createInitialValue: true, replicas: { 'us-east-1': {} }, tags: { costCentre: '12' },
  } },
  initialValues: { 'orders-db': value.stringValue },
  rotators: { 'mysql-dual-password': { environmentVariables: { EXTRA_PRIVILEGES: 'revoke' } } },
};
const aws = new Aws(stack, 'aws', {
  terraformResourceType: 'aws',
  terraformProviderSource: 'hashicorp/aws',
  terraformGeneratorMetadata: { providerName: 'aws', providerVersionConstraint: '>= 6.26' },
});
const blue = new RotatingSecret(stack, 'blue', { ...props, name: 'blue', providers: [aws] });
new RotatingSecret(stack, 'green', { ...props, name: 'green', dependsOn: [blue] });
new TerraformOutput(stack, 'arn', { value: blue.secretArns.lookup('orders-db') });
new TerraformOutput(stack, 'replica', { value: blue.replicaArns.lookup('orders-db').lookup('us-east-1') });
new TerraformOutput(stack, 'topic', { value: blue.topicArn });
app.synth();
`;

/** Uses that the compiler refuses, one by one. */
const mistakes = (toolkit: string) => `
import { TerraformStack, App } from '${toolkit}';
import { RotatingSecret, type RotatingSecretProps } from 'rotating-secret/${toolkit}';

// @ts-expect-error no such property
export const misspelt: RotatingSecretProps = { secrets: { a: { rotaton: {} } } };
// @ts-expect-error a host is missing
export const incomplete: RotatingSecretProps = { secrets: { a: { connection: { username: 'a' } } } };
// @ts-expect-error no number
export const mistyped: RotatingSecretProps = { rotators: { a: { timeout: '60' } } };
// @ts-expect-error no such output
export const absent = new RotatingSecret(new TerraformStack(new App(), 's'), 'db', {}).secretValues;
`;

describe('the npm package', () => {
  let project: InstalledPackage;

  beforeAll(async () => {
    project = await InstalledPackage.create();
    for (const toolkit of ['cdktf', 'cdktn']) {
      await project.write(`${toolkit}-app.ts`, app(toolkit, toolkit));
      await project.write(`${toolkit}-mistakes.ts`, mistakes(toolkit));
    }
    await project.copy('examples/cdktf/main.ts', 'example.ts');
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  it.each(['cdktf', 'cdktn'])('has types for %s that refuse what is wrong', (toolkit) => {
    expect(project.typeErrors(`${toolkit}-app.ts`, `${toolkit}-mistakes.ts`)).toBe('');
  });

  it('has types that the example keeps to', () => {
    expect(project.typeErrors('example.ts')).toBe('');
  });

  it('is loaded by CommonJS as well', async () => {
    await project.write(
      'required.cjs',
      "if (!require('rotating-secret/cdktf').RotatingSecret) process.exit(1);",
    );

    expect(() => project.run('required.cjs')).not.toThrow();
  });

  it('synthesises the same for both toolkits', async () => {
    for (const toolkit of ['cdktf', 'cdktn']) project.run(`${toolkit}-app.ts`);

    const [cdktf, cdktn] = await Promise.all(['cdktf', 'cdktn'].map((stack) => project.synthesised(stack)));
    const modules = withoutMetadata(cdktf?.module);
    expect(modules).toMatchObject({
      blue: { secrets: { 'orders-db': { create_initial_value: true, tags: { costCentre: '12' } } } },
    });
    expect(withoutMetadata(cdktn?.module)).toEqual(modules);
    expect(withoutMetadata(cdktn?.output)).toEqual(withoutMetadata(cdktf?.output));
  });

  describeWithTerraform('with Terraform', () => {
    it.each([
      ['cdktf', 'cdktf-app.ts', 2],
      ['cdktn', 'cdktn-app.ts', 2],
      ['orders', 'example.ts', 1],
    ])('can be planned: %s', async (stack, program, rotated) => {
      await rm(join(project.folder, 'cdktf.out'), { recursive: true, force: true });
      project.run(program);
      const workspace = await Workspace.at(join(project.folder, 'cdktf.out', 'stacks', stack), {
        TF_VAR_vpc_id: 'vpc-1',
        TF_VAR_subnet_ids: '["subnet-1"]',
        TF_VAR_database_security_group_id: 'sg-1',
      });

      const resources = await workspace.plan();

      expect(ofType(resources, 'aws_secretsmanager_secret_rotation')).toHaveLength(rotated);
      expect(ofType(resources, 'aws_lambda_function')).toHaveLength(rotated);
    });
  });
});

/** What CDKTF writes beside what Terraform reads. */
function withoutMetadata(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === '//' ? undefined : inner)));
}
