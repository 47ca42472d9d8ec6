import type { IncomingMessage } from 'node:http';
import { ApiError } from '../service.ts';

/**
 * Reads a request's body.
 * @throws ApiError `RequestEntityTooLargeException` when it is longer than `limitBytes`. The rest is read and thrown away
 *   first: a client reads the answer only after it has sent everything. The server's request time-out bounds that.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > limitBytes) {
    throw new ApiError(
      'RequestEntityTooLargeException',
      `Request must be smaller than ${limitBytes} bytes`,
      413,
    );
  }
  return Buffer.concat(chunks);
}
