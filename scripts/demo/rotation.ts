import type { ApiCall, History, Invocation } from '../../emulator/history.ts';

/** A step of a rotation, as it ended, and the calls of Secrets Manager that the function made in it. */
export interface Step {
  readonly invocation: Invocation;
  readonly calls: readonly ApiCall[];
}

/** A rotation, as it ended. */
export interface Rotation {
  readonly steps: readonly Step[];
  readonly durationMs: number;
}

/** How long a rotation may take before the demo gives up. */
const timeoutMs = 60_000;

/**
 * Starts a rotation and watches it to its end.
 *
 * @param start calls RotateSecret, or whatever else has the secret rotated
 * @param onStep is called as each step ends
 * @throws Error when the rotation fails, with what its last step said and logged
 */
export async function watchRotation(parts: {
  readonly history: History;
  readonly secretArn: string;
  readonly functionArn: string;
  readonly start: () => Promise<unknown>;
  readonly onStep: (step: Step) => void;
  readonly signal: AbortSignal;
}): Promise<Rotation> {
  const startMs = performance.now();
  const steps: Step[] = [];
  let calls: ApiCall[] = [];
  const functionName = parts.functionArn.split(':').at(-1);
  const over = Promise.withResolvers<void>();
  // Awaited only after `start`: until then its rejection is nobody's, which Node would take for a mistake.
  over.promise.catch(() => {});

  const ignore = parts.history.listen({
    apiCall(call) {
      if (call.caller.arn.endsWith(`/${functionName}`)) calls.push(call);
    },
    invocation(invocation) {
      if (invocation.functionArn !== parts.functionArn) return;
      const step = { invocation, calls };
      calls = [];
      steps.push(step);
      parts.onStep(step);
    },
    event({ detail }) {
      const { eventName, additionalEventData } = detail as {
        eventName?: string;
        additionalEventData?: { SecretId?: string };
      };
      if (additionalEventData?.SecretId !== parts.secretArn) return;
      if (eventName === 'RotationSucceeded') over.resolve();
      if (eventName === 'RotationFailed' || eventName === 'RotationAbandoned') over.reject(failure(steps));
    },
  });
  const limit = AbortSignal.any([parts.signal, AbortSignal.timeout(timeoutMs)]);
  const onAbort = () => {
    const reason = parts.signal.aborted ? 'was interrupted' : `did not end within ${timeoutMs / 1000} s`;
    over.reject(new Error(`the rotation ${reason}`));
  };
  limit.addEventListener('abort', onAbort, { once: true });
  try {
    limit.throwIfAborted();
    await parts.start();
    await over.promise;
  } finally {
    ignore();
    limit.removeEventListener('abort', onAbort);
  }
  return { steps, durationMs: performance.now() - startMs };
}

/** From the last call before the change in the database, which follows at once, to the call that moves AWSCURRENT. */
export function gapMs({ steps }: Rotation): number {
  const callsIn = (name: string) => steps.find(({ invocation }) => invocation.step === name)?.calls ?? [];
  const change = callsIn('setSecret').at(-1);
  const move = callsIn('finishSecret').at(-1);
  return change === undefined || move === undefined ? 0 : move.time.getTime() - change.time.getTime();
}

function failure(steps: readonly Step[]): Error {
  const last = steps.at(-1)?.invocation;
  if (last === undefined) return new Error('the rotation failed before its first step');
  return new Error(
    `the rotation failed in ${last.step}: ${last.errorType}: ${last.errorMessage}\nThe function's log:\n${last.log.trimEnd()}`,
  );
}
