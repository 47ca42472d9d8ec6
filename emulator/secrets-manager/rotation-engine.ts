import { randomUUID } from 'node:crypto';
import type { Timer } from '../clock.ts';
import type { FunctionInvoker, ServiceContext } from '../service.ts';
import type { Agenda } from './agenda.ts';
import type { Events } from './events.ts';
import type { Replication } from './replication.ts';
import { RotationSchedules } from './rotation-schedules.ts';
import type { Secret } from './secret.ts';
import { replaceVersions } from './secret-changes.ts';
import type { SecretStore } from './secret-store.ts';
import { pendingRotation, registerPending, removeVersion } from './version-labels.ts';

/** The principal that invokes rotation functions. */
const rotationPrincipal = 'secretsmanager.amazonaws.com';

/** How failed rotations are repeated; AWS documents that it retries, not how often. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly retries: number;
  /** The wait before the first retry; it doubles each time. */
  readonly retryDelayMs: number;
}

interface Parts {
  readonly context: ServiceContext;
  readonly store: SecretStore;
  readonly agenda: Agenda;
  readonly events: Events;
  readonly replication: Replication;
}

interface Run {
  readonly kind: 'rotation' | 'test';
  readonly token: string;
  /** Proves to Secrets Manager that a caller with an assumed role acts for this rotation. */
  readonly rotationToken: string;
  attempts: number;
  timer?: Timer;
}

const steps = { rotation: ['createSecret', 'setSecret', 'testSecret', 'finishSecret'], test: ['testSecret'] };
const eventPrefix = { rotation: 'Rotation', test: 'TestRotation' } as const;

/** Runs rotations: the four steps, their retries, the test of a configuration, and what schedules ask for. */
export class RotationEngine {
  readonly #parts: Parts;
  readonly #invoker: FunctionInvoker;
  readonly #policy: RetryPolicy;
  readonly #runs = new Map<Secret, Run>();
  readonly #schedules: RotationSchedules;

