// The runtime's half of Lambda's Runtime API. When the API is gone, so is the emulator: the process ends.
import { Agent, request } from 'node:http';

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true });

/** Waits for the next event: `{ headers, body }`. */
export function next() {
  return call('GET', '/invocation/next');
}

/** Answers an invocation; `body` is JSON text. */
export async function respond(requestId, body) {
  await flushOutput();
  return call('POST', `/invocation/${requestId}/response`, body);
}

/** Fails an invocation, or without a request id the initialization, with Lambda's error object. */
export async function fail(requestId, error) {
  await flushOutput();
  const path = requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`;
  return call('POST', path, JSON.stringify(error), { 'Lambda-Runtime-Function-Error-Type': error.errorType });
}

/** Large writes to a pipe are queued; an answer must not overtake the output that belongs to it. */
function flushOutput() {
  const flushed = (stream) => new Promise((done) => stream.write('', done));
  return Promise.all([flushed(process.stdout), flushed(process.stderr)]);
}

function call(method, path, body, headers = {}) {
  return new Promise((done) => {
    const outgoing = request({ agent, hostname, port, method, path: `/2018-06-01/runtime${path}`, headers });
    outgoing.on('error', () => process.exit(1));
    outgoing.on('response', (incoming) => {
      const chunks = [];
      incoming.on('error', () => process.exit(1));
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () =>
        done({ headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(body);
  });
}
