import { ApiError, type FunctionInvoker, type ServiceContext, type ServiceRequest } from '../service.ts';
import { Agenda } from './agenda.ts';
import type { Call, Service } from './call.ts';
import { Encryption } from './encryption.ts';
import { Events } from './events.ts';
import { operations } from './operations.ts';
import { Replication } from './replication.ts';
import { RotationEngine } from './rotation-engine.ts';
import { SecretStore } from './secret-store.ts';

/** What AWS does not document, and so can be chosen. */
export interface RotationOptions {
  /** Attempts after a failed rotation; default 2. */
  readonly retries?: number;
  /** The wait before the first retry, doubling each time; default 1000. */
  readonly retryDelayMs?: number;
  /** How long replicas lag behind a write; default 0, as soon as the write is answered. */
  readonly replicationDelayMs?: number;
}

/** AWS Secrets Manager, in all regions of one account. */
export class SecretsManager {
  readonly #service: Service;

  constructor(context: ServiceContext, invoker: FunctionInvoker, options: RotationOptions = {}) {
    const store = new SecretStore(context.account);
    const agenda = new Agenda(context.clock);
    const encryption = new Encryption(context);
    const events = new Events(context);
    const replication = new Replication(
      { context, store, agenda, encryption },
      options.replicationDelayMs ?? 0,
    );
    const rotation = new RotationEngine({ context, store, agenda, events, replication }, invoker, {
      retries: options.retries ?? 2,
      retryDelayMs: options.retryDelayMs ?? 1000,
    });
    this.#service = { context, store, agenda, encryption, events, replication, rotation };
  }

  /**
   * Answers one call. It is recorded in the history whether it succeeds or fails, with the calls of KMS that
   * it takes; a call that writes becomes an event as well.
   *
   * @param body the parsed JSON of the request
   * @throws ApiError whatever AWS would answer
   */
  async handle(request: ServiceRequest, body: unknown): Promise<Record<string, unknown>> {
    const started = performance.now();
    const operation = operations.get(request.operation);
    const call: Call = { ...this.#service, request, now: this.#service.context.clock.now() };
    const parameters = operation?.visible(body) ?? {};
    const before = this.#arnOf(request, parameters);
    const record = (response: Record<string, unknown>, errorName?: string): void => {
      const resource = before ?? (typeof response.ARN === 'string' ? response.ARN : undefined);
      this.#service.context.history.recordApiCall({
        time: call.now,
        service: 'secretsmanager',
        operation: request.operation,
        region: request.region,
        caller: request.caller,
        requestId: request.requestId,
        userAgent: request.userAgent,
        ...(resource === undefined ? {} : { resource }),
        parameters,
        durationMs: performance.now() - started,
        ...(errorName === undefined ? {} : { errorName }),
      });
    };
    try {
      if (operation === undefined) {
        throw new ApiError('UnknownOperationException', `The operation ${request.operation} does not exist.`);
      }
      const response = operation.run(call, body);
      record(response);
      if (operation.writes) this.#service.events.apiCall(request, parameters, { response });
      return response;
    } catch (error) {
      record({}, error instanceof ApiError ? error.code : 'InternalServiceError');
      if (operation?.writes === true && error instanceof ApiError) {
        this.#service.events.apiCall(request, parameters, { error });
      }
      throw error;
    }
  }

  /** Resolves when no rotation step runs or is due now; what waits for the clock does not count. */
  settled(): Promise<void> {
    return this.#service.agenda.settled();
  }

  /** Forgets schedules, retries and deletions to come, so that nothing happens any more. */
  close(): void {
    this.#service.rotation.close();
    this.#service.agenda.close();
  }

  /** The ARN of the secret that the request names, looked up before a deletion can remove it. */
  #arnOf(request: ServiceRequest, { SecretId: id }: Readonly<Record<string, unknown>>): string | undefined {
    return typeof id === 'string' ? this.#service.store.find(request.region, id)?.arn : undefined;
  }
}
