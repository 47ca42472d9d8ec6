import { type EnvironmentOutcome, ExecutionEnvironment, type PendingEvent } from './execution-environment.ts';
import type { Launch } from './function-process.ts';
import type { Workspace } from './workspace.ts';

/** The execution environments of one deployed version: as many as ran at once, the idle ones kept warm. */
export class EnvironmentPool {
  readonly #launch: Launch;
  readonly #workspace: Workspace;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #busy = new Set<ExecutionEnvironment>();
  readonly #drained = Promise.withResolvers<void>();
  #running = 0;
  #retired = false;
  #closed = false;

  constructor(launch: Launch, workspace: Workspace) {
    this.#launch = launch;
    this.#workspace = workspace;
  }

  /**
   * Runs an event in a warm environment if one is idle, else in a new one.
   * @throws Error when the pool was closed before the event could run
   */
  async run(event: PendingEvent): Promise<EnvironmentOutcome> {
    this.#running += 1;
    try {
      for (;;) {
        const outcome = await this.#runOn(await this.#takeEnvironment(), event);
        if (outcome !== undefined) return outcome;
      }
    } finally {
      this.#running -= 1;
      this.#settle();
    }
  }

  /** Ends each environment as soon as it is idle, as an update of the function does; resolves when all have ended. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map((environment) => environment.kill()));
    this.#settle();
    await this.#drained.promise;
  }

  /** Ends all environments now; events that are running end as if their process had exited. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#busy].map((environment) => environment.kill()));
    await this.retire();
  }

  async #runOn(
    environment: ExecutionEnvironment,
    event: PendingEvent,
  ): Promise<EnvironmentOutcome | undefined> {
    this.#busy.add(environment);
    try {
      return await environment.run(event);
    } finally {
      this.#busy.delete(environment);
      if (environment.alive && !this.#retired) this.#idle.push(environment);
      else await environment.kill();
    }
  }

  async #takeEnvironment(): Promise<ExecutionEnvironment> {
    // The one used last, as Lambda tends to do.
    for (let environment = this.#idle.pop(); environment !== undefined; environment = this.#idle.pop()) {
      if (environment.alive) return environment;
    }
    if (!this.#closed) {
      const environment = await ExecutionEnvironment.start(this.#launch, this.#workspace);
      if (!this.#closed) return environment;
      await environment.kill();
    }
    throw new Error('the emulator has been closed');
  }

  #settle(): void {
    if (this.#retired && this.#running === 0) this.#drained.resolve();
  }
}
