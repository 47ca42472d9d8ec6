import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../../emulator/history.ts';
import type { Strategy } from '../../functions/core/environment.ts';
import {
  type Application,
  type SecretVersion,
  startApplication,
  type Tally,
  tallySince,
} from './application.ts';
import type { Cloud } from './cloud.ts';
import type { DemoDatabase, LoggedLogins, SecretValue } from './engine.ts';
import { headline, outcomeLines, statusText, stepLine } from './narration.ts';
import type { Result } from './result.ts';
import { gapMs, type Rotation, type Step, watchRotation } from './rotation.ts';
import type { Screen } from './screen.ts';

/** How long the application goes on before and after each rotation, so that its logins stand on both sides. */
const pauseMs = 500;

/** What a rotated secret lives among. */
export interface RotatedSecretParts {
  readonly cloud: Cloud;
  readonly database: DemoDatabase;
  readonly history: History;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  readonly secretName: string;
  readonly secretArn: string;
  readonly functionArn: string;
  readonly strategy: Strategy;
}

/** All logins up to a moment, by everybody; the log does not tell whose a refused one was. */
interface Count {
  readonly logged: LoggedLogins;
  readonly tally: Tally | undefined;
  readonly refusedTries: number;
}

/** One secret, the application that uses it, and what its rotations showed. */
export class RotatedSecret {
  readonly results: Result[] = [];
  readonly #parts: RotatedSecretParts;
  /** The newest credential of each user. */
  readonly #credentials = new Map<string, SecretValue>();
  #application: Application | undefined;
  /** Refused logins of our own, made to prove that a credential is dead. */
  #refusedTries = 0;
  #counted: Count | undefined;

  constructor(parts: RotatedSecretParts) {
    this.#parts = parts;
  }

  /** Starts the application, which keeps logging in until it is stopped. */
  startApplication(): void {
    const { cloud, database, secretArn, signal } = this.#parts;
    this.#application = startApplication({
      read: () => cloud.readSecret(secretArn),
      logIn: (value) => database.logIn(value),
      signal,
    });
  }

  async stopApplication(): Promise<void> {
    await this.#application?.stop();
    this.#application = undefined;
  }

  /**
   * Rotates once, tells each step, and tries the old and the new credential.
   *
   * @throws Error when the rotation does not complete
   */
  async rotate(name: string): Promise<void> {
    const { screen, strategy } = this.#parts;
    this.#counted ??= await this.#count();
    await this.#pause();
    const before = await this.#read();
    screen.line();
    screen.line(screen.paint('bold', headline(name, this.#parts, before.value.username)));
    const rotation = await this.#watch(name);

    const after = await this.#read();
    await this.#application?.loggedInWith(after.versionId);
    const credentials = await this.#tryCredentials(before.value, after.value);
    await this.#pause();
    const result: Result = {
      name,
      strategy,
      steps: rotation.steps.length,
      apiCalls: rotation.steps.reduce((sum, step) => sum + step.calls.length, 0),
      durationMs: rotation.durationMs,
      ...(strategy === 'single-user' ? { gapMs: gapMs(rotation) } : {}),
      ...credentials,
      ...(await this.#loginsSinceLastCount()),
    };
    this.results.push(result);
    for (const line of outcomeLines(result, after.value.username, screen)) screen.line(line);
  }

  /** Counts from where the count before ended, so that no login of the application goes uncounted. */
  async #loginsSinceLastCount(): Promise<Pick<Result, 'functionLogins' | 'application'>> {
    const before = this.#counted;
    const now = await this.#count();
    this.#counted = now;
    const application = tallySince(now.tally, before?.tally);
    const refused = (count: Count | undefined): number =>
      count === undefined ? 0 : count.logged.refused - count.refusedTries - (count.tally?.refused ?? 0);
    return {
      functionLogins: {
        users: now.logged.accepted.slice(before?.logged.accepted.length),
        failed: refused(now) - refused(before),
      },
      ...(application === undefined ? {} : { application }),
    };
  }

  async #count(): Promise<Count> {
    const logged = await this.#parts.database.loginsInLog();
    return { logged, tally: this.#application?.tally, refusedTries: this.#refusedTries };
  }

  async #pause(): Promise<void> {
    if (this.#application !== undefined) await sleep(pauseMs, undefined, { signal: this.#parts.signal });
  }

  async #read(): Promise<SecretVersion> {
    this.#parts.signal.throwIfAborted();
    return this.#parts.cloud.readSecret(this.#parts.secretArn);
  }

  async #watch(name: string): Promise<Rotation> {
    const { cloud, history, screen, secretArn, functionArn, signal } = this.#parts;
    let done: Step[] = [];
    screen.status(() => statusText(name, done.length, this.#application?.tally));
    return watchRotation({
      history,
      secretArn,
      functionArn,
      signal,
      start: () => cloud.rotate(secretArn, functionArn),
      onStep: (step) => {
        done = [...done, step];
        screen.line(stepLine(step, screen));
      },
    });
  }

  async #tryCredentials(
    before: SecretValue,
    after: SecretValue,
  ): Promise<Pick<Result, 'oldCredentialRefused' | 'newCredentialAccepted' | 'previousCredentialAccepted'>> {
    if (before.password !== undefined) this.#credentials.set(before.username, before);
    const old = this.#credentials.get(after.username);
    const keepsPrevious = before.password !== undefined && before.username !== after.username;
    return {
      newCredentialAccepted: await this.#isAccepted(after),
      ...(old === undefined ? {} : { oldCredentialRefused: !(await this.#isAccepted(old)) }),
      ...(keepsPrevious ? { previousCredentialAccepted: await this.#isAccepted(before) } : {}),
    };
  }

  async #isAccepted(value: SecretValue): Promise<boolean> {
    const accepted = (await this.#parts.database.logIn(value)) === 'accepted';
    if (!accepted) this.#refusedTries++;
    return accepted;
  }
}
