import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Application, type SecretVersion, startApplication, tallySince } from './application.ts';

const value = {
  engine: 'postgres',
  host: 'localhost',
  port: 5432,
  dbname: 'shop',
  username: 'app',
  password: 'x',
};

describe('an application', () => {
  let stop: AbortController;
  let application: Application | undefined;
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(async () => {
    await application?.stop();
  });

  test('reads the secret anew before each login', async () => {
    let current: SecretVersion = { versionId: 'one', value };
    const seen: string[] = [];
    application = startApplication({
      read: async () => current,
      logIn: async ({ username }) => {
        seen.push(username);
        return 'accepted';
      },
      signal: stop.signal,
    });
    await application.loggedInWith('one');

    current = { versionId: 'two', value: { ...value, username: 'app_clone' } };
    await application.loggedInWith('two');

    expect(seen.at(0)).toBe('app');
    expect(seen.at(-1)).toBe('app_clone');
    expect(application.tally).toMatchObject({ failed: 0, refused: 0 });
  });

  test('counts refused logins as failed', async () => {
    let attempts = 0;
    application = startApplication({
      read: async () => ({ versionId: 'one', value }),
      logIn: async () => (++attempts <= 2 ? 'refused' : 'accepted'),
      signal: stop.signal,
    });

    await application.loggedInWith('one');

    expect(application.tally).toMatchObject({ made: 1, failed: 2, refused: 2 });
  });

  test('counts as failed what is no answer of the database, too', async () => {
    let attempts = 0;
    application = startApplication({
      read: async () => ({ versionId: 'one', value }),
      logIn: async () => {
        if (++attempts === 1) throw new Error('connection reset');
        return 'accepted';
      },
      signal: stop.signal,
    });

    await application.loggedInWith('one');

    expect(application.tally).toMatchObject({
      made: 1,
      failed: 1,
      refused: 0,
      lastFailure: 'connection reset',
    });
  });

  test('logs in no more once it has stopped', async () => {
    application = startApplication({
      read: async () => ({ versionId: 'one', value }),
      logIn: async () => 'accepted',
      signal: stop.signal,
    });
    await application.loggedInWith('one');

    await application.stop();
    const { made } = application.tally;
    await sleep(200);

    expect(application.tally.made).toBe(made);
  });
});

test('a tally since another is the difference', () => {
  const before = { made: 10, failed: 1, refused: 1 };
  const now = { made: 15, failed: 3, refused: 2 };

  expect(tallySince(now, before)).toEqual({ made: 5, failed: 2, refused: 1 });
});
