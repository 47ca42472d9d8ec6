import type { Deadline } from './deadline.ts';
import type { Engine } from './engine.ts';
import type { RotationEnvironment } from './environment.ts';
import type { RotationEvent } from './event.ts';
import type { SecretStore } from './secret-store.ts';

/** What one step of one rotation works with. */
export interface Rotation {
  readonly event: RotationEvent;
  readonly engine: Engine;
  readonly environment: RotationEnvironment;
  readonly store: SecretStore;
  readonly deadline: Deadline;
}

/** How a step ended when it did not fail. */
export interface StepOutcome {
  readonly outcome: 'done' | 'already-done';
  /** A constant sentence for the log. */
  readonly detail: string;
  /** What the operator should look at although nothing failed. */
  readonly notices?: readonly string[];
}

/** The rotation is over: an earlier run of finishSecret moved AWSCURRENT to this version. */
export const alreadyCurrent: StepOutcome = {
  outcome: 'already-done',
  detail: 'The version is AWSCURRENT already.',
};

/**
 * The way out of an AWSPENDING value that can never work: Secrets Manager retries the same version until its
 * label is removed.
 */
export function dropPendingCommand({ secretId, clientRequestToken }: RotationEvent): string {
  return (
    'To start anew, remove the label and rotate again: aws secretsmanager update-secret-version-stage ' +
    `--secret-id ${secretId} --version-stage AWSPENDING --remove-from-version-id ${clientRequestToken}`
  );
}
