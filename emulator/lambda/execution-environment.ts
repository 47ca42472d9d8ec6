import { FunctionProcess, type Launch, type ProcessEnd } from './function-process.ts';
import { type RuntimeAnswer, RuntimeApi, type RuntimeEvent } from './runtime-api.ts';
import type { Workspace } from './workspace.ts';

/** What may happen instead of an answer. */
type Interruption =
  | { readonly kind: 'timeout'; readonly limitMs: number }
  | ({ readonly kind: 'exit' } & ProcessEnd);

/** How one event ended in an execution environment. */
export interface EnvironmentOutcome {
  readonly end:
    | { readonly kind: 'answer'; readonly answer: RuntimeAnswer }
    | { readonly kind: 'init-error'; readonly answer: RuntimeAnswer }
    | Interruption;
  /** Absent when the environment was warm. */
  readonly initDurationMs?: number;
  /** What the process wrote before it took the event, and while it had it. */
  readonly initOutput: string;
  readonly output: string;
  readonly durationMs: number;
}

/** An event whose time starts when the runtime takes it. */
export type PendingEvent = Omit<RuntimeEvent, 'deadlineMs'> & { readonly timeoutMs: number };

/** One process that runs a function, one event after the other, over a Runtime API of its own. */
export class ExecutionEnvironment {
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  readonly #startedMs = performance.now();
  readonly #initTimeoutMs: number;
  #initialized = false;
  #killed = false;
  #interrupt: ((interruption: Interruption) => void) | undefined;

  private constructor(api: RuntimeApi, launch: Launch, workspace: Workspace) {
    this.#api = api;
    this.#initTimeoutMs = launch.initTimeoutMs;
    this.#process = new FunctionProcess(launch, api.address, workspace, () => {
      api.close();
      if (this.#process.end !== undefined) this.#interrupt?.({ kind: 'exit', ...this.#process.end });
    });
  }

  static async start(launch: Launch, workspace: Workspace): Promise<ExecutionEnvironment> {
    const api = await RuntimeApi.listen();
    try {
      return new ExecutionEnvironment(api, launch, workspace);
    } catch (error) {
      api.close();
      throw error;
    }
  }

  /** Whether another event may be given to it. */
  get alive(): boolean {
    return !this.#killed && this.#process.end === undefined;
  }

  /** Runs one event; one at a time. Resolves with undefined when a warm process was found dead before it took the event. */
  async run(event: PendingEvent): Promise<EnvironmentOutcome | undefined> {
    const { output } = this.#process;
    const wasWarm = this.#initialized;
    let failure = await this.#becomeReady();
    const initDurationMs = performance.now() - this.#startedMs;
    const initOutput = await output.take();
    // The runtime may have gone while its output was read.
    failure ??= await this.#becomeReady();
    const cold = wasWarm ? {} : { initDurationMs };
    if (failure !== undefined) {
      await this.kill();
      return wasWarm
        ? undefined
        : { end: failure, ...cold, initOutput, output: await output.take(), durationMs: 0 };
    }
    this.#initialized = true;

    const takenMs = performance.now();
    const answered = this.#api.deliver({ ...event, deadlineMs: Date.now() + event.timeoutMs });
    const end = await this.#within(
      event.timeoutMs,
      answered.then((answer) => ({ kind: 'answer', answer }) as const),
    );
    const durationMs = performance.now() - takenMs;
    if (end.kind !== 'answer') await this.kill();
    return { end, ...cold, initOutput, output: await output.take(), durationMs };
  }

  /** Kills the process group; resolves when the process has ended. Idempotent. */
  async kill(): Promise<void> {
    this.#killed = true;
    await this.#process.kill();
  }

  /** Waits until the runtime can take an event; resolves with what went wrong instead. */
  #becomeReady() {
    return this.#within(
      this.#initTimeoutMs,
      this.#api
        .ready()
        .then((answer) => (answer === undefined ? undefined : ({ kind: 'init-error', answer } as const))),
    );
  }

  /** Waits for a promise, a time-out or the end of the process. The time is the machine's: a process runs in real time. */
  async #within<T>(limitMs: number, promise: Promise<T>): Promise<T | Interruption> {
    if (this.#process.end !== undefined) return { kind: 'exit', ...this.#process.end };
    const interrupted = Promise.withResolvers<Interruption>();
    this.#interrupt = interrupted.resolve;
    const timer = setTimeout(() => interrupted.resolve({ kind: 'timeout', limitMs }), limitMs);
    try {
      return await Promise.race([promise, interrupted.promise]);
    } finally {
      clearTimeout(timer);
      this.#interrupt = undefined;
    }
  }
}
