import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Result } from './result.ts';
import { Screen } from './screen.ts';
import { summary } from './summary.ts';

const birth: Result = {
  name: 'birth',
  strategy: 'alternating-users',
  steps: 4,
  apiCalls: 12,
  durationMs: 1200,
  functionLogins: { users: ['admin', 'app', 'app_clone'], failed: 0 },
  newCredentialAccepted: true,
};
const second: Result = {
  ...birth,
  name: '2',
  durationMs: 300,
  application: { made: 20, failed: 1 },
  oldCredentialRefused: true,
};

test('a summary has a column for each rotation and one for all', () => {
  const screen = new Screen(new PassThrough() as unknown as NodeJS.WriteStream);
  const single: Result = { ...second, name: '3', strategy: 'single-user', apiCalls: 10 };

  const lines = summary([birth, second, single], screen).split('\n');

  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['strategy', 'alternating-users', 'single-user'],
    ['rotation', 'birth', '2', '3', 'all 3'],
    ['steps', '4', '4', '4', '12'],
    ['API calls', '12', '12', '10', '34'],
    ['time', '1.2 s', '300 ms', '300 ms', '1.8 s'],
    ["function's logins", '3', '3', '3', '9'],
    ['failed', '0', '0', '0', '0'],
    ["application's logins", '-', '20', '20', '40'],
    ['failed', '-', '1', '1', '2'],
    ['old credential', 'none', 'refused', 'refused', '2 of 2'],
    ['new credential', 'accepted', 'accepted', 'accepted', '3 of 3'],
  ]);
});
