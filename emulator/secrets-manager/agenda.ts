import type { Clock, Timer } from '../clock.ts';

/**
 * What the service does on its own, after it has answered: now (as soon as the call's answer is out) or at a
 * time of the clock. Knows when nothing is left that runs or is due.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does the work once, `delayMs` from now. Without a delay it needs no move of the clock. */
  after(delayMs: number, work: () => void | Promise<void>): Timer {
    if (delayMs <= 0) return this.#soon(work);
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) this.#track(Promise.resolve(work()));
    }, delayMs);
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }

  /** Resolves when no work runs or is due now; what waits for the clock does not count. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Forgets all that has not begun. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #soon(work: () => void | Promise<void>): Timer {
    let cancelled = false;
    this.#track(
      // A macrotask: the answer of the call that asked for the work goes out first.
      new Promise<void>((resolve) => void setImmediate(resolve)).then(() =>
        cancelled || this.#closed ? undefined : work(),
      ),
    );
    return {
      cancel() {
        cancelled = true;
      },
    };
  }

  #track(work: Promise<void>): void {
    const ended = work.finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }
}
