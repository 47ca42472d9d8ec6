import type { IncomingHttpHeaders } from 'node:http';
import type { Lambda } from '../lambda/index.ts';
import { ApiError } from '../service.ts';
import { readBody } from './body.ts';
import { parseJson } from './json-body.ts';
import { matchLambdaRoute } from './lambda-routes.ts';
import type { Answer, Protocol } from './protocol.ts';

/** A zip of 50 MB in base64, and the rest of the request. */
const maxCodeBytes = 70 * 1024 * 1024;
/** Lambda's quota for an event, and for all other requests more than enough. */
const maxBodyBytes = 6 * 1024 * 1024;

/** REST-JSON, which Lambda speaks: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export function restJson(lambda: Lambda): Protocol {
  return {
    async answer({ message, url, context }) {
      const match = matchLambdaRoute(message.method ?? '', url.pathname);
      const takesCode = match?.operation === 'CreateFunction' || match?.operation === 'UpdateFunctionCode';
      const body = await readBody(message, takesCode ? maxCodeBytes : maxBodyBytes);
      if (match === undefined) {
        throw new ApiError(
          'UnknownOperationException',
          `this emulator has no Lambda operation ${message.method} ${url.pathname}`,
          404,
        );
      }
      const { operation } = match;
      const members = { ...queryMembers(url.searchParams), ...match.members };
      if (operation === 'Invoke') {
        const invocation = { ...members, ...invocationMembers(message.headers) };
        return invokeAnswer(await lambda.handleInvoke({ ...context, operation }, invocation, body));
      }
      const input = body.length === 0 ? {} : parseJson(body, 'InvalidRequestContentException');
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        throw new ApiError(
          'InvalidRequestContentException',
          'Could not parse request body into json: expected an object',
        );
      }
      const output = await lambda.handle({ ...context, operation }, { ...input, ...members });
      if (match.status === 204) return { status: 204, headers: {}, body: '' };
      return {
        status: match.status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(output),
      };
    },

    renderError(error): Answer {
      const body = {
        Type: error.status < 500 ? 'User' : 'Service',
        Message: error.message,
        message: error.message,
      };
      return {
        status: error.status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        body: JSON.stringify(body),
      };
    },
  };
}

function queryMembers(query: URLSearchParams): Record<string, unknown> {
  const maxItems = query.get('MaxItems');
  return {
    ...Object.fromEntries(
      ['Qualifier', 'Marker', 'FunctionVersion', 'RevisionId'].flatMap((name) => {
        const value = query.get(name);
        return value === null ? [] : [[name, value] as const];
      }),
    ),
    ...(maxItems === null ? {} : { MaxItems: Number(maxItems) }),
    ...(query.has('tagKeys') ? { TagKeys: query.getAll('tagKeys') } : {}),
  };
}

function invocationMembers(headers: IncomingHttpHeaders): Record<string, unknown> {
  return {
    InvocationType: headers['x-amz-invocation-type'],
    LogType: headers['x-amz-log-type'],
    ClientContext: headers['x-amz-client-context'],
  };
}

function invokeAnswer(response: Awaited<ReturnType<Lambda['handleInvoke']>>): Answer {
  return {
    status: response.status,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': response.executedVersion,
      ...(response.functionError === undefined ? {} : { 'x-amz-function-error': response.functionError }),
      ...(response.logResult === undefined ? {} : { 'x-amz-log-result': response.logResult }),
    },
    body: response.payload,
  };
}
