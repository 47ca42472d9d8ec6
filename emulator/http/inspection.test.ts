import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../clock.ts';
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
