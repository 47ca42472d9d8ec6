import { describe, expect, it } from 'vitest';
import { parseDatabaseSecret } from './database-secret.ts';
import type { Strategy } from './environment.ts';
import { ConfigurationError } from './errors.ts';
import { Sensitive } from './sensitive.ts';
import { strategyFor } from './strategy.ts';
import { modelDatabase } from './testing/model-engine.ts';
import { adminArn, secretValue } from './testing/scene.ts';

const { engine } = modelDatabase({ users: {} });
const secretOf = (members: object = {}) =>
  parseDatabaseSecret(new Sensitive(JSON.stringify(secretValue(members))), engine.shape);

describe('strategyFor', () => {
  it.each<[string, Strategy | undefined, object, Strategy]>([
    ['one user for a secret that names no admin secret', undefined, {}, 'single-user'],
    [
      'two users for a secret that names an admin secret',
      undefined,
      { masterarn: adminArn },
      'alternating-users',
    ],
    ['the configured one, whatever the secret names', 'single-user', { masterarn: adminArn }, 'single-user'],
    [
      'the configured one although only a pin can name the admin',
      'alternating-users',
      {},
      'alternating-users',
    ],
    ['two passwords where that is configured', 'dual-password', {}, 'dual-password'],
  ])('takes %s', (_case, configured, members, name) => {
    expect(strategyFor(configured, secretOf(members), engine).name).toBe(name);
  });

  it('refuses a strategy that the engine does not have, and names those that it has', () => {
    const modest = { ...engine, strategies: ['single-user', 'alternating-users'] } as const;

    const choose = (): unknown => strategyFor('dual-password', secretOf(), modest);

    expect(choose).toThrow(ConfigurationError);
    expect(choose).toThrow('Set it to single-user or alternating-users.');
  });
});

describe('the users of a strategy', () => {
  it.each<[Strategy, string, string, readonly string[], string | undefined]>([
    ['single-user', 'app', 'app', ['app'], undefined],
    ['single-user', 'app_clone', 'app_clone', ['app_clone'], undefined],
    ['dual-password', 'app', 'app', ['app'], undefined],
    ['alternating-users', 'app', 'app_clone', ['app', 'app_clone'], undefined],
    ['alternating-users', 'app_clone', 'app', ['app_clone', 'app'], 'app'],
    // A name that is nothing but the suffix has no first user that could be meant.
    ['alternating-users', '_clone', '_clone_clone', ['_clone', '_clone_clone'], undefined],
  ])('%s of %s: next %s, pinned as %j, second of %s', (name, username, next, pinned, first) => {
    const strategy = strategyFor(name, secretOf(), engine);

    expect(strategy.nextUsername(secretOf({ username }))).toBe(next);
    expect(strategy.usernamesOf(username)).toEqual(pinned);
    expect(strategy.firstOf(username)).toBe(first);
  });
});
