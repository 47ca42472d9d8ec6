import { setTimeout as sleep } from 'node:timers/promises';
import type { Login } from '../../tests/rotation/target.ts';

/** What a client saw so far. */
export interface Tally {
  /** Logins tried. */
  readonly logins: number;
  /** Of those, the ones that did not work, for whatever reason. */
  readonly failed: number;
  readonly lastFailure: string | undefined;
}

/** A client that logs in over and over, and holds the value that it read for a while. */
export interface Client {
  readonly tally: Tally;
  /** Resolves after the login under way. */
  stop(): Promise<void>;
}

/** From the end of one login to the start of the next, in milliseconds. */
const pauseMs = 20;

/**
 * Starts a client. It reads the secret again only when its value is so and so old, never because a login failed:
 * the point is to see what happens to who holds an old value.
 */
export function startClient(parts: {
  readonly read: () => Promise<Login>;
  readonly logIn: (login: Login) => Promise<'accepted' | number>;
  /** How old a value may get, in milliseconds. */
  readonly staleMs: number;
  /** When the second read is due at the latest, so that clients do not all read at once. */
  readonly firstReadMs: number;
}): Client {
  let tally: Tally = { logins: 0, failed: 0, lastFailure: undefined };
  let stopping = false;

  const attempt = async (value: Login): Promise<void> => {
    const outcome = await parts.logIn(value).catch((error: unknown) => String(error));
    tally =
      outcome === 'accepted'
        ? { ...tally, logins: tally.logins + 1 }
        : { logins: tally.logins + 1, failed: tally.failed + 1, lastFailure: String(outcome) };
  };

  const running = (async () => {
    let value = await parts.read();
    let readAgainAt = performance.now() + (parts.firstReadMs || parts.staleMs);
    while (!stopping) {
      if (performance.now() >= readAgainAt) {
        readAgainAt = performance.now() + parts.staleMs;
        value = await parts.read();
      }
      await attempt(value);
      await sleep(pauseMs);
    }
  })();

  return {
    get tally() {
      return tally;
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}
