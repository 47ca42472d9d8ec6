import { describe, expect, it } from 'vitest';
import {
  describeGrant,
  extraGrants,
  type Grant,
  grantStatements,
  missingGrants,
  parseGrant,
  revokeStatements,
} from './grants.ts';

const app = '`app`@`%`';
const clone = { user: 'app_clone', host: '%' };

function privilege(what: string, on: string, grantable = false): Grant {
  return { kind: 'privilege', what, on, grantable };
}

describe('parseGrant', () => {
  it.each<[string, readonly Grant[]]>([
    ['GRANT USAGE ON *.* TO `app`@`%`', []],
    [
      'GRANT SELECT, CREATE TEMPORARY TABLES ON `shop`.* TO `app`@`%` WITH GRANT OPTION',
      [privilege('SELECT', '`shop`.*', true), privilege('CREATE TEMPORARY TABLES', '`shop`.*', true)],
    ],
    [
      'GRANT ROLE_ADMIN,XA_RECOVER_ADMIN ON *.* TO `app`@`%`',
      [privilege('ROLE_ADMIN', '*.*'), privilege('XA_RECOVER_ADMIN', '*.*')],
    ],
    [
      'GRANT SELECT (`a`, `b, c`), INSERT (`a)`) ON `shop`.`orders` TO `app`@`%`',
      [
        privilege('SELECT (`a`)', '`shop`.`orders`'),
        privilege('SELECT (`b, c`)', '`shop`.`orders`'),
        privilege('INSERT (`a)`)', '`shop`.`orders`'),
      ],
    ],
    [
      'GRANT EXECUTE ON FUNCTION `a ON b`.`x TO ``app``@``%``` TO `app`@`%`',
      [privilege('EXECUTE', 'FUNCTION `a ON b`.`x TO ``app``@``%```')],
    ],
    ['GRANT PROXY ON `owner`@`%` TO `app`@`%`', [privilege('PROXY', '`owner`@`%`')]],
    [
      'GRANT `r`@`%`,`s`@`%` TO `app`@`%` WITH ADMIN OPTION',
      [
        { kind: 'role', what: '`r`@`%`', on: '', grantable: true },
        { kind: 'role', what: '`s`@`%`', on: '', grantable: true },
      ],
    ],
    [
      'REVOKE INSERT ON `mysql`.* FROM `app`@`%`',
      [{ kind: 'revoke', what: 'INSERT', on: '`mysql`.*', grantable: false }],
    ],
    [
      "GRANT PROCESS ON *.* TO `app`@`%` IDENTIFIED BY PASSWORD '*0A' REQUIRE SUBJECT '/CN= WITH GRANT OPTION'",
      [privilege('PROCESS', '*.*')],
    ],
    ['SET DEFAULT ROLE `r` FOR `app`@`%`', []],
  ])('takes %s apart', (line, expected) => {
    expect(parseGrant(line, app)).toEqual(expected);
  });
});

describe('the difference between two users', () => {
  const first = [privilege('SELECT', 'a.*'), privilege('ALL PRIVILEGES', 'b.*', true)];

  it('is what the second lacks, or has without the option', () => {
    const second = [privilege('SELECT', 'a.*', true), privilege('ALL PRIVILEGES', 'b.*')];

    expect(missingGrants(first, second)).toEqual([privilege('ALL PRIVILEGES', 'b.*', true)]);
  });

  it('knows that all privileges include each, but for PROXY', () => {
    expect(missingGrants([privilege('DROP', 'b.*')], first)).toEqual([]);
    expect(missingGrants([privilege('PROXY', 'b.*')], first)).toHaveLength(1);
  });

  it('is what only the second has, or only the second may hand on', () => {
    const second = [privilege('SELECT', 'a.*', true), privilege('DROP', 'b.*'), privilege('DROP', 'c.*')];

    expect(extraGrants(first, second)).toEqual([privilege('SELECT', 'a.*', true), privilege('DROP', 'c.*')]);
  });
});

describe('grantStatements', () => {
  it('grants by object, then roles, then takes the exceptions', () => {
    const missing: readonly Grant[] = [
      { kind: 'revoke', what: 'INSERT', on: 'mysql.*', grantable: false },
      { kind: 'role', what: '`r`', on: '', grantable: true },
      privilege('SELECT', '*.*'),
      privilege('INSERT', '*.*'),
      privilege('DROP', '*.*', true),
    ];

    expect(grantStatements(missing, clone)).toEqual([
      'GRANT SELECT, INSERT ON *.* TO `app_clone`@`%`',
      'GRANT DROP ON *.* TO `app_clone`@`%` WITH GRANT OPTION',
      'GRANT `r` TO `app_clone`@`%` WITH ADMIN OPTION',
      'REVOKE INSERT ON mysql.* FROM `app_clone`@`%`',
    ]);
  });
});

describe('revokeStatements', () => {
  it('takes the option where the privilege is to stay, and dynamic privileges as a whole', () => {
    const wanted = [privilege('SELECT', 'a.*'), privilege('XA_RECOVER_ADMIN', '*.*')];
    const extra: readonly Grant[] = [
      privilege('SELECT', 'a.*', true),
      privilege('XA_RECOVER_ADMIN', '*.*', true),
      privilege('DROP', 'b.*'),
      { kind: 'role', what: '`r`', on: '', grantable: false },
    ];

    expect(revokeStatements(extra, wanted, clone)).toEqual([
      'REVOKE GRANT OPTION ON a.* FROM `app_clone`@`%`',
      'REVOKE XA_RECOVER_ADMIN ON *.* FROM `app_clone`@`%`',
      'REVOKE DROP ON b.* FROM `app_clone`@`%`',
      'REVOKE `r` FROM `app_clone`@`%`',
    ]);
    expect(extra.map(describeGrant)).toEqual([
      'SELECT ON a.* WITH GRANT OPTION',
      'XA_RECOVER_ADMIN ON *.* WITH GRANT OPTION',
      'DROP ON b.*',
      'role `r`',
    ]);
  });
});
