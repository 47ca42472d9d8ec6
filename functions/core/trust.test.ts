import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { trustedAuthorities } from './trust.ts';

const [authority = '', otherAuthority = ''] = getCACertificates('bundled');

describe('trustedAuthorities', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trust-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const bundleOf = (text: string): string => {
    const path = join(folder, 'bundle.pem');
    writeFileSync(path, text);
    return path;
  };

  it('trusts what Node does', () => {
    expect(trustedAuthorities(undefined)).toEqual(expect.arrayContaining(getCACertificates('default')));
  });

  it('trusts a bundle besides', () => {
    const bundle = `# Two authorities\n${authority}\n${otherAuthority}\n`;

    const authorities = trustedAuthorities(bundleOf(bundle));

    expect(authorities).toEqual(expect.arrayContaining(getCACertificates('default')));
    expect(authorities.at(-1)).toBe(bundle);
  });

  it.each([
    ['is empty', ''],
    ['is no PEM', 'not a certificate'],
    ['holds a key only', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['holds a certificate that is none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['is cut off', authority.slice(0, authority.length / 2)],
    ['holds a second one that is cut off', authority + otherAuthority.slice(0, otherAuthority.length / 2)],
  ])('refuses a bundle that %s, and names its path', (_case, text) => {
    const path = bundleOf(text);

    expect(() => trustedAuthorities(path)).toThrow(ConfigurationError);
    expect(() => trustedAuthorities(path)).toThrow(path);
  });

  it('refuses a bundle that is not there, and says where layers unpack', () => {
    const path = join(folder, 'missing.pem');

    expect(() => trustedAuthorities(path)).toThrow(ConfigurationError);
    expect(() => trustedAuthorities(path)).toThrow(/ENOENT.*\/opt/);
  });
});
