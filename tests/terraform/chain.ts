import type { Target } from '../rotation/target.ts';
import { call } from './calls.ts';
import { LiveAccount, type Value } from './live-account.ts';
import { Workspace } from './workspace.ts';

/** What of the secrets changes from one configuration to the next, as expressions of Terraform. */
export interface Moment {
  readonly rotation: string;
  readonly replicas?: string;
  /** Resources beside the module. */
  readonly surroundings?: string;
  /** Arguments of the module besides the secrets and rotators. */
  readonly settings?: string;
  /** Attributes of every rotator, and of its environment. */
  readonly rotator?: string;
  readonly environment?: string;
}

/**
 * All parts at once: Terraform with an account that it applies to, and a real database. There is one secret for each
 * strategy, named after it, whose user nobody has a password for.
 */
export class Chain implements AsyncDisposable {
  readonly account: LiveAccount;
  readonly workspace: Workspace;
  /** The secrets, one for each strategy. */
  readonly secrets: readonly string[];

  private constructor(account: LiveAccount, workspace: Workspace, strategies: readonly string[]) {
    this.account = account;
    this.workspace = workspace;
    this.secrets = strategies;
  }

  static async open(target: Target, strategies: readonly string[]): Promise<Chain> {
    const account = await LiveAccount.open(target);
    const workspace = await Workspace.create({
      STANDIN_RETRY_SECONDS: '10',
      // A version without labels counts as gone, so that Terraform would put the first value again.
      STANDIN_LABELLED_VERSIONS_ONLY: '1',
    });
    return new Chain(account, workspace, strategies);
  }

  /** The configuration at a moment. */
  configuration({
    rotation,
    replicas = '{}',
    surroundings = '',
    settings: more = '',
    rotator = '',
    environment = '',
  }: Moment): string {
    const { engine, caPath } = this.account.target;
    const secrets = this.secrets.map(
      (strategy) => `${strategy} = {
      name                    = "${strategy}"
      engine                  = "${engine}"
      strategy                = "${strategy}"
      connection              = ${this.account.connection(strategy.replace('-', '_'))}
      admin_secret_arn        = "${this.account.adminSecretArn}"
      manage_user             = true
      rotation                = ${rotation}
      replicas                = ${replicas}
      recovery_window_in_days = 0
    }`,
    );
    const rotators = this.secrets.map(
      (strategy) =>
        `${engine}-${strategy} = {\n${rotator === '' ? '' : `${rotator}\n`}environment_variables = {\nCA_BUNDLE = "${caPath}"\n${environment}\n}\n}`,
    );
    const settings = `secrets  = {\n${secrets.join('\n')}\n}\nrotators = {\n${rotators.join('\n')}\n}\n${more}`;
    return `${this.account.provider}\n${surroundings}\n${call(settings)}`;
  }

  /** Writes the configuration of a moment and applies it. */
  async apply(moment: Moment): Promise<void> {
    await this.workspace.write(this.configuration(moment));
    await this.workspace.apply();
  }

  /** What `look` finds for each secret. */
  async each<T>(look: (secret: string) => Promise<T>): Promise<Readonly<Record<string, T>>> {
    const found = await Promise.all(
      this.secrets.map(async (secret) => [secret, await look(secret)] as const),
    );
    return Object.fromEntries(found);
  }

  /** The same for every secret, to compare with what {@link each} finds. */
  all<T>(value: T): Readonly<Record<string, T>> {
    return Object.fromEntries(this.secrets.map((secret) => [secret, value]));
  }

  /** Current values. */
  async values(): Promise<Readonly<Record<string, Value>>> {
    return this.each((secret) => this.account.read(secret));
  }

  /** Passwords, of whatever version, that stand in the state or in a plan. There must be `least` to look for. */
  async leakedPasswords(least: number): Promise<readonly string[]> {
    const { account, secrets, workspace } = this;
    const passwords = [...(await account.passwords(...secrets)), account.target.admin.password];
    if (passwords.length < least)
      throw new Error(`Expected ${least} passwords or more to look for, found ${passwords.length}`);
    const written = await workspace.written();
    return passwords.filter((password) => written.includes(password));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
    await this.account[Symbol.asyncDispose]();
  }
}
