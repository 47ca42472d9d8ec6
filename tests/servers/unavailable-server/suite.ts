/** A suite that asks for a server that no machine has; run by require-servers.test.ts. */
import { test } from 'vitest';
import { ServerUnavailableError } from '../postgres-binaries.ts';
import { describeWithServer } from '../require-servers.ts';

describeWithServer(
  'postgres',
  () => {
    throw new ServerUnavailableError('No PostgreSQL for this machine.');
  },
  'a suite',
  () => {
    test('needs the server', () => {});
  },
);
