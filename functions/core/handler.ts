import { createSecret } from './create-secret.ts';
import { Deadline } from './deadline.ts';
import type { Engine } from './engine.ts';
import type { RotationEnvironment } from './environment.ts';
import {
  EngineCommandError,
  EngineUnreachableError,
  LoginRefusedError,
  RotationError,
  UnexpectedError,
} from './errors.ts';
import { parseEvent, type RotationEvent, type Step } from './event.ts';
import { finishSecret } from './finish-secret.ts';
import type { LogFields, Logger } from './logger.ts';
import type { Rotation, StepOutcome } from './rotation.ts';
import type { SecretStore } from './secret-store.ts';
import { setSecret } from './set-secret.ts';
import { testSecret } from './test-secret.ts';

/** What a rotation function is made of. */
export interface HandlerParts {
  readonly engine: Engine;
  readonly environment: RotationEnvironment;
  readonly logger: Logger;
  /** The store of one secret, for one invocation. */
  storeFor(secretId: string, deadline: Deadline): SecretStore;
}

/** What is used of Lambda's context. */
export interface InvocationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

const stepFunctions: Readonly<Record<Step, (rotation: Rotation) => Promise<StepOutcome>>> = {
  createSecret,
  setSecret,
  testSecret,
  finishSecret,
};

/**
 * Makes the handler of a rotation function: it runs one step, logs one outcome, and throws what failed, which
 * is how Secrets Manager learns of it.
 */
export function rotationHandler(
  parts: HandlerParts,
): (event: unknown, context: InvocationContext) => Promise<void> {
  return async (event, context) => {
    const startedMs = Date.now();
    const finish = (): LogFields => ({
      requestId: context.awsRequestId,
      durationMs: Date.now() - startedMs,
      engine: parts.engine.name,
    });
    let known: LogFields = {};
    try {
      const rotationEvent = parseEvent(event);
      known = fieldsOf(rotationEvent);
      const outcome = await runStep(
        parts,
        rotationEvent,
        Deadline.ofInvocation(context.getRemainingTimeInMillis()),
      );
      parts.logger.info('Rotation step ended.', { ...known, ...finish(), ...outcome });
    } catch (error) {
      const failure = error instanceof RotationError ? error : new UnexpectedError(error);
      parts.logger.error('Rotation step failed.', {
        ...known,
        ...finish(),
        outcome: 'failed',
        errorCode: failure.code,
        ...reasonOf(failure),
        errorName: failure.name,
        errorMessage: failure.message,
      });
      throw failure;
    }
  };
}

function runStep(
  { engine, environment, storeFor }: HandlerParts,
  event: RotationEvent,
  deadline: Deadline,
): Promise<StepOutcome> {
  const store = storeFor(event.secretId, deadline);
  return stepFunctions[event.step]({ event, engine, environment, store, deadline });
}

function reasonOf(error: RotationError): LogFields {
  if (error instanceof EngineUnreachableError) return { errorReason: error.phase };
  if (error instanceof LoginRefusedError || error instanceof EngineCommandError)
    return { errorReason: error.reason };
  return {};
}

function fieldsOf({ step, secretId, clientRequestToken }: RotationEvent): LogFields {
  return { step, secretId, versionId: clientRequestToken };
}
