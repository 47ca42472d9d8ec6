import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../http/body.ts';
import { ApiError } from '../service.ts';

/** Largest event and answer of a synchronous invocation, in bytes (Lambda's quota: 6 MB). */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** What Lambda makes of a longer answer. */
const tooLarge = Buffer.from(
  JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`,
  }),
);

/** An event on its way to a runtime. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly payload: Buffer;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** The ARN that the caller used, with its qualifier. */
  readonly functionArn: string;
  readonly clientContext?: string;
}

/** What a runtime said about an event, or about its own initialization. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly body: Buffer }
  | { readonly kind: 'error'; readonly body: Buffer };

/**
 * Lambda's Runtime API for one execution environment, on a loopback port of its own: the API has no authentication, and
 * on a shared one environments could take each other's events.
 * Paths and headers: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #poll: ServerResponse | undefined;
  #readiness = Promise.withResolvers<RuntimeAnswer | undefined>();
  #running: { readonly requestId: string; readonly answer: (answer: RuntimeAnswer) => void } | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        const failure = error instanceof ApiError ? error : new ApiError('InternalError', String(error), 500);
        reply(response, failure.status, { errorType: failure.code, errorMessage: failure.message });
      });
    });
  }

  static async listen(): Promise<RuntimeApi> {
    const server = createServer({ keepAliveTimeout: 0 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RuntimeApi(server);
  }

  /** `host:port`, the form of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the runtime waits for an event; with an answer when it reports that it could not initialize. */
  ready(): Promise<RuntimeAnswer | undefined> {
    return this.#readiness.promise;
  }

  /** Hands an event to the waiting runtime and resolves with its answer; a runtime that dies never answers. */
  deliver(event: RuntimeEvent): Promise<RuntimeAnswer> {
    const poll = this.#poll;
    if (poll === undefined) throw new Error('the runtime does not wait for an event');
    this.#poll = undefined;
    this.#readiness = Promise.withResolvers();
    return new Promise((answer) => {
      this.#running = { requestId: event.requestId, answer };
      poll.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': event.requestId,
        'lambda-runtime-deadline-ms': String(event.deadlineMs),
        'lambda-runtime-invoked-function-arn': event.functionArn,
        'lambda-runtime-trace-id': traceId(event.requestId),
        ...(event.clientContext === undefined
          ? {}
          : { 'lambda-runtime-client-context': event.clientContext }),
      });
      poll.end(event.payload);
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A runtime is no browser. A page in one could reach this port, and take an event without reading it.
    if (
      request.headers.host !== this.address ||
      request.headers.origin !== undefined ||
      'sec-fetch-site' in request.headers
    ) {
      throw new ApiError('Forbidden', `expected a runtime's request with Host ${this.address}`, 403);
    }
    const path = /^\/2018-06-01\/runtime\/(.+)$/.exec(request.url ?? '')?.[1] ?? '';
    if (request.method === 'GET' && path === 'invocation/next') return this.#awaitEvent(response);
    const [, requestId, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method !== 'POST' || (requestId === undefined && path !== 'init/error')) {
      throw new ApiError('InvalidPath', `the Runtime API has no ${request.method} ${request.url}`, 404);
    }
    const body = await readBody(request, maxPayloadBytes).catch((error: unknown) => {
      if (requestId !== undefined && error instanceof ApiError) this.#answer(requestId, 'error', tooLarge);
      throw error;
    });
    if (requestId === undefined) this.#readiness.resolve({ kind: 'error', body });
    else this.#answer(requestId, outcome === 'response' ? 'response' : 'error', body);
    reply(response, 202, { status: 'OK' });
  }

  #awaitEvent(response: ServerResponse): void {
    // A second poll replaces the first: its connection broke, or the runtime has two loops, and one event has one taker.
    this.#poll?.destroy();
    this.#poll = response;
    this.#readiness.resolve(undefined);
    response.once('close', () => {
      if (this.#poll !== response) return;
      this.#poll = undefined;
      this.#readiness = Promise.withResolvers();
    });
  }

  #answer(requestId: string, kind: RuntimeAnswer['kind'], body: Buffer): void {
    const running = this.#running;
    if (running?.requestId !== requestId) {
      throw new ApiError('InvalidRequestID', `no invocation ${requestId} is running here`, 400);
    }
    this.#running = undefined;
    running.answer({ kind, body });
  }
}

function reply(response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** An X-Ray trace header that says "not sampled"; the id only has to have the form. */
function traceId(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8).padEnd(24, '0')};Parent=${hex.slice(0, 16)};Sampled=0`;
}
