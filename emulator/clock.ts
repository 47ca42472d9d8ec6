/** A pending call of a clock's `setTimeout`; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * The emulator's only source of time. Everything that AWS does "later" (rotation steps, retries, schedules,
 * deletion after the recovery window) is set on it, so that a test can move years in a moment.
 */
export interface Clock {
  now(): Date;
  /** Calls `callback` once, `delayMs` milliseconds from now; a delay ≤ 0 means as soon as possible. */
  setTimeout(callback: () => void, delayMs: number): Timer;
}

const longestNodeTimeoutMs = 2_147_483_647;

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  setTimeout(callback, delayMs) {
    let handle: NodeJS.Timeout;
    const wait = (restMs: number): void => {
      // Node fires a longer timeout at once (it overflows to 1 ms), so long waits are taken in legs.
      const legMs = Math.min(Math.max(restMs, 0), longestNodeTimeoutMs);
      handle = setTimeout(() => (restMs > legMs ? wait(restMs - legMs) : callback()), legMs);
      handle.unref();
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that stands still until it is advanced. */
export interface ManualClock extends Clock {
  /** Moves the time forward, firing what falls due in the order of its time; awaits microtasks between two. */
  advance(ms: number): Promise<void>;
}

/** Makes a clock that stands at `start` until it is advanced. */
export function manualClock(start: Date = new Date('2026-01-01T00:00:00Z')): ManualClock {
  let nowMs = start.getTime();
  let sequence = 0;
  const waiting = new Map<number, { readonly atMs: number; readonly callback: () => void }>();

  const nextDue = (limitMs: number): number | undefined => {
    let due: number | undefined;
    for (const [id, timer] of waiting) {
      const earliest = due === undefined ? undefined : waiting.get(due);
      if (timer.atMs <= limitMs && (earliest === undefined || timer.atMs < earliest.atMs)) due = id;
    }
    return due;
  };

  return {
    now: () => new Date(nowMs),
    setTimeout(callback, delayMs) {
      const id = sequence++;
      waiting.set(id, { atMs: nowMs + Math.max(delayMs, 0), callback });
      return { cancel: () => void waiting.delete(id) };
    },
    async advance(ms) {
      const limitMs = nowMs + ms;
      for (let id = nextDue(limitMs); id !== undefined; id = nextDue(limitMs)) {
        const timer = waiting.get(id);
        waiting.delete(id);
        if (timer === undefined) continue;
        nowMs = Math.max(nowMs, timer.atMs);
        timer.callback();
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = limitMs;
    },
  };
}
