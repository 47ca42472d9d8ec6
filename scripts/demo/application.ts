import { setTimeout as sleep } from 'node:timers/promises';
import type { LoginOutcome, SecretValue } from './engine.ts';

/** A version of a secret, as an application reads it. */
export interface SecretVersion {
  readonly versionId: string;
  readonly value: SecretValue;
}

/** What an application saw so far. */
export interface Tally {
  readonly made: number;
  /** Logins that did not work, for whatever reason. */
  readonly failed: number;
  /** Of those that failed, the ones that the database answered with no. */
  readonly refused: number;
  /** What the database, or the way to it, said last when a login failed. */
  readonly lastFailure?: string;
}

/** A small application that logs in over and over. */
export interface Application {
  readonly tally: Tally;
  /** Resolves when a login with this version has worked. */
  loggedInWith(versionId: string): Promise<void>;
  /** Resolves after the login under way; never rejects. */
  stop(): Promise<void>;
}

/** From the end of one login to the start of the next. */
const intervalMs = 50;

/**
 * Starts an application. Before each login it reads the secret, so after a failed one it reads it again, as AWS
 * advises; every login that does not work is counted, whatever the reason.
 */
export function startApplication(parts: {
  readonly read: () => Promise<SecretVersion>;
  readonly logIn: (value: SecretValue) => Promise<LoginOutcome>;
  readonly signal: AbortSignal;
}): Application {
  let tally: Tally = { made: 0, failed: 0, refused: 0 };
  const worked = new Set<string>();
  const stopping = new AbortController();
  const signal = AbortSignal.any([parts.signal, stopping.signal]);

  const attempt = async (): Promise<void> => {
    try {
      const { versionId, value } = await parts.read();
      if ((await parts.logIn(value)) === 'refused') {
        tally = { ...tally, refused: tally.refused + 1 };
        throw new Error('the password was refused');
      }
      worked.add(versionId);
      tally = { ...tally, made: tally.made + 1 };
    } catch (error) {
      const lastFailure = error instanceof Error ? error.message : String(error);
      tally = { ...tally, failed: tally.failed + 1, lastFailure };
    }
  };

  const running = (async () => {
    while (!signal.aborted) {
      await attempt();
      await sleep(intervalMs, undefined, { signal }).catch(() => {});
    }
  })();

  return {
    get tally() {
      return tally;
    },
    async loggedInWith(versionId) {
      const deadlineMs = performance.now() + 20_000;
      while (!worked.has(versionId)) {
        if (performance.now() > deadlineMs) {
          throw new Error(`the application cannot log in with the new version: ${tally.lastFailure}`);
        }
        await sleep(intervalMs, undefined, { signal });
      }
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** What was added to a tally since an earlier look at it. */
export function tallySince(now: Tally | undefined, before: Tally | undefined): Tally | undefined {
  if (now === undefined || before === undefined) return now;
  return {
    ...now,
    made: now.made - before.made,
    failed: now.failed - before.failed,
    refused: now.refused - before.refused,
  };
}
