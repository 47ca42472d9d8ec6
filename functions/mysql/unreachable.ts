import type { Target } from '../core/database-secret.ts';
import { type EnginePhase, EngineUnreachableError } from '../core/errors.ts';
import { unreachableMessage } from '../core/unreachable-message.ts';

/**
 * The error of a connection that broke off. The driver's own is not passed on: it may carry a statement.
 *
 * @param reached how far the connection had come
 */
export function unreachable(target: Target, reached: EnginePhase, error: unknown): EngineUnreachableError {
  const code = codeOf(error);
  const phase = phasesOfCodes[code] ?? reached;
  const reason = reasons[code] ?? (phase === 'tls' && error instanceof Error ? error.message : code);
  return new EngineUnreachableError(target, phase, unreachableMessage(target, phase, reason));
}

/** Codes of Node and of the driver that say where it broke off. */
const phasesOfCodes: Readonly<Record<string, EnginePhase>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  HANDSHAKE_SSL_ERROR: 'tls',
  HANDSHAKE_NO_SSL_SUPPORT: 'tls',
};

/** What the driver's codes mean; whatever else it says is not passed on, but for TLS, whose texts hold no secret. */
const reasons: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'no answer in time',
  HANDSHAKE_NO_SSL_SUPPORT: 'the server does not offer TLS',
  PROTOCOL_CONNECTION_LOST: 'the connection was closed',
  UNSUPPORTED_CHARACTER_SET:
    "the server's default character set is one that this function cannot read; utf8mb4, latin1 and most others are fine",
};

function codeOf(error: unknown): string {
  // A name with several addresses fails with one error for each of them.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
