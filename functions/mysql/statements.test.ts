import { describe, expect, it } from 'vitest';
import type { Account } from './accounts.ts';
import { parseServer } from './server.ts';
import {
  alignStatements,
  alterOwnPassword,
  alterPasswords,
  alterPasswordsRetaining,
  createAccount,
  lockName,
  primaryMark,
  quoteRole,
  setDefaultRoles,
} from './statements.ts';

const mysql = parseServer('8.4.2');
const mariadb = parseServer('10.11.6-MariaDB');
const app = { user: 'a`b', host: '%' };

describe('alterOwnPassword', () => {
  it('is a compare-and-swap in MySQL when the current password is given', () => {
    expect(alterOwnPassword(mysql, "p'q", 'verifier', 'o\\ld')).toBe(
      "ALTER USER USER() IDENTIFIED BY 'p''q' REPLACE 'o\\\\ld'",
    );
  });

  it('sends MariaDB a verifier, or the password where that is asked for', () => {
    expect(alterOwnPassword(mariadb, 'secret', 'verifier')).toMatch(/^SET PASSWORD = '\*[0-9A-F]{40}'$/);
    expect(alterOwnPassword(mariadb, 'secret', 'plaintext')).toBe("SET PASSWORD = PASSWORD('secret')");
  });
});

describe('alterPasswords', () => {
  it('changes all accounts in one statement, with their plugins where these change', () => {
    const accounts = [app, { user: 'a`b', host: '10.%', newPlugin: 'sha256_password' }];

    expect(alterPasswords(mysql, accounts, 'p', 'verifier')).toBe(
      "ALTER USER `a``b`@`%` IDENTIFIED BY 'p', `a``b`@`10.%` IDENTIFIED WITH 'sha256_password' BY 'p'",
    );
    expect(alterPasswordsRetaining(mysql, [app], 'p')).toBe(
      `ALTER USER \`a\`\`b\`@\`%\` IDENTIFIED BY 'p' RETAIN CURRENT PASSWORD ATTRIBUTE '{"rotating-secret:primary":"${primaryMark(app.user, 'p')}"}'`,
    );
  });
});

describe('createAccount', () => {
  it('gives each account another password that nobody knows', () => {
    const [one, other] = [
      createAccount(mysql, app, 'verifier', 'next-1', 'sha256_password'),
      createAccount(mysql, app, 'verifier', 'next-1', 'sha256_password'),
    ];

    expect(one).toMatch(
      /^CREATE USER IF NOT EXISTS `a``b`@`%` IDENTIFIED WITH 'sha256_password' BY '[\w-]{32}next-1'$/,
    );
    expect(one).not.toBe(other);
    expect(createAccount(mariadb, app, 'verifier', 'next-1')).toMatch(
      / IDENTIFIED BY PASSWORD '\*[0-9A-F]{40}'$/,
    );
  });
});

describe('primaryMark', () => {
  it('tells passwords and users apart, and shows neither', () => {
    const marks = [primaryMark('app', 'one'), primaryMark('app', 'two'), primaryMark('other', 'one')];

    expect(new Set(marks).size).toBe(3);
    expect(primaryMark('app', 'one')).toBe(marks[0]);
    expect(marks.join()).toMatch(/^[0-9a-f,]+$/);
  });
});

describe('alignStatements', () => {
  const first: Account = {
    user: 'app',
    host: '%',
    plugin: 'caching_sha2_password',
    locked: false,
    attributes: 'REQUIRE SSL',
    defaultRoles: [],
    alternateOf: undefined,
    primaryMark: undefined,
  };
  const to = { user: 'app_clone', host: '%' };

  it('does nothing for an account that is as it should be', () => {
    expect(alignStatements(mysql, first, { ...first, user: 'app_clone', alternateOf: 'app' }, to)).toEqual(
      [],
    );
  });

  it('sets what differs, and in MySQL whose alternate the account is', () => {
    expect(alignStatements(mysql, first, undefined, to)).toEqual([
      `ALTER USER \`app_clone\`@\`%\` REQUIRE SSL ATTRIBUTE '{"rotating-secret:alternate-of":"app"}'`,
    ]);
    expect(alignStatements(mariadb, first, undefined, to)).toEqual([
      'ALTER USER `app_clone`@`%` REQUIRE SSL',
    ]);
  });
});

describe('roles', () => {
  it('are quoted as each product names them', () => {
    expect(quoteRole(mysql, 'reader')).toBe('`reader`@`%`');
    expect(quoteRole(mysql, 'reader@10.%')).toBe('`reader`@`10.%`');
    expect(quoteRole(mariadb, 'reader')).toBe('`reader`');
    expect(setDefaultRoles(mysql, [], app)).toBe('ALTER USER `a``b`@`%` DEFAULT ROLE NONE');
    expect(setDefaultRoles(mariadb, ['`r`'], app)).toBe('SET DEFAULT ROLE `r` FOR `a``b`@`%`');
  });
});

describe('lockName', () => {
  it('fits into 64 characters and tells users apart by case', () => {
    expect(lockName('x'.repeat(200)).length).toBeLessThanOrEqual(64);
    expect(lockName('App')).not.toBe(lockName('app'));
  });
});
