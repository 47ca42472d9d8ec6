import { describe, expect, it } from 'vitest';
import { parseServer, requireDualPasswords, requireKnownServer } from './server.ts';

describe('parseServer', () => {
  it.each([
    ['8.0.36', { isMariadb: false, version: 80_036 }],
    ['9.7.4-2', { isMariadb: false, version: 90_704 }],
    ['10.11.18-MariaDB-0+deb12u1-log', { isMariadb: true, version: 101_118 }],
    ['5.5.5-10.6.16-MariaDB', { isMariadb: true, version: 100_616 }],
  ])('reads %s', (text, expected) => {
    expect(parseServer(text)).toMatchObject(expected);
  });
});

describe('requireDualPasswords', () => {
  it('passes MySQL from 8.0.14 on, and refuses others with the strategies that they have', () => {
    expect(() => requireDualPasswords(parseServer('8.0.14'))).not.toThrow();
    expect(() => requireDualPasswords(parseServer('8.4.2'))).not.toThrow();
    expect(() => requireDualPasswords(parseServer('8.0.13'))).toThrow(/alternating-users.*single-user/);
    expect(() => requireDualPasswords(parseServer('11.4.2-MariaDB'))).toThrow(/MariaDB/);
  });
});

describe('requireKnownServer', () => {
  it('refuses what is older than the statements', () => {
    expect(() => requireKnownServer(parseServer('8.0.11'))).not.toThrow();
    expect(() => requireKnownServer(parseServer('10.6.0-MariaDB'))).not.toThrow();
    expect(() => requireKnownServer(parseServer('5.7.44'))).toThrow(/MySQL 5\.7\.44/);
    expect(() => requireKnownServer(parseServer('10.5.9-MariaDB'))).toThrow(/10\.6/);
  });
});
