import { readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithTerraform, repository, Workspace } from './workspace.ts';

const file = 'module.tftest.hcl';

describeWithTerraform('the module', () => {
  it('passes terraform test', async () => {
    const workspace = await Workspace.create();
    try {
      const folder = join(workspace.folder, 'repository', 'tests', 'terraform');
      await mkdir(folder, { recursive: true });
      await copyFile(join(repository, 'tests', 'terraform', file), join(folder, file));
      const runs = readFileSync(join(folder, file), 'utf8').match(/^run /gm)?.length ?? 0;

      const initialised = await workspace.terraformIn(
        'repository',
        'init',
        '-input=false',
        '-test-directory=tests/terraform',
      );
      const tested = await workspace.terraformIn('repository', 'test', '-test-directory=tests/terraform');

      expect(initialised.exitCode, initialised.output).toBe(0);
      expect(tested.output).toContain(`${runs} passed, 0 failed`);
    } finally {
      await workspace[Symbol.asyncDispose]();
    }
  });

  it('is formatted, and every module of it is valid by itself', async () => {
    const workspace = await Workspace.create();
    try {
      const formatted = await workspace.terraformIn('repository', 'fmt', '-check', '-recursive');
      expect(formatted).toEqual({ exitCode: 0, output: '' });

      for (const folder of [
        '.',
        'modules/endpoint',
        'modules/notifications',
        'modules/rotator',
        'modules/secret',
      ]) {
        const initialised = await workspace.terraformIn(join('repository', folder), 'init', '-input=false');
        const validated = await workspace.terraformIn(join('repository', folder), 'validate');

        expect(initialised.exitCode, `${folder}: ${initialised.output}`).toBe(0);
        expect(validated.output, folder).toContain('The configuration is valid');
      }
    } finally {
      await workspace[Symbol.asyncDispose]();
    }
  });
});
