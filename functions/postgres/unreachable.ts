import type { Target } from '../core/database-secret.ts';
import { type EnginePhase, EngineUnreachableError } from '../core/errors.ts';
import { unreachableMessage } from '../core/unreachable-message.ts';

/** Stands for the error of a socket that was cut because the time was up. */
export const timeIsUp = Symbol('the time is up');

/** The error of a conversation that broke off, whatever broke it. */
export function unreachable(target: Target, reached: EnginePhase, error: unknown): EngineUnreachableError {
  if (error instanceof EngineUnreachableError) return error;
  const reason = reasonOf(error);
  const phase = reason === 'ENOTFOUND' || reason === 'EAI_AGAIN' ? 'dns' : reached;
  return new EngineUnreachableError(target, phase, unreachableMessage(target, phase, reason));
}

/** Texts of the driver that say more than a code; whatever else it says is not passed on. */
const driverTexts: Readonly<Record<string, string>> = {
  'timeout expired': 'no answer in time',
  'The server does not support SSL connections': 'the server does not offer TLS',
  'Connection terminated unexpectedly': 'the connection was closed',
  'Connection terminated': 'the connection was closed',
};

function reasonOf(error: unknown): string {
  if (error === timeIsUp) return 'no answer before the deadline';
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // A name with several addresses fails with one error for each of them.
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  // The driver's complaints about SCRAM name iterations, nonces and mechanisms, never a password.
  if (error.message.startsWith('SASL: ')) return error.message;
  return driverTexts[error.message] ?? error.name;
}
