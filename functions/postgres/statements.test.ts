import { describe, expect, it } from 'vitest';
import { newRole, type Role, type Setting } from './roles.ts';
import { alignStatements, alterPassword, createUser, grantRole, listElements } from './statements.ts';

const first = newRole('app');
const second: Role = { ...newRole('app_clone'), settings: [setting('role', 'app')] };

function setting(name: string, value: string, database?: string): Setting {
  return { database, name, value };
}

describe('alignStatements', () => {
  it('lets a new user act as the first', () => {
    expect(alignStatements(first, newRole('app_clone'))).toEqual([
      `ALTER ROLE "app_clone" SET "role" = 'app'`,
    ]);
  });

  it('does nothing for a user that is as it should be', () => {
    expect(alignStatements(first, second)).toEqual([]);
  });

  it('states only the attributes that differ', () => {
    const changed = {
      ...first,
      createDb: true,
      connectionLimit: 7,
      validUntil: '2030-01-01 00:00:00+00',
      inherits: false,
    };

    expect(alignStatements(changed, { ...second, inherits: false, createRole: true })).toEqual([
      `ALTER ROLE "app_clone" INHERIT CREATEDB NOCREATEROLE CONNECTION LIMIT 7 VALID UNTIL '2030-01-01 00:00:00+00'`,
    ]);
  });

  it('takes an expiry away that the first does not have', () => {
    expect(alignStatements(first, { ...second, validUntil: '2020-01-01 00:00:00+00' })).toEqual([
      `ALTER ROLE "app_clone" VALID UNTIL 'infinity'`,
    ]);
  });

  it('copies settings, those of one database too, and resets what the first does not have', () => {
    const wanted = [setting('work_mem', '8MB'), setting('my.app', "it's", 'or"ders')];
    const present = [setting('role', 'app'), setting('statement_timeout', '5s'), setting('work_mem', '4MB')];

    expect(alignStatements({ ...first, settings: wanted }, { ...second, settings: present })).toEqual([
      'ALTER ROLE "app_clone" RESET "statement_timeout"',
      `ALTER ROLE "app_clone" SET "work_mem" = '8MB'`,
      `ALTER ROLE "app_clone" IN DATABASE "or""ders" SET "my"."app" = 'it''s'`,
    ]);
  });

  it('keeps the role that the first acts as', () => {
    expect(alignStatements({ ...first, settings: [setting('role', 'owner')] }, second)).toEqual([
      `ALTER ROLE "app_clone" SET "role" = 'owner'`,
    ]);
  });

  it('gives the elements of a list one by one', () => {
    const withPath = { ...first, settings: [setting('search_path', '"$user", public, "a, b"')] };

    expect(alignStatements(withPath, second)).toEqual([
      `ALTER ROLE "app_clone" SET "search_path" = '$user', 'public', 'a, b'`,
    ]);
  });
});

describe('listElements', () => {
  it.each([
    ['', []],
    ['public', ['public']],
    ['"$user", public', ['$user', 'public']],
    ['"a""b",c , "d, e"', ['a"b', 'c', 'd, e']],
    ['""', ['']],
  ])('takes %s apart', (value, expected) => {
    expect(listElements(value)).toEqual(expected);
  });
});

describe('statements', () => {
  it('quote every name', () => {
    expect(createUser('a"b')).toBe('CREATE ROLE "a""b" LOGIN');
    expect(alterPassword('a"b', "p'q")).toBe(`ALTER ROLE "a""b" PASSWORD 'p''q'`);
    expect(grantRole('r"s', 'a"b', 150_000)).toBe('GRANT "r""s" TO "a""b"');
    expect(grantRole('r', 'a', 160_000)).toBe('GRANT "r" TO "a" WITH INHERIT TRUE, SET TRUE');
  });
});
