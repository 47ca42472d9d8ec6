/**
 * Time kept back from Lambda's time-out, in milliseconds, so that a hanging target ends in an error of ours
 * rather than in "Task timed out", which says nothing.
 */
const reserveMs = 4_000;

/** The moment by which an invocation must have ended, and what is left until then. */
export class Deadline {
  readonly #atMs: number;
  /** Aborts when the time is up; for whatever takes an `AbortSignal`. */
  readonly signal: AbortSignal;

  private constructor(ms: number) {
    // AbortSignal takes whole milliseconds only, and no fewer than none.
    const wholeMs = Math.max(1, Math.floor(ms));
    this.#atMs = Date.now() + wholeMs;
    this.signal = AbortSignal.timeout(wholeMs);
  }

  /** A deadline `ms` milliseconds from now. */
  static in(ms: number): Deadline {
    return new Deadline(ms);
  }

  /**
   * The deadline of an invocation that Lambda ends in `remainingMs` milliseconds. Four seconds are kept
   * back; of less than eight, half.
   */
  static ofInvocation(remainingMs: number): Deadline {
    return Deadline.in(Math.max(remainingMs - reserveMs, remainingMs / 2));
  }

  /** Milliseconds left, at least 1: drivers take 0 for "no limit". */
  remainingMs(): number {
    return Math.max(1, this.#atMs - Date.now());
  }
}
