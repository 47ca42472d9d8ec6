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
