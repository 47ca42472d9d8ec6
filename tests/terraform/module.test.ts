import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { describeWithAnyProvider, type Run, repository, Workspace } from './workspace.ts';

const folder = join('tests', 'terraform');
const file = 'module.tftest.hcl';

/** All that somebody may call or start from by itself: the root, its modules, and the examples in HCL. */
const roots = [
  '.',
  ...['modules', 'examples'].flatMap((parent) =>
    readdirSync(join(repository, parent))
      .map((name) => join(parent, name))
      .filter((path) => existsSync(join(repository, path, 'versions.tf'))),
  ),
];

describeWithAnyProvider('the module', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
    await mkdir(join(workspace.folder, 'repository', folder), { recursive: true });
    await copyFile(join(repository, folder, file), join(workspace.folder, 'repository', folder, file));
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  /** Initialises a folder; where the registry is out of reach and no mirror stands in, the test is skipped and says so. */
  const initialise = async (context: TestContext, path: string, ...words: string[]): Promise<Run> => {
    const run = await workspace.terraformIn(join('repository', path), 'init', '-input=false', ...words);
    if (run.output.includes('Failed to query available provider packages')) {
      context.skip('the AWS provider cannot be had: the registry is out of reach');
    }
    expect(run.exitCode, run.output).toBe(0);
    return run;
  };

  it('passes terraform test', async (context) => {
    const runs = readFileSync(join(repository, folder, file), 'utf8').match(/^run /gm)?.length ?? 0;
    await initialise(context, '.', `-test-directory=${folder}`);

    const tested = await workspace.terraformIn('repository', 'test', `-test-directory=${folder}`);

    expect(tested.output).toContain(`${runs} passed, 0 failed`);
  });

  for (const path of roots) {
    it(`is valid in ${path} by itself`, async (context) => {
      await initialise(context, path);

      const validated = await workspace.terraformIn(join('repository', path), 'validate');

      expect(validated.output).toContain('The configuration is valid');
    });
  }

  it('is formatted, and so are the modules and the examples', async () => {
    const formatted = await workspace.terraform('fmt', '-check', '-recursive');

    expect(formatted).toEqual({ exitCode: 0, output: '' });
  });
});
