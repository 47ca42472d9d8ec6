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

  private constructor(atMs: number) {
    this.#atMs = atMs;
    this.signal = AbortSignal.timeout(Math.max(1, atMs - Date.now()));
  }

  /** A deadline `ms` milliseconds from now. */
  static in(ms: number): Deadline {
    return new Deadline(Date.now() + ms);
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
    return Math.max(1, Math.floor(this.#atMs - Date.now()));
  }
}
