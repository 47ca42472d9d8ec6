import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../clock.ts';
import { type Emulator, startEmulator } from '../index.ts';
import { deployFunction } from '../lambda/testing/test-function.ts';
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

describe('Secrets Manager over HTTP', () => {
  it.each([
    ['a body that is no JSON', { body: '{"Name":' }, 'SerializationException'],
    ['a body that is no UTF-8', { body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }, 'SerializationException'],
    ['another content type', { headers: { 'content-type': 'application/json' } }, 'SerializationException'],
    [
      'an unknown target',
      { headers: { 'x-amz-target': 'dynamodb.ListTables' } },
      'UnknownOperationException',
    ],
    [
      'an unknown operation',
      { headers: { 'x-amz-target': 'secretsmanager.constructor' } },
      'UnknownOperationException',
    ],
    ['another method', { method: 'PUT' }, 'UnknownOperationException'],
    ['another path', { path: '/secrets' }, 'UnknownOperationException'],
  ])(
    'answers %s with an error in AWS’s form',
    async (_, { headers = {}, ...request }: Parameters<typeof send>[1], code) => {
      const answer = await send(port, { body: '{}', ...request, headers: { ...listSecrets, ...headers } });

      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers['x-amzn-errortype']).toBe(code);
      expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(JSON.parse(answer.body)).toEqual({ __type: code, Message: expect.any(String) });
    },
  );

  it('refuses more than 1 MiB and says so to a client that is still sending', async () => {
    const answer = await send(port, { headers: listSecrets, body: Buffer.alloc(8 * 1024 * 1024, 'x') });

    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  });
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

describe('STS', () => {
  it('says who asks', async () => {
    const answer = await send(port, {
      headers: { authorization: authorization('sts') },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });

    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<Arn>arn:aws:iam::123456789012:user/AKIDEXAMPLE</Arn>');
    expect(answer.body).toContain('<Account>123456789012</Account>');
  });

  it('has nothing else', async () => {
    const answer = await send(port, {
      headers: { authorization: authorization('sts') },
      body: 'Action=AssumeRole<',
    });

    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Code>InvalidAction</Code>');
    expect(answer.body).toContain('AssumeRole&lt;');
  });
});

describe('other services', () => {
  const message = (service: string) =>
    `this emulator has no service ${service}, only secretsmanager, lambda, sts`;

  it('are named in an error that their JSON clients can read', async () => {
    const answer = await send(port, { headers: { authorization: authorization('dynamodb') }, body: '{}' });

    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body).Message).toBe(message('dynamodb'));
  });

  it('are named in an error that their XML clients can read', async () => {
    const answer = await send(port, {
      headers: { authorization: authorization('iam') },
      body: 'Action=ListRoles',
    });

    expect(answer.status).toBe(404);
    expect(answer.body).toContain(`<Message>${message('iam')}</Message>`);
  });
});

describe('inspection', () => {
  const headers = { authorization: authorization('emulator') };

  it.each(['events', 'api-calls', 'kms-calls', 'invocations'])('lists %s', async (name) => {
    const answer = await send(port, { method: 'GET', path: `/_emulator/${name}`, headers });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toBeInstanceOf(Array);
  });

  it('shows calls with the region of their scope', async () => {
    await send(port, {
      headers: { ...listSecrets, authorization: authorization('secretsmanager', 'eu-central-1') },
      body: '{}',
    });

    const answer = await send(port, { method: 'GET', path: '/_emulator/api-calls', headers });

    expect(JSON.parse(answer.body).at(-1)).toMatchObject({
      operation: 'ListSecrets',
      region: 'eu-central-1',
    });
  });

  it('advances a manual clock', async () => {
    await using another = await startEmulator({ clock: manualClock(new Date('2026-01-01T00:00:00Z')) });

    const answer = await send(another.port, { path: '/_emulator/advance', headers, body: '{"ms":86400000}' });

    expect(JSON.parse(answer.body)).toEqual({ now: '2026-01-02T00:00:00.000Z' });
  });

  it('does not advance the machine’s clock', async () => {
    const answer = await send(port, { path: '/_emulator/advance', headers, body: '{"ms":1}' });

    expect(answer.status).toBe(400);
  });
});

describe('garbage', () => {
  const isAlive = async (): Promise<boolean> =>
    (await send(port, { headers: listSecrets, body: '{}' })).status === 200;

  it('that is no HTTP is answered in AWS’s form', async () => {
    const answer = await sendBytes(port, '\x16\x03\x01 hello?\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('"__type":"MalformedHttpRequestException"');
  });

  it('in too many headers is answered in AWS’s form', async () => {
    const answer = await sendBytes(port, `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`);

    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('of any bytes does no harm', { timeout: 60_000 }, async () => {
    const beginnings = fc.constantFrom(
      '',
      'POST / HTTP/1.1\r\n',
      `POST / HTTP/1.1\r\nhost: localhost:${port}\r\n`,
    );
    await fc.assert(
      fc.asyncProperty(beginnings, fc.uint8Array({ maxLength: 2000 }), async (beginning, bytes) => {
        await sendBytes(port, Buffer.concat([Buffer.from(beginning), bytes]), 20);

        return isAlive();
      }),
      { numRuns: 100 },
    );
  });

  it('in place of a request’s JSON gets an error of the client, never of the emulator', {
    timeout: 60_000,
  }, async () => {
    const operations = [
      'CreateSecret',
      'PutSecretValue',
      'RotateSecret',
      'UpdateSecretVersionStage',
      'BatchGetSecretValue',
      'TagResource',
    ];
    const members = fc.dictionary(
      fc.constantFrom(
        'SecretId',
        'Name',
        'SecretString',
        'Tags',
        'RotationRules',
        'ClientRequestToken',
        'Filters',
        '__proto__',
      ),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        fc.oneof(fc.jsonValue(), members),
        async (operation, body) => {
          const headers = { ...listSecrets, 'x-amz-target': `secretsmanager.${operation}` };

          const answer = await send(port, { headers, body: JSON.stringify(body) });

          return answer.status < 500;
        },
      ),
      { numRuns: 300 },
    );
  });

  it('in place of a function gets an error of the client, never of the emulator', {
    timeout: 60_000,
  }, async () => {
    await deployFunction(emulator, 'exports.handler = async () => ({})', { FunctionName: 'f' });
    const headers = { authorization: authorization('lambda') };
    const paths = [
      '',
      '/f',
      '/f/code',
      '/f/configuration',
      '/f/policy',
      '/f/aliases',
      '/f/versions',
      '/f/invocations',
    ];
    const members = fc.dictionary(
      fc.constantFrom(
        'FunctionName',
        'Code',
        'Role',
        'Runtime',
        'Handler',
        'Environment',
        'Tags',
        'Layers',
        'VpcConfig',
        '__proto__',
      ),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PUT'),
        fc.constantFrom(...paths),
        fc.oneof(fc.jsonValue(), members),
        async (method, path, body) => {
          const answer = await send(port, {
            method,
            path: `/2015-03-31/functions${path}`,
            headers,
            body: JSON.stringify(body),
          });

          return answer.status < 500;
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that stops in the middle leaves the emulator serving', async () => {
    const half = `POST / HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: ${listSecrets.authorization}\r\ncontent-length: 100\r\n\r\n{"a":`;

    await sendBytes(port, half, 50);

    expect(await isAlive()).toBe(true);
  });
});

it('the SDK reads an error’s name and message', async () => {
  const client = new SecretsManagerClient({
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  });

  const getting = client.send(new GetSecretValueCommand({ SecretId: 'none' }));

  await expect(getting).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
});
