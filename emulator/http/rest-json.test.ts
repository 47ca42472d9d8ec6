import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { authorization, send } from './testing/raw-request.ts';

let emulator: Emulator;
let port: number;

beforeAll(async () => {
  emulator = await startEmulator();
  port = emulator.port;
});

afterAll(async () => {
  await emulator.close();
});

describe('Lambda over HTTP', () => {
  const headers = { authorization: authorization('lambda') };

  it.each([
    [
      'a body that is no JSON',
      { path: '/2015-03-31/functions', body: '{' },
      400,
      'InvalidRequestContentException',
    ],
    [
      'a body that is a list',
      { path: '/2015-03-31/functions', body: '[]' },
      400,
      'InvalidRequestContentException',
    ],
    [
      'members of the wrong type',
      { path: '/2015-03-31/functions', body: '{"FunctionName":"f","Timeout":"3"}' },
      400,
      'SerializationException',
    ],
    [
      'an operation that is not here',
      { method: 'GET', path: '/2018-10-31/layers' },
      404,
      'UnknownOperationException',
    ],
    [
      'a path with broken escapes',
      { method: 'GET', path: '/2015-03-31/functions/%E0%A4%A' },
      404,
      'UnknownOperationException',
    ],
    [
      'a function that is not there',
      { method: 'GET', path: '/2015-03-31/functions/none' },
      404,
      'ResourceNotFoundException',
    ],
  ])('answers %s with an error in AWS’s form', async (_, request, status, code) => {
    const answer = await send(port, { ...request, headers });

    expect(answer.status).toBe(status);
    expect(answer.headers['x-amzn-errortype']).toBe(code);
    expect(JSON.parse(answer.body)).toMatchObject({ Type: 'User', Message: expect.any(String) });
  });

  it('takes the slash that the AWS CLI writes at the end', async () => {
    const answer = await send(port, { method: 'GET', path: '/2015-03-31/functions/', headers });

    expect(JSON.parse(answer.body)).toEqual({ Functions: [] });
  });
});
