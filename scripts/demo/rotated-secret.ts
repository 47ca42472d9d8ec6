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
import type { DemoDatabase, SecretValue } from './engine.ts';
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

/** One secret, the application that uses it, and what its rotations showed. */
export class RotatedSecret {
  readonly results: Result[] = [];
  readonly #parts: RotatedSecretParts;
  /** The newest credential of each user. */
  readonly #credentials = new Map<string, SecretValue>();
  #application: Application | undefined;
  /** The application's tally at the end of the rotation before. */
  #tally: Tally | undefined;

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
    const { database, screen, strategy } = this.#parts;
    await this.#pause();
    const before = await this.#read();
    const loginsBefore = await database.loginsInLog();

    screen.line();
    screen.line(screen.paint('bold', headline(name, this.#parts, before.value.username)));
    const rotation = await this.#watch(name);

    const after = await this.#read();
    await this.#application?.loggedInWith(after.versionId);
    await this.#pause();
    const logins = await database.loginsInLog();
    const application = tallySince(this.#application?.tally, this.#tally);
    this.#tally = this.#application?.tally;
    const result: Result = {
      name,
      strategy,
      steps: rotation.steps.length,
      apiCalls: rotation.steps.reduce((sum, step) => sum + step.calls.length, 0),
      durationMs: rotation.durationMs,
      functionLogins: {
        users: logins.accepted.slice(loginsBefore.accepted.length),
        // The application knows which of the refused ones were its own.
        failed: logins.refused - loginsBefore.refused - (application?.refused ?? 0),
      },
      ...(application === undefined ? {} : { application }),
      ...(strategy === 'single-user' ? { gapMs: gapMs(rotation) } : {}),
      ...(await this.#tryCredentials(before.value, after.value)),
    };
    this.results.push(result);
    for (const line of outcomeLines(result, after.value.username, screen)) screen.line(line);
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
    const { database } = this.#parts;
    if (before.password !== undefined) this.#credentials.set(before.username, before);
    const old = this.#credentials.get(after.username);
    const newCredentialAccepted = (await database.logIn(after)) === 'accepted';
    const keepsPrevious = before.password !== undefined && before.username !== after.username;
    return {
      newCredentialAccepted,
      ...(old === undefined ? {} : { oldCredentialRefused: (await database.logIn(old)) === 'refused' }),
      ...(keepsPrevious ? { previousCredentialAccepted: (await database.logIn(before)) === 'accepted' } : {}),
    };
  }
}
