import { type ChildProcess, spawn } from 'node:child_process';
import { FunctionOutput } from './function-output.ts';
import { type RuntimeAnswer, RuntimeApi, type RuntimeEvent } from './runtime-api.ts';
import type { Workspace } from './workspace.ts';

/** How to start the process of an execution environment. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** The unpacked code. */
  readonly folder: string;
  /** The whole environment of the process; AWS_LAMBDA_RUNTIME_API is added. */
  readonly variables: Readonly<Record<string, string>>;
  /** Lambda gives initialization 10 s, then begins again within the function's own time; here it has the longer of both. */
  readonly initTimeoutMs: number;
}

/** Why a process is no more, as Lambda names it. */
interface ProcessEnd {
  readonly errorType: 'Runtime.ExitError' | 'Runtime.InvalidEntrypoint';
  readonly reason: string;
}

/** How one event ended in an execution environment. */
export interface EnvironmentOutcome {
  readonly end:
    | { readonly kind: 'answer'; readonly answer: RuntimeAnswer }
    | { readonly kind: 'init-error'; readonly answer: RuntimeAnswer }
    | { readonly kind: 'timeout'; readonly limitMs: number }
    | ({ readonly kind: 'exit' } & ProcessEnd);
  /** Absent when the environment was warm. */
  readonly initDurationMs?: number;
  /** What the process wrote before it took the event, and while it had it. */
  readonly initOutput: string;
  readonly output: string;
  readonly durationMs: number;
}

/** An event whose time starts when the runtime takes it. */
export type PendingEvent = Omit<RuntimeEvent, 'deadlineMs'> & { readonly timeoutMs: number };

/** One process group that runs a function, one event after the other, over a Runtime API of its own. */
export class ExecutionEnvironment {
  readonly #api: RuntimeApi;
  readonly #process: ChildProcess;
  readonly #workspace: Workspace;
  readonly #output = new FunctionOutput();
  readonly #exit: Promise<ProcessEnd>;
  readonly #startedMs = performance.now();
  readonly #initTimeoutMs: number;
  #initialized = false;
  #alive = true;

  private constructor(api: RuntimeApi, launch: Launch, workspace: Workspace) {
    this.#api = api;
    this.#workspace = workspace;
    this.#initTimeoutMs = launch.initTimeoutMs;
    // A process group of its own, so that what the function starts can be killed with it.
    this.#process = spawn(launch.command, launch.args, {
      cwd: launch.folder,
      detached: true,
      env: { ...launch.variables, AWS_LAMBDA_RUNTIME_API: api.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#process.pid !== undefined) workspace.watchGroup(this.#process.pid);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#output.append(text));
    }
    this.#exit = this.#watchExit();
  }

  static async start(launch: Launch, workspace: Workspace): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(await RuntimeApi.listen(), launch, workspace);
  }

  /** Whether the process still runs, and so may take another event. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Runs one event; one at a time. Resolves with undefined when a warm process was found dead before it took the event. */
  async run(event: PendingEvent): Promise<EnvironmentOutcome | undefined> {
    const wasWarm = this.#initialized;
    const readiness = await this.#awaitReadiness();
    const initDurationMs = performance.now() - this.#startedMs;
    const initOutput = await this.#output.take();
    const cold = wasWarm ? {} : { initDurationMs };
    if (readiness !== undefined) {
      await this.kill();
      if (wasWarm) return undefined;
      return { end: readiness, ...cold, initOutput, output: await this.#output.take(), durationMs: 0 };
    }
    this.#initialized = true;

    const takenMs = performance.now();
    const answered = this.#api.deliver({ ...event, deadlineMs: Date.now() + event.timeoutMs });
    const end = await within(event.timeoutMs, [
      answered.then((answer) => ({ kind: 'answer', answer }) as const),
      this.#exited(),
    ]);
    const durationMs = performance.now() - takenMs;
    if (end.kind !== 'answer') await this.kill();
    return { end, ...cold, initOutput, output: await this.#output.take(), durationMs };
  }

  /** Kills the process group; resolves when the process has ended. Idempotent. */
  async kill(): Promise<void> {
    this.#alive = false;
    this.#killGroup();
    this.#api.close();
    await this.#exit;
  }

  /** Waits until the runtime can take an event; resolves with what went wrong instead. */
  #awaitReadiness() {
    return within(this.#initTimeoutMs, [
      this.#exited(),
      this.#api.initError.then((answer) => ({ kind: 'init-error', answer }) as const),
      this.#api.idle().then(() => undefined),
    ]);
  }

  #exited() {
    return this.#exit.then((end) => ({ kind: 'exit', ...end }) as const);
  }

  #watchExit(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      const ended = (end: ProcessEnd): void => {
        this.#alive = false;
        this.#api.close();
        if (this.#process.pid !== undefined) {
          // The function may have left children of its own in the group.
          this.#killGroup();
          this.#workspace.forgetGroup(this.#process.pid);
        }
        resolve(end);
      };
      this.#process.once('error', ({ message }) =>
        ended({ errorType: 'Runtime.InvalidEntrypoint', reason: message }),
      );
      this.#process.once('exit', (code, signal) =>
        ended({ errorType: 'Runtime.ExitError', reason: exitReason(code, signal) }),
      );
    });
  }

  #killGroup(): void {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch {
      // ESRCH: nobody is left in the group.
    }
  }
}

/** Lambda's words: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

/** The first of the promises, or a time-out. Not on the emulator's clock: a process runs in real time. */
async function within<T extends readonly Promise<unknown>[]>(limitMs: number, promises: readonly [...T]) {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<{ readonly kind: 'timeout'; readonly limitMs: number }>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timeout', limitMs }), limitMs);
  });
  try {
    return await Promise.race([...promises, expired]);
  } finally {
    clearTimeout(timer);
  }
}
