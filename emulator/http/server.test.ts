import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('slow requests', () => {
  it('are given up and answered in AWS’s form', async () => {
    const answer = await sendBytes(port, 'POST / HTTP/1.1\r\nhost: ', 20_000);

    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('"__type":"RequestTimeoutException"');
  });
});