  constructor(parts: Parts, invoker: FunctionInvoker, policy: RetryPolicy) {
    this.#parts = parts;
    this.#invoker = invoker;
    this.#policy = policy;
    this.#schedules = new RotationSchedules(parts.context, parts.agenda, (secret) =>
      this.#windowOpens(secret),
    );
  }

  /** Whether the function exists and its policy lets Secrets Manager invoke it for this secret. */
  mayInvoke(secret: Secret, functionArn: string): boolean {
    return this.#invoker.mayInvoke(functionArn, {
      principal: rotationPrincipal,
      sourceAccount: this.#parts.context.account,
      sourceArn: secret.arn,
    });
  }

  /** The token of the rotation or test that is under way, also while it waits for a retry. */
  tokenUnderWay(secret: Secret): string | undefined {
    return this.#runs.get(secret)?.token;
  }

  /** Registers the empty AWSPENDING version and rotates in the background. */
  start(secret: Secret, token: string): void {
    const version = { id: token, createdAt: this.#parts.context.clock.now() };
    replaceVersions(this.#parts, secret, registerPending(secret.versions, version));
    this.#begin(secret, 'rotation', token);
  }

  /** Lets testSecret alone run, on a copy of the current value that is AWSPENDING for as long. */
  test(secret: Secret, token: string): void {
    const current = secret.versions.versions.get(secret.versions.holders.get('AWSCURRENT') ?? '');
    const version = { ...current, id: token, createdAt: this.#parts.context.clock.now() };
    replaceVersions(this.#parts, secret, registerPending(secret.versions, version));
    this.#begin(secret, 'test', token);
  }

  /** Takes up a rotation that stopped half-way, with its own token, unless it is under way or switched off. */
  reattempt(secret: Secret): void {
    const stuck = pendingRotation(secret.versions);
    if (stuck === undefined || this.#runs.has(secret) || secret.rotation?.enabled !== true) return;
    this.#begin(secret, 'rotation', stuck);
  }

  /** Ends what is under way and forgets the schedule; a step that runs already is not heard any more. */
  stop(secret: Secret): void {
    const run = this.#runs.get(secret);
    run?.timer?.cancel();
    this.#runs.delete(secret);
    if (run?.kind === 'test') this.#removeTestCopy(secret, run);
    this.#schedules.clear(secret);
  }

  /** Ends all that is under way; a step that runs already is not heard any more. */
  close(): void {
    this.#runs.clear();
  }

  /**
   * Takes note of a value that was put as the current one: it counts as a rotation for the schedule, and ends
   * the rotation whose AWSPENDING it took away.
   */
  noteNewCurrentValue(secret: Secret, formerPending: string | undefined): void {
    if (secret.rotation === undefined) return;
    if (formerPending !== undefined && !secret.versions.holders.has('AWSPENDING')) {
      const run = this.#runs.get(secret);
      if (run?.kind !== 'test') {
        run?.timer?.cancel();
        this.#runs.delete(secret);
        this.#parts.events.service('RotationAbandoned', secret);
      }
    }
    this.#schedules.restart(secret);
  }

  /** Sets NextRotationDate by the rules and waits for that window. */
  schedule(secret: Secret): void {
    this.#schedules.set(secret);
  }

  #begin(secret: Secret, kind: Run['kind'], token: string): void {
    const former = this.#runs.get(secret);
    former?.timer?.cancel();
    // The next one can begin as soon as AWSCURRENT has moved, before the last step of this one has returned.
    if (former?.kind === 'rotation' && secret.versions.holders.get('AWSCURRENT') === former.token) {
      this.#succeed(secret, former);
    }
    const run: Run = { kind, token, rotationToken: randomUUID(), attempts: 0 };
    this.#runs.set(secret, run);
    run.timer = this.#parts.agenda.after(0, () => this.#attempt(secret, run));
  }

  async #attempt(secret: Secret, run: Run): Promise<void> {
    if (this.#hasEnded(secret, run)) return;
    run.attempts += 1;
    this.#parts.events.service(`${eventPrefix[run.kind]}Started`, secret);
    const failure = await this.#runSteps(secret, run);
    if (run.kind === 'test') this.#removeTestCopy(secret, run);
    if (this.#hasEnded(secret, run)) return;
    if (failure === undefined) {
      this.#runs.delete(secret);
      this.#succeed(secret, run);
      return;
    }
    this.#parts.events.service(`${eventPrefix[run.kind]}Failed`, secret, { errorMessage: failure });
    this.#retryOrGiveUp(secret, run);
  }

  /** @returns what went wrong; undefined when all steps went well and the new version is current */
  async #runSteps(secret: Secret, run: Run): Promise<string | undefined> {
    for (const step of steps[run.kind]) {
      const functionArn = secret.rotation?.functionArn;
      if (this.#hasEnded(secret, run) || functionArn === undefined) return 'The rotation was cancelled.';
      const failure = `Error when executing lambda ${functionArn} during ${step} step`;
      // The policy can change, and the function can go, between two steps.
      if (!this.mayInvoke(secret, functionArn)) return `${failure}: not allowed to invoke the function`;
      const event = {
        Step: step,
        SecretId: secret.arn,
        ClientRequestToken: run.token,
        RotationToken: run.rotationToken,
      };
      const result = await this.#invoker.invoke(functionArn, event, rotationPrincipal);
      if (result.error !== undefined) return failure;
    }
    if (run.kind === 'rotation' && secret.versions.holders.get('AWSCURRENT') !== run.token) {
      return `All steps succeeded, but finishSecret has not moved AWSCURRENT to version ${run.token}`;
    }
    return undefined;
  }

  #removeTestCopy(secret: Secret, run: Run): void {
    replaceVersions(this.#parts, secret, removeVersion(secret.versions, run.token));
  }

  #retryOrGiveUp(secret: Secret, run: Run): void {
    const stillPending = pendingRotation(secret.versions) === run.token;
    const finishedLate = secret.versions.holders.get('AWSCURRENT') === run.token;
    if (run.kind === 'test' || run.attempts > this.#policy.retries || !(stillPending || finishedLate)) {
      this.#runs.delete(secret);
      return;
    }
    const delayMs = this.#policy.retryDelayMs * 2 ** (run.attempts - 1);
    run.timer = this.#parts.agenda.after(delayMs, () => this.#attempt(secret, run));
  }

  #succeed(secret: Secret, run: Run): void {
    this.#parts.events.service(`${eventPrefix[run.kind]}Succeeded`, secret);
    const { rotation } = secret;
    if (run.kind === 'test' || rotation === undefined) return;
    rotation.lastRotatedAt = this.#parts.context.clock.now();
    this.#schedules.restart(secret);
    const days = this.#schedules.daysToNext(secret);
    if (days !== undefined) rotation.observedDays = days;
  }

  /** Whether the run was stopped, was replaced by another one, or has lost its secret. */
  #hasEnded(secret: Secret, run: Run): boolean {
    if (!this.#isAlive(secret)) this.#runs.delete(secret);
    return this.#runs.get(secret) !== run;
  }

  #isAlive(secret: Secret): boolean {
    return this.#parts.store.contains(secret) && secret.deletion === undefined;
  }

  /** Rotates, or takes up what got stuck. */
  #windowOpens(secret: Secret): void {
    if (!this.#isAlive(secret)) {
      this.stop(secret);
      return;
    }
    if (this.#runs.has(secret)) return;
    if (pendingRotation(secret.versions) !== undefined) this.reattempt(secret);
    else this.start(secret, randomUUID());
  }
}
