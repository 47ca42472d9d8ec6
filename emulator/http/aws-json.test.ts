import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
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

const listSecrets = {
  authorization: authorization('secretsmanager'),
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'secretsmanager.ListSecrets',
};

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
