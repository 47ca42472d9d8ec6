import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, ofType } from './calls.ts';
import { describeWithTerraform, repository, type ShownResource, Workspace } from './workspace.ts';

/** What each example asks for, and how many secrets it rotates. */
const answers: Readonly<Record<string, { readonly settings: string; readonly rotated: number }>> = {
  complete: { settings: 'email_address = "a@example.com"', rotated: 1 },
  'existing-secret': { settings: 'secret_name = "legacy"', rotated: 1 },
  'many-secrets': {
    settings: `database_host = "db.example.com"
      admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf"
      vpc_id = "vpc-1"
      subnet_ids = ["subnet-1"]
      database_security_group_id = "sg-1"`,
    rotated: 5,
  },
  quickstart: {
    settings: 'vpc_id = "vpc-1"\nsubnet_ids = ["subnet-1"]\ndatabase_security_group_id = "sg-1"',
    rotated: 1,
  },
};

/** Examples in HCL; another language has its own test. */
const examples = readdirSync(join(repository, 'examples'), { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).includes('main.tf'),
  )
  .map(({ name }) => name);

describeWithTerraform('examples', () => {
  let workspace: Workspace;
  let planned: readonly ShownResource[];

  // A root module is a module too: all are planned at once, from beside the module that they call by "../..".
  beforeAll(async () => {
    workspace = await Workspace.create();
    const calls = Object.entries(answers).map(([name, { settings }]) =>
      call(settings, name).replace('./repository', `./repository/examples/${name}`),
    );
    await workspace.configure(calls.join('\n\n'));
    planned = await workspace.plan();
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  it.each(examples)('%s can be planned', (name) => {
    const resources = planned.filter(({ address }) => address.startsWith(`module.${name}.`));

    expect(ofType(resources, 'aws_secretsmanager_secret_rotation')).toHaveLength(answers[name]?.rotated ?? 0);
  });

  it('are all known here', () => {
    expect(Object.keys(answers).sort()).toEqual(examples.sort());
  });
});
