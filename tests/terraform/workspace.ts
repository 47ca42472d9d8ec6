import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

/** The root of the repository, which is the root module. */
export const repository = join(import.meta.dirname, '..', '..');

/** What of the repository is the module: Terraform copies a source that is not relative, whatever else is in it. */
const MODULE = ['main.tf', 'variables.tf', 'outputs.tf', 'versions.tf', 'modules', 'bundles', 'examples'];

/** Memory for time: Go's collector takes a quarter of a run of Terraform otherwise. */
const QUICK = { GOGC: '400' };

/** Why tests that run Terraform cannot run here; undefined where they can. */
const noTerraform: string | undefined = isInstalled() ? undefined : 'terraform is not installed';

/** Why tests that plan cannot run here; undefined where they can. */
const noStandIn: string | undefined =
  process.env.AWS_PROVIDER_STANDIN === '1'
    ? noTerraform
    : 'AWS_PROVIDER_STANDIN is not 1: the real provider would call AWS';

/** A suite that plans. Where that cannot be done it is skipped and its title says why. */
export function describeWithTerraform(title: string, suite: () => void): void {
  describeUnless(noStandIn, title, suite);
}

/** A suite that validates or mocks, for which the real provider serves as well. */
export function describeWithAnyProvider(title: string, suite: () => void): void {
  describeUnless(noTerraform, title, suite);
}

function describeUnless(reason: string | undefined, title: string, suite: () => void): void {
  if (reason === undefined) describe(title, suite);
  else describe.skip(`${title} (skipped: ${reason})`, suite);
}

function isInstalled(): boolean {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** How a run of Terraform ended. */
export interface Run {
  readonly exitCode: number;
  /** What it printed on both streams. */
  readonly output: string;
}

/** A part of `terraform show -json`: a resource with its values, after a plan or an apply. */
export interface ShownResource {
  readonly address: string;
  readonly type: string;
  readonly mode: 'managed' | 'data';
  readonly values: Readonly<Record<string, unknown>>;
}

interface ShownModule {
  readonly resources?: readonly ShownResource[];
  readonly child_modules?: readonly ShownModule[];
}

/** A temporary folder with a root module of its own, and a state. */
export class Workspace implements AsyncDisposable {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** Makes a folder; `environment` is what Terraform sees beside this process's own. */
  static async create(environment: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), 'rotating-secret-terraform-'));
    const isModule = (path: string) => !path.endsWith('.ts');
    for (const name of MODULE) {
      await cp(join(repository, name), join(folder, 'repository', name), {
        recursive: true,
        filter: isModule,
      });
    }
    return new Workspace(folder, environment);
  }

  /** Takes a folder with a configuration of its own; it is removed at the end. */
  static async at(folder: string, environment: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const workspace = new Workspace(folder, environment);
    await workspace.#initialise();
    return workspace;
  }

  /** Writes the configuration and initialises it. `./repository` is the module in it. */
  async configure(configuration: string): Promise<void> {
    await this.write(configuration);
    await this.#initialise();
  }

  async #initialise(): Promise<void> {
    await this.#succeed('init', '-input=false');
  }

  /** Writes the configuration alone, for a change that needs no new module. */
  async write(configuration: string): Promise<void> {
    await writeFile(join(this.folder, 'main.tf'), configuration);
  }

  /** Runs Terraform to its end, whatever that is. */
  async terraform(command: string, ...words: readonly string[]): Promise<Run> {
    return this.#run(command, ['-no-color'], words);
  }

  /** Runs it in a folder of the workspace. */
  async terraformIn(folder: string, command: string, ...words: readonly string[]): Promise<Run> {
    return this.#run(`-chdir=${folder}`, [command, '-no-color'], words);
  }

  #run(first: string, options: readonly string[], words: readonly string[]): Promise<Run> {
    return new Promise((resolve) => {
      const environment = { ...process.env, ...QUICK, ...this.#environment, TF_IN_AUTOMATION: '1' };
      const settings = { cwd: this.folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
      execFile('terraform', [first, ...options, ...words], settings, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      });
    });
  }

  /** Plans and gives what the module's resources would be. */
  async plan(): Promise<readonly ShownResource[]> {
    await this.#succeed('plan', '-input=false', '-out=tfplan');
    const shown = JSON.parse(await this.#succeed('show', '-json', 'tfplan')) as {
      planned_values: { root_module: ShownModule };
    };
    return resourcesIn(shown.planned_values.root_module);
  }

  /** Applies; {@link resources} gives what there is then. */
  async apply(): Promise<void> {
    await this.#succeed('apply', '-input=false', '-auto-approve');
  }

  /** The resources in the state. */
  async resources(): Promise<readonly ShownResource[]> {
    const shown = JSON.parse(await this.#succeed('show', '-json')) as {
      values?: { root_module: ShownModule };
    };
    return shown.values === undefined ? [] : resourcesIn(shown.values.root_module);
  }

  /** The values of the outputs in the state. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = JSON.parse(await this.#succeed('output', '-json')) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** Tells whether a plan would change nothing. */
  async isSettled(): Promise<boolean> {
    const { exitCode, output } = await this.terraform(
      'plan',
      '-input=false',
      '-detailed-exitcode',
      '-out=tfplan',
    );
    if (exitCode === 1) throw new Error(`terraform plan failed:\n${output}`);
    return exitCode === 0;
  }

  /** Destroys what there is. */
  async destroy(): Promise<void> {
    await this.#succeed('destroy', '-input=false', '-auto-approve');
  }

  /** The text of the state, the state before it, and the saved plan, to be searched for what must not be in it. */
  async written(): Promise<string> {
    const names = (await readdir(this.folder)).filter((name) => /tfstate|tfplan/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(join(this.folder, name), 'latin1')));
    const plan = existsSync(join(this.folder, 'tfplan'))
      ? (await this.terraform('show', '-json', 'tfplan')).output
      : '';
    return [...texts, plan].join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #succeed(command: string, ...words: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.terraform(command, ...words);
    if (exitCode !== 0)
      throw new Error(`terraform ${command} failed:\n${output.slice(output.indexOf('Error: '))}`);
    return output;
  }
}

function resourcesIn({ resources = [], child_modules = [] }: ShownModule): ShownResource[] {
  return [...resources, ...child_modules.flatMap(resourcesIn)];
}
