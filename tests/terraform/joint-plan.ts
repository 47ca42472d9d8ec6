import { call } from './calls.ts';
import { type ShownResource, Workspace } from './workspace.ts';

/** A call of the root module in a {@link JointPlan}. */
export interface PlannedCall {
  /** The managed resources that it would make. */
  resources(): readonly ShownResource[];
}

/** Many calls of the root module, planned in one run: each takes seconds before Terraform looks at the configuration. */
export class JointPlan implements AsyncDisposable {
  readonly #calls: string[] = [];
  #workspace: Workspace | undefined;
  #resources: readonly ShownResource[] = [];

  /** Adds a call with these arguments. */
  call(settings: string): PlannedCall {
    const label = `call_${this.#calls.length}`;
    this.#calls.push(call(settings, label));
    return {
      resources: () =>
        this.#resources.filter(
          ({ address, mode }) =>
            mode === 'managed' &&
            (address.startsWith(`module.${label}.`) || address.startsWith(`module.${label}[`)),
        ),
    };
  }

  /** Plans all calls, and `others` beside them. */
  async run(others = ''): Promise<void> {
    this.#workspace = await Workspace.create();
    await this.#workspace.configure(
      ['provider "aws" {\n  region = "eu-west-1"\n}', ...this.#calls, others].join('\n\n'),
    );
    this.#resources = await this.#workspace.plan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workspace?.[Symbol.asyncDispose]();
  }
}
