import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ApiError } from '../service.ts';
import { admit } from './admission.ts';
import { renderJsonError } from './aws-json.ts';
import type { Callers } from './callers.ts';
import { inspectionPath } from './inspection.ts';
import { type Protocol, write } from './protocol.ts';
import { renderXmlError } from './sts.ts';

const headersTimeoutMs = 5_000;
/** How often Node looks for requests that are too slow; by default so rarely that they live for half a minute more. */
const slownessCheckMs = 1_000;
/** Time to send a whole request; 70 MB over loopback take far less. */
const requestTimeoutMs = 60_000;
/** Clients keep connections for their next request; one that is closed just then fails it. */
const keepAliveTimeoutMs = 600_000;

/** Services whose clients read errors as XML, of those that one may meet beside Secrets Manager. */
const xmlServices: ReadonlySet<string> = new Set([
  'cloudformation',
  'ec2',
  'elasticache',
  'iam',
  'rds',
  'redshift',
  's3',
  'sns',
]);

/** What answers the requests. */
export interface Endpoints {
  readonly callers: Callers;
  readonly inspection: Protocol;
  /** By the service's name in SigV4. */
  readonly services: ReadonlyMap<string, Protocol>;
}

/** The emulator's HTTP server. It listens before there is anything to serve, since functions need to know its port. */
export class HttpServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Listens on 127.0.0.1.
   * @param port 0 for any that is free
   * @throws Error when the port is taken
   */
  static async listen(port: number): Promise<HttpServer> {
    const server = createServer({
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: slownessCheckMs,
      // Node would answer a request without Host itself, and not in AWS's form.
      requireHostHeader: false,
    });
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') {
        throw new Error(
          `port ${port} of 127.0.0.1 is in use: choose another one, or 0 for any that is free`,
          { cause: error },
        );
      }
      throw new Error(`cannot listen on port ${port} of 127.0.0.1: ${message}`, { cause: error });
    }
    return new HttpServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  serve(endpoints: Endpoints): void {
    const { port } = this;
    this.#server.on('request', (request, response) => void answer(request, response, port, endpoints));
    this.#server.on('clientError', refuseGarbage);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  port: number,
  endpoints: Endpoints,
): Promise<void> {
  const requestId = randomUUID();
  let protocol: Protocol | undefined;
  try {
    const { accessKeyId, region, service } = admit(message.headers, port);
    const url = readUrl(message);
    protocol = url.pathname.startsWith(inspectionPath)
      ? endpoints.inspection
      : (endpoints.services.get(service) ?? missingService(service, [...endpoints.services.keys()]));
    const caller = endpoints.callers.resolve(accessKeyId);
    const userAgent = message.headers['user-agent'] ?? '';
    write(
      response,
      requestId,
      await protocol.answer({ message, url, context: { region, caller, requestId, userAgent } }),
    );
  } catch (error) {
    const failure = error instanceof ApiError ? error : internalFailure(error);
    write(response, requestId, protocol?.renderError(failure, requestId) ?? renderJsonError(failure));
    // What is left of the body is read and dropped, so that the client sees the answer.
    message.resume();
  }
}

/** Refuses a service that is not here, in a form that its clients can read. */
function missingService(service: string, known: readonly string[]): Protocol {
  return {
    async answer() {
      const message = `this emulator has no service ${service}, only ${known.join(', ')}`;
      throw new ApiError('UnknownOperationException', message, 404);
    },
    renderError: xmlServices.has(service) ? renderXmlError : renderJsonError,
  };
}

function readUrl(message: IncomingMessage): URL {
  try {
    return new URL(`http://emulator${message.url}`);
  } catch {
    throw new ApiError('UnknownOperationException', 'the request has no valid path', 404);
  }
}

/** An error of the emulator itself. Its stack may hold values, so the client gets the message only. */
function internalFailure(error: unknown): ApiError {
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError('InternalFailure', `the emulator failed: ${message}`, 500);
}

/** Answers what is no HTTP, or too slow, or too long. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason, code] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ([408, 'Request Timeout', 'RequestTimeoutException'] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ([431, 'Request Header Fields Too Large', 'RequestHeaderSectionTooLarge'] as const)
        : ([400, 'Bad Request', 'MalformedHttpRequestException'] as const);
  const body = JSON.stringify({ __type: code, Message: `the request could not be read: ${error.message}` });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n` +
      `x-amzn-errortype: ${code}\r\nx-amzn-requestid: ${randomUUID()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
