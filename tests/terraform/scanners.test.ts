import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, Workspace } from './workspace.ts';

/** Where the findings that stay are explained. */
const PAGE = join(repository, 'docs', 'decisions', '0005-what-scanners-find.md');

const folders = [
  '.',
  ...['secret', 'rotator', 'endpoint', 'notifications'].map((name) => join('modules', name)),
  ...['complete', 'existing-secret', 'many-secrets', 'quickstart'].map((name) => join('examples', name)),
];

/** A suite that runs a tool of others; skipped where it is not on the PATH, and its title says so. */
function describeWithTool(tool: string, suite: () => void): void {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    describe(tool, suite);
  } catch {
    describe.skip(`${tool} (skipped: it is not on the PATH)`, suite);
  }
}

describe('scanners', () => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
    for (const name of ['.tflint.hcl', '.checkov.yaml'])
      await cp(join(repository, name), join(workspace.folder, 'repository', name));
  });
  afterAll(() => workspace?.[Symbol.asyncDispose]());

  /** Runs a tool in the copy of the repository, and gives what it printed whatever its exit status. */
  function run(tool: string, ...words: readonly string[]): string {
    try {
      return execFileSync(tool, words, {
        cwd: join(workspace.folder, 'repository'),
        encoding: 'utf8',
        stdio: 'pipe',
        maxBuffer: 64 * 1024 * 1024,
      });
    } catch (error) {
      return `${Reflect.get(Object(error), 'stdout')}${Reflect.get(Object(error), 'stderr')}`;
    }
  }

  it('leave nothing unexplained', () => {
    const left = readFileSync(join(repository, '.checkov.yaml'), 'utf8').match(/CKV2?_AWS_[0-9]+/g) ?? [];
    const page = readFileSync(PAGE, 'utf8');

    expect(left.length).toBeGreaterThan(20);
    const unexplained = left.filter((check) => {
      const [, family = '', number = ''] = /^(CKV2?_AWS)_([0-9]+)$/.exec(check) ?? [];
      return !new RegExp(`${family}_(?:[0-9]+, )*${number}\\b`).test(page);
    });
    expect(unexplained).toEqual([]);
  });

  describeWithTool('tflint', () => {
    it.each(folders)('finds nothing in %s', (folder) => {
      const config = join(workspace.folder, 'repository', '.tflint.hcl');

      expect(run('tflint', `--chdir=${folder}`, `--config=${config}`, '--no-color')).toBe('');
    });
  });

  describeWithTool('checkov', () => {
    it('finds nothing but what is explained', () => {
      const { results, summary } = JSON.parse(
        run('checkov', '--directory=.', '--config-file=.checkov.yaml', '--output=json'),
      ) as {
        results: { failed_checks: { check_id: string; resource: string }[] };
        summary: { passed: number };
      };

      expect(summary.passed).toBeGreaterThan(100);
      expect(results.failed_checks.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([]);
    });
  });
});
