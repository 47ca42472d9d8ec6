import type { SecretsManager } from '../secrets-manager/index.ts';
import { ApiError } from '../service.ts';
import { readBody } from './body.ts';
import { parseJson } from './json-body.ts';
import type { Answer, Protocol } from './protocol.ts';

/** Larger than any request that Secrets Manager accepts (a value has at most 65,536 bytes). */
const maxBodyBytes = 1024 * 1024;
const contentType = 'application/x-amz-json-1.1';

/** AWS JSON 1.1, which Secrets Manager speaks: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export function awsJson(secretsManager: SecretsManager): Protocol {
  return {
    async answer({ message, url, context }) {
      const body = await readBody(message, maxBodyBytes);
      if (message.method !== 'POST' || url.pathname !== '/') {
        throw new ApiError(
          'UnknownOperationException',
          `expected POST /, found ${message.method} ${url.pathname}`,
          404,
        );
      }
      const target = String(message.headers['x-amz-target'] ?? '');
      const operation = /^secretsmanager\.([A-Za-z]{1,64})$/.exec(target)?.[1];
      if (operation === undefined) {
        throw new ApiError(
          'UnknownOperationException',
          `X-Amz-Target: expected secretsmanager.Operation, found ${target || 'none'}`,
        );
      }
      const found = message.headers['content-type'] ?? 'none';
      if (found.split(';')[0]?.trim().toLowerCase() !== contentType) {
        throw new ApiError('SerializationException', `Content-Type: expected ${contentType}, found ${found}`);
      }
      const input = body.length === 0 ? {} : parseJson(body, 'SerializationException');
      const output = await secretsManager.handle({ ...context, operation }, input);
      return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(output) };
    },
    renderError: renderJsonError,
  };
}

/** An error as AWS JSON puts it; also for requests that no protocol is known of. */
export function renderJsonError(error: ApiError): Answer {
  return {
    status: error.status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, Message: error.message }),
  };
}
