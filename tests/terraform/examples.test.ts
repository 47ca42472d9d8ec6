import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithTerraform, repository, Workspace } from './workspace.ts';

/** What an example asks for. */
const answers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  complete: { email_address: 'a@example.com' },
  'existing-secret': { secret_name: 'legacy' },
  'many-secrets': {
    database_host: 'db.example.com',
    admin_secret_arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf',
    vpc_id: 'vpc-1',
    subnet_ids: '["subnet-1"]',
    database_security_group_id: 'sg-1',
  },
  quickstart: { vpc_id: 'vpc-1', subnet_ids: '["subnet-1"]', database_security_group_id: 'sg-1' },
};

/** Examples in HCL; another language has its own test. */
const examples = readdirSync(join(repository, 'examples'), { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).includes('main.tf'),
  )
  .map(({ name }) => name);

describeWithTerraform('examples', () => {
  it.each(examples)('%s is formatted, valid, and can be planned', async (name) => {
    const answered = Object.entries(answers[name] ?? {}).map(([variable, value]) => [
      `TF_VAR_${variable}`,
      value,
    ]);
    const workspace = await Workspace.create(Object.fromEntries(answered));
    try {
      // A folder deeper, as in the repository, so that the example's own source leads to the module.
      await cp(join(repository, 'examples', name), join(workspace.folder, 'repository', 'examples', name), {
        recursive: true,
      });
      const folder = `repository/examples/${name}`;

      const run = async (...words: [string, ...string[]]) => workspace.terraformIn(folder, ...words);
      expect(await run('init', '-input=false')).toMatchObject({ exitCode: 0 });
      expect(await run('fmt', '-check')).toMatchObject({ exitCode: 0, output: '' });
      expect(await run('validate')).toMatchObject({ exitCode: 0 });
      const planned = await run('plan', '-input=false');
      expect(planned.output).toContain('to add');
      expect(planned.exitCode, planned.output).toBe(0);
    } finally {
      await workspace[Symbol.asyncDispose]();
    }
  });

  it('are all known here', () => {
    expect(Object.keys(answers).sort()).toEqual(examples.sort());
  });
});
