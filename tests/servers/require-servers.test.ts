import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

describe('a suite whose server cannot be had', () => {
  test('is skipped and says why', () => {
    const { status, report } = runSuite('mysql');

    expect(status).toBe(0);
    expect(report).toMatchObject({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 1 });
    expect(report.testResults[0].assertionResults[0].fullName).toContain(
      'a suite (skipped: No PostgreSQL for this machine.)',
    );
  });

  test('fails when REQUIRE_SERVERS names the server', () => {
    const { status, report } = runSuite('mysql, postgres');

    expect(status).not.toBe(0);
    expect(report).toMatchObject({ numPassedTests: 0, numFailedTests: 1 });
    expect(report.testResults[0].assertionResults[0].failureMessages[0]).toContain(
      'No PostgreSQL for this machine.',
    );
  });
});

function runSuite(requireServers: string) {
  const root = join(import.meta.dirname, '..', '..');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const config = join(import.meta.dirname, 'unavailable-server', 'vitest.config.ts');
  const folder = mkdtempSync(join(tmpdir(), 'require-servers-'));
  const outputFile = join(folder, 'report.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--config', config, '--reporter=json', '--outputFile', outputFile],
      { cwd: root, env: { ...process.env, REQUIRE_SERVERS: requireServers }, stdio: 'ignore' },
    );
    return { status, report: JSON.parse(readFileSync(outputFile, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
