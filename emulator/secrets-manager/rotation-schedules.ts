import type { Timer } from '../clock.ts';
import type { ServiceContext } from '../service.ts';
import type { Agenda } from './agenda.ts';
import { parseRules, type RotationWindow } from './schedule.ts';
import type { RotationConfiguration, Secret } from './secret.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Keeps a timer for the next rotation window of each secret. */
export class RotationSchedules {
  readonly #context: ServiceContext;
  readonly #agenda: Agenda;
  readonly #windowOpens: (secret: Secret) => void;
  readonly #timers = new Map<Secret, Timer>();

  /** @param windowOpens called when a window opens; the timer of the one after it is set already */
  constructor(context: ServiceContext, agenda: Agenda, windowOpens: (secret: Secret) => void) {
    this.#context = context;
    this.#agenda = agenda;
    this.#windowOpens = windowOpens;
  }

  /** Computes NextRotationDate by the rules and waits for that window. */
  set(secret: Secret): void {
    const window = this.#nextWindow(secret);
    if (window === undefined || secret.rotation === undefined) return;
    secret.rotation.nextRotationAt = window.closesAt;
    this.#waitFor(secret, window);
  }

  /** Counts from now on, because the secret has a new value. */
  restart(secret: Secret): void {
    if (secret.rotation === undefined) return;
    secret.rotation.countedFrom = this.#context.clock.now();
    this.set(secret);
  }

  /** The days from now to the next window, at least one; undefined without a schedule. */
  daysToNext(secret: Secret): RotationConfiguration['observedDays'] {
    const window = this.#nextWindow(secret);
    if (window === undefined) return undefined;
    return Math.max(1, Math.round((window.opensAt.getTime() - this.#context.clock.now().getTime()) / dayMs));
  }

  /** Forgets the timer of a secret. */
  clear(secret: Secret): void {
    this.#timers.get(secret)?.cancel();
    this.#timers.delete(secret);
  }

  #nextWindow({ rotation }: Secret): RotationWindow | undefined {
    if (rotation?.enabled !== true || rotation.rules === undefined) return undefined;
    return parseRules(rotation.rules).nextWindow(this.#context.clock.now(), rotation.countedFrom);
  }

  #waitFor(secret: Secret, { opensAt }: RotationWindow): void {
    this.clear(secret);
    const delayMs = opensAt.getTime() - this.#context.clock.now().getTime();
    this.#timers.set(
      secret,
      this.#agenda.after(delayMs, () => {
        // NextRotationDate stays: it moves only when the rotation succeeds.
        const next = this.#nextWindow(secret);
        if (next !== undefined) this.#waitFor(secret, next);
        this.#windowOpens(secret);
      }),
    );
  }
}
