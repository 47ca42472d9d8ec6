import { describe, expect, it } from 'vitest';
import { EngineCommandError } from './errors.ts';
import { setSecret } from './set-secret.ts';
import {
  adminArn,
  currentAndPending,
  errorOf,
  type SceneOptions,
  secretValue,
  setScene,
} from './testing/scene.ts';

const pair: SceneOptions = {
  strategy: 'alternating-users',
  versions: currentAndPending({ masterarn: adminArn }, { username: 'app_clone' }),
};

describe('the sessions of setSecret', () => {
  const previous = {
    id: 'v0',
    value: secretValue({ password: 'previous-password' }),
    labels: ['AWSPREVIOUS'],
  };
  const ways: [string, SceneOptions][] = [
    ['the user', {}],
    ['the user, both passwords kept', { strategy: 'dual-password' }],
    ['the admin', pair],
    [
      'the admin for a user without the right',
      {
        strategy: 'dual-password',
        usersMayRetain: false,
        tags: { 'rotating-secret:admin-secret': adminArn },
      },
    ],
    [
      'the user with an older version',
      { versions: [previous, ...currentAndPending()], users: { app: 'previous-password' } },
    ],
  ];

  it.each(ways)('are closed after a change by %s', async (_way, options) => {
    const { rotation, database } = setScene(options);

    await setSecret(rotation);

    expect(database.changes.length).toBeGreaterThan(0);
    expect(database.openSessions()).toBe(0);
  });

  it.each(ways)('are closed after a change by %s that failed', async (_way, options) => {
    const { rotation, database } = setScene({
      ...options,
      onLock() {
        throw new EngineCommandError('other', 'XX000', 'Refused.');
      },
    });

    const error = await errorOf(setSecret(rotation));

    expect(error).toMatchObject({ engineCode: 'XX000' });
    expect(database.openSessions()).toBe(0);
  });

  it('is closed when AWSPENDING was found working', async () => {
    const { rotation, database } = setScene({ users: { app: 'pending-password' } });

    await setSecret(rotation);

    expect(database.openSessions()).toBe(0);
  });
});
