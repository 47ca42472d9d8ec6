import { describe, expect, it } from 'vitest';
import { md5Verifier, scramVerifier } from './verifier.ts';

describe('scramVerifier', () => {
  it('has the form that PostgreSQL stores, with a salt of its own each time', async () => {
    const [one, other] = [await scramVerifier('secret'), await scramVerifier('secret', 10_000)];

    expect(one).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/);
    expect(other).toMatch(/^SCRAM-SHA-256\$10000:/);
    expect(one.split(':')[1]?.slice(0, 24)).not.toBe(other.split(':')[1]?.slice(0, 24));
    expect(one).not.toContain('secret');
  });
});

describe('md5Verifier', () => {
  it('is the MD5 of the password followed by the user name', () => {
    // printf secretapp | md5sum
    expect(md5Verifier('secret', 'app')).toBe('md56a422f785c9e20873908ce25d1736ae2');
  });
});
