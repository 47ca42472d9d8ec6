import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './workspace.ts';

/** What an app of the package installs besides; linked from here, so that nothing is downloaded. */
const besides = ['cdktf', 'cdktn', 'constructs', '@cdktf', '@types'];

/** A project in a temporary folder that has installed this package as npm would. */
export class InstalledPackage implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs the repository, which builds what is packed, and installs the archive. */
  static async create(): Promise<InstalledPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'rotating-secret-package-'));
    const modules = join(folder, 'node_modules');
    const pack = ['pack', '--silent', '--pack-destination', folder];
    const archive = execFileSync('npm', pack, { cwd: repository, encoding: 'utf8', stdio: 'pipe' })
      .trim()
      .split('\n')
      .at(-1);
    await mkdir(join(modules, 'rotating-secret'), { recursive: true });
    execFileSync(
      'tar',
      ['-xzf', archive ?? '', '--strip-components=1', '-C', 'node_modules/rotating-secret'],
      {
        cwd: folder,
      },
    );
    for (const name of besides) await symlink(join(repository, 'node_modules', name), join(modules, name));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    return new InstalledPackage(folder);
  }

  /** Copies a file of the repository into the project. */
  async copy(path: string, name: string): Promise<void> {
    await cp(join(repository, path), join(this.folder, name));
  }

  /** Writes a file of the project. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  /** Runs a program with Node.js. */
  run(name: string): void {
    execFileSync(process.execPath, [name], { cwd: this.folder, stdio: 'pipe', encoding: 'utf8' });
  }

  /** What the compiler has to say of these files; empty where they are right. */
  typeErrors(...names: readonly string[]): string {
    const tsc = join(repository, 'node_modules', '.bin', 'tsc');
    const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext'];
    try {
      return execFileSync(tsc, [...options, '--types', 'node', '--skipLibCheck', ...names], {
        cwd: this.folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      return String(Reflect.get(Object(error), 'stdout'));
    }
  }

  /** What an app synthesised of a stack, in Terraform's JSON syntax. */
  async synthesised(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const path = join(this.folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json');
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
