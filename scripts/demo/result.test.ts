import { describe, expect, test } from 'vitest';
import { brokenPromises, conclusions, type Result } from './result.ts';

const good: Result = {
  name: '2',
  strategy: 'alternating-users',
  steps: 4,
  apiCalls: 12,
  durationMs: 900,
  functionLogins: { users: ['admin', 'app', 'app_clone'], failed: 0 },
  application: { made: 20, failed: 0 },
  oldCredentialRefused: true,
  newCredentialAccepted: true,
  previousCredentialAccepted: true,
};

describe('brokenPromises', () => {
  test('finds nothing wrong with a good rotation', () => {
    expect(brokenPromises(good)).toEqual([]);
  });

  test.each([
    ['a step too few', { steps: 3 }, 'it took 3 steps instead of 4'],
    [
      'a new credential that is refused',
      { newCredentialAccepted: false },
      'the database refuses the new credential',
    ],
    [
      'an old one that lives',
      { oldCredentialRefused: false },
      'the database still accepts the old credential',
    ],
    [
      'a previous one that died early',
      { previousCredentialAccepted: false },
      'the database refuses the credential of AWSPREVIOUS',
    ],
    [
      'failed logins of the function',
      { functionLogins: { users: [], failed: 1 } },
      'failed logins of the function: 1',
    ],
    [
      'failed logins of the application',
      { application: { made: 9, failed: 2 } },
      'failed logins of the application: 2',
    ],
  ] as const)('names %s', (_, difference, phrase) => {
    expect(brokenPromises({ ...good, ...difference })).toEqual([`rotation 2: ${phrase}`]);
  });

  test('takes the gap of a single user for what it is', () => {
    const single: Result = {
      ...good,
      strategy: 'single-user',
      application: { made: 9, failed: 2 },
    };

    expect(brokenPromises(single)).toEqual([]);
  });
});

describe('conclusions', () => {
  test('tell both strategies apart by their failed logins', () => {
    const single: Result = {
      ...good,
      strategy: 'single-user',
      gapMs: 40,
      application: { made: 9, failed: 2 },
    };

    const [alternating, gap] = conclusions([good, single]);

    expect(alternating).toMatch(/^alternating-users: failed logins: 0/);
    expect(gap).toMatch(/^single-user: failed logins: 2\. For 40 ms,/);
  });

  test('say so when logins failed that should not', () => {
    const bad: Result = { ...good, application: { made: 9, failed: 2 } };

    expect(conclusions([good, bad])).toEqual(['alternating-users: failed logins: 2, where none should be.']);
  });
});
