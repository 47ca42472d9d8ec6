import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { authorization, send, sendBytes } from './testing/raw-request.ts';

let emulator: Emulator;
let port: number;

beforeAll(async () => {
  emulator = await startEmulator();
  port = emulator.port;
});

afterAll(async () => {
  await emulator.close();
});

const listSecrets = {
  authorization: authorization('secretsmanager'),
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'secretsmanager.ListSecrets',
};

describe('admission', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])(
    'lets in a request for %s and the port',
    async (host) => {
      const answer = await send(port, { headers: { ...listSecrets, host: `${host}:${port}` }, body: '{}' });

      expect(answer.status).toBe(200);
    },
  );

  it.each([
    ['no Authorization', { authorization: '' }, 'IncompleteSignatureException'],
    ['Authorization of another kind', { authorization: 'Basic YTpi' }, 'IncompleteSignatureException'],
    [
      'a scope without a region',
      { authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20260101/aws4_request' },
      'IncompleteSignatureException',
    ],
    ['an Origin', { origin: 'http://127.0.0.1' }, 'AccessDeniedException'],
    ['the Origin null', { origin: 'null' }, 'AccessDeniedException'],
    ['a name that was rebound', { host: 'evil.example' }, 'AccessDeniedException'],
    ['a name that was rebound, and the port', { host: 'evil.example:1' }, 'AccessDeniedException'],
    ['a Host without the port', { host: 'localhost' }, 'AccessDeniedException'],
    ['a Host that begins right', { host: 'localhost:1.evil.example' }, 'AccessDeniedException'],
  ])('refuses %s', async (_, headers, code) => {
    for (const path of ['/', '/2015-03-31/functions', '/_emulator/events']) {
      const answer = await send(port, { path, headers: { ...listSecrets, ...headers }, body: '{}' });

      expect(answer.status).toBe(403);
      expect(answer.headers['x-amzn-errortype']).toBe(code);
      expect(JSON.parse(answer.body)).toMatchObject({ __type: code, Message: expect.any(String) });
    }
  });

  it('refuses a request that has no Authorization at all', async () => {
    const { authorization: _, ...headers } = listSecrets;

    const answer = await send(port, { headers, body: '{}' });

    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  it('refuses a request without Host', async () => {
    const answer = await sendBytes(port, 'GET / HTTP/1.0\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('refuses the preflight of a browser and gives no CORS header', async () => {
    const answer = await send(port, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://page.example',
        'access-control-request-headers': 'authorization',
        'access-control-request-method': 'POST',
      },
    });

    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is on loopback only', () => {
    expect(emulator.url).toBe(`http://127.0.0.1:${port}`);
  });
});
