import { readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTerraform, repository, Workspace } from './workspace.ts';

const folder = join('tests', 'terraform');
const file = 'module.tftest.hcl';

describeWithTerraform('the module', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
    await mkdir(join(workspace.folder, 'repository', folder), { recursive: true });
    await copyFile(join(repository, folder, file), join(workspace.folder, 'repository', folder, file));
    const initialised = await workspace.terraformIn(
      'repository',
      'init',
      '-input=false',
      `-test-directory=${folder}`,
    );
    expect(initialised.exitCode, initialised.output).toBe(0);
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  it('passes terraform test', async () => {
    const runs = readFileSync(join(repository, folder, file), 'utf8').match(/^run /gm)?.length ?? 0;

    const tested = await workspace.terraformIn('repository', 'test', `-test-directory=${folder}`);

    expect(tested.output).toContain(`${runs} passed, 0 failed`);
  });

  it('is valid, and so are the modules that it calls', async () => {
    const validated = await workspace.terraformIn('repository', 'validate');

    expect(validated.output).toContain('The configuration is valid');
  });

  it('is formatted, and so are the modules and the examples', async () => {
    const formatted = await workspace.terraform('fmt', '-check', '-recursive');

    expect(formatted).toEqual({ exitCode: 0, output: '' });
  });
});
