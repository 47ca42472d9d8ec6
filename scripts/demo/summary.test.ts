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
  functionLogins: { made: 3, failed: 0 },
  newCredentialAccepted: true,
};
const second: Result = {
  ...birth,
  name: '2',
  durationMs: 300,
  application: { made: 20, failed: 1, lockedOutMs: 80 },
  oldCredentialRefused: true,
};

test('a summary has a row for each rotation and one for all', () => {
  const screen = new Screen(new PassThrough() as unknown as NodeJS.WriteStream);

  const lines = summary([birth, second], screen).split('\n');

  const cells = lines.map((line) => line.trim().split(/ {2,}/));
  expect(cells).toContainEqual([
    'birth',
    'alternating-users',
    '4',
    '12',
    '1.2 s',
    '3 / 0',
    '-',
    'none: new user',
    'accepted',
  ]);
  expect(cells).toContainEqual([
    '2',
    'alternating-users',
    '4',
    '12',
    '300 ms',
    '3 / 0',
    '20 / 1',
    'refused',
    'accepted',
  ]);
  expect(cells.at(-1)).toEqual([
    '2 in all',
    '8',
    '24',
    '1.5 s',
    '6 / 0',
    '20 / 1',
    '1 of 1 refused',
    '2 of 2 accepted',
  ]);
});
