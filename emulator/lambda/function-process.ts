import { type ChildProcess, spawn } from 'node:child_process';
import { FunctionOutput } from './function-output.ts';
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
export interface ProcessEnd {
  readonly errorType: 'Runtime.ExitError' | 'Runtime.InvalidEntrypoint';
  readonly reason: string;
}

/** A function's process with all that it starts: one process group. */
export class FunctionProcess {
  readonly output = new FunctionOutput();
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  #end: ProcessEnd | undefined;

  /** @param onEnd called once, when the process has ended or could not be started */
  constructor(launch: Launch, runtimeApi: string, workspace: Workspace, onEnd: () => void) {
    this.#child = spawn(launch.command, launch.args, {
      cwd: launch.folder,
      detached: true,
      env: { ...launch.variables, AWS_LAMBDA_RUNTIME_API: runtimeApi },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid, stdout, stderr } = this.#child;
    if (pid !== undefined) workspace.watchGroup(pid);
    for (const stream of [stdout, stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.output.append(text));
    }
    const ended = (end: ProcessEnd): void => {
      if (this.#end !== undefined) return;
      // The function may have left children of its own in the group.
      this.#killGroup();
      this.#end = end;
      if (pid !== undefined) workspace.forgetGroup(pid);
      this.#ended.resolve();
      onEnd();
    };
    this.#child.once('error', ({ message }) =>
      ended({ errorType: 'Runtime.InvalidEntrypoint', reason: message }),
    );
    this.#child.once('exit', (code, signal) =>
      ended({ errorType: 'Runtime.ExitError', reason: exitReason(code, signal) }),
    );
  }

  /** Why the process is no more; undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** Kills the group; resolves when the process has ended. Idempotent. */
  async kill(): Promise<void> {
    this.#killGroup();
    await this.#ended.promise;
  }

  #killGroup(): void {
    // Once it has ended, its number may be another's.
    if (this.#child.pid === undefined || this.#end !== undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
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
