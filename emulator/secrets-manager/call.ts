import type { ServiceContext, ServiceRequest } from '../service.ts';
import type { Agenda } from './agenda.ts';
import type { Encryption } from './encryption.ts';
import type { Events } from './events.ts';
import type { Replication } from './replication.ts';
import type { RotationEngine } from './rotation-engine.ts';
import type { Secret } from './secret.ts';
import type { SecretStore } from './secret-store.ts';

/** The parts of the service, made once in its constructor. */
export interface Service {
  readonly context: ServiceContext;
  readonly store: SecretStore;
  readonly agenda: Agenda;
  readonly encryption: Encryption;
  readonly events: Events;
  readonly replication: Replication;
  readonly rotation: RotationEngine;
}

/** One call of an operation. An operation runs without a pause, so each call is atomic. */
export interface Call extends Service {
  readonly request: ServiceRequest;
  readonly now: Date;
}

/** What an operation answers, as JSON. */
export type Response = Record<string, unknown>;

/**
 * The secret that a call is about.
 *
 * @throws ApiError ResourceNotFoundException
 */
export function requireSecret(call: Call, secretId: string): Secret {
  return call.store.require(call.request.region, secretId);
}
