import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiError, ServiceRequest } from '../service.ts';

/** A request that was let in, without the operation, which each protocol finds elsewhere. */
export interface AdmittedRequest {
  readonly message: IncomingMessage;
  readonly url: URL;
  readonly context: Omit<ServiceRequest, 'operation'>;
}

/** What to write to the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One of AWS's ways to put operations and errors into HTTP. */
export interface Protocol {
  /** @throws ApiError */
  answer(request: AdmittedRequest): Promise<Answer>;
  renderError(error: ApiError, requestId: string): Answer;
}

/** Writes an answer, unless the client has gone or has one already. */
export function write(response: ServerResponse, requestId: string, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, { 'x-amzn-requestid': requestId, ...answer.headers });
  response.end(answer.body);
}
