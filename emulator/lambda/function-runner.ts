import type { Clock } from '../clock.ts';
import type { History } from '../history.ts';
import { ApiError } from '../service.ts';
import { type InvocationReport, reportInvocation } from './invocation-report.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** What the account may run at once. Lambda's default is 1,000; these are processes on one machine. */
const accountConcurrency = 100;
/** Lambda runs a failed asynchronous event twice more, one and then two minutes later. */
const retryDelaysMs = [60_000, 120_000];

/** One event for one function. */
export interface Run {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
  /** JSON text. */
  readonly payload: Buffer;
  readonly requestId: string;
  /** A service's principal, or the caller's ARN. */
  readonly invokedBy: string;
  /** The rotation step, where the event has one. */
  readonly step?: string;
  /** JSON text in ASCII, which travels in a header. */
  readonly clientContext?: string;
}

/** Runs functions within the limits of concurrency, and records each run. */
export class FunctionRunner {
  readonly #clock: Clock;
  readonly #history: History;
  #running = 0;

  constructor(clock: Clock, history: History) {
    this.#clock = clock;
    this.#history = history;
  }

  /**
   * Runs an event and waits for its end.
   * @throws ApiError `TooManyRequestsException` when the function or the account may not run more at once
   */
  async run(run: Run): Promise<InvocationReport> {
    const { target, requestId } = run;
    const { pool, settings, version } = target.deployment(run.qualifier);
    this.#checkConcurrency(target);
    const time = this.#clock.now();
    this.#running += 1;
    target.running += 1;
    try {
      const outcome = await pool.run({
        requestId,
        payload: run.payload,
        functionArn: target.qualifiedArn(run.qualifier),
        timeoutMs: settings.timeout * 1000,
        ...(run.clientContext === undefined ? {} : { clientContext: run.clientContext }),
      });
      const report = reportInvocation(outcome, {
        requestId,
        version,
        memorySize: settings.memorySize,
        endedAt: new Date(),
      });
      const { error } = report;
      this.#history.recordInvocation({
        time,
        functionArn: target.qualifiedArn(run.qualifier),
        requestId,
        invokedBy: run.invokedBy,
        ...(run.step === undefined ? {} : { step: run.step }),
        coldStart: outcome.initDurationMs !== undefined,
        durationMs: outcome.durationMs + (outcome.initDurationMs ?? 0),
        ...(error === undefined
          ? {}
          : { functionError: 'Unhandled', errorType: error.type, errorMessage: error.message }),
        log: report.log,
      });
      return report;
    } finally {
      this.#running -= 1;
      target.running -= 1;
    }
  }

  /** Runs an event without anybody waiting, and again when it fails. */
  runLater(run: Run, attempt = 0): void {
    const failed = (): void => {
      const delayMs = retryDelaysMs[attempt];
      if (delayMs !== undefined) this.#clock.setTimeout(() => this.runLater(run, attempt + 1), delayMs);
    };
    this.run(run).then((report) => {
      if (report.error !== undefined) failed();
    }, failed);
  }

  #checkConcurrency(target: LambdaFunction): void {
    const reserved = target.reservedConcurrency;
    if (reserved !== undefined && target.running >= reserved) {
      throw new ApiError(
        'TooManyRequestsException',
        `Rate Exceeded. (${target.name} may run ${reserved} at once)`,
        429,
      );
    }
    if (this.#running >= accountConcurrency) {
      throw new ApiError(
        'TooManyRequestsException',
        `Rate Exceeded. (the account may run ${accountConcurrency} at once)`,
        429,
      );
    }
  }
}
