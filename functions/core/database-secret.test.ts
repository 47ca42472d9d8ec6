import { describe, expect, it } from 'vitest';
import { differingFields, nextSecretText, parseAdminSecret, parseDatabaseSecret } from './database-secret.ts';
import { SecretFormatError } from './errors.ts';
import { Sensitive } from './sensitive.ts';

const shape = { engines: ['postgres', 'aurora-postgresql'], defaultPort: 5432, defaultDbname: 'postgres' };
const full = {
  engine: 'postgres',
  host: 'db.example.com',
  port: 5433,
  username: 'app',
  password: 'p',
  dbname: 'orders',
};
const parse = (value: unknown) =>
  parseDatabaseSecret(new Sensitive(typeof value === 'string' ? value : JSON.stringify(value)), shape);

describe('parseDatabaseSecret', () => {
  it('reads the documented shape', () => {
    const { text: _text, password, ...fields } = parse({ ...full, masterarn: 'arn:admin' });

    expect(fields).toEqual({
      engine: 'postgres',
      host: 'db.example.com',
      port: 5433,
      username: 'app',
      dbname: 'orders',
      ssl: true,
      adminSecretArn: 'arn:admin',
    });
    expect(password?.reveal()).toBe('p');
  });

  it.each([
    ['a port in digits', { port: '5433' }, { port: 5433 }],
    ['no port', { port: undefined }, { port: 5432 }],
    ['a null port', { port: null }, { port: 5432 }],
    ['no dbname', { dbname: undefined }, { dbname: 'postgres' }],
    ['no engine', { engine: undefined }, { host: 'db.example.com' }],
    ['no password', { password: undefined }, { password: undefined }],
    ['ssl false', { ssl: false }, { ssl: false }],
    ['ssl "FALSE"', { ssl: 'FALSE' }, { ssl: false }],
    ['ssl "TRUE"', { ssl: 'TRUE' }, { ssl: true }],
    ['ssl of no meaning', { ssl: 'maybe' }, { ssl: true }],
  ])('accepts %s', (_case, change, expected) => {
    expect(parse({ ...full, ...change })).toMatchObject(expected);
  });

  it.each([
    ['engine', { engine: 'mysql' }],
    ['host', { host: undefined }],
    ['host', { host: 'db.example.com,evil.example.com' }],
    ['host', { host: '/var/run/postgresql' }],
    ['host', { host: 'postgres://evil' }],
    ['username', { username: undefined }],
    ['username', { username: 'app\0admin' }],
    ['username', { username: 7 }],
    ['dbname', { dbname: 'postgres://app:hunter2@db.example.com/app' }],
    ['port', { port: 0 }],
    ['port', { port: '54 33' }],
    ['port', { port: 1.5 }],
  ])('refuses a wrong %s by name', (field, change) => {
    const error = catchError(() => parse({ ...full, ...change }));

    expect(error).toBeInstanceOf(SecretFormatError);
    expect(error.message).toContain(`"${field}"`);
  });

  it.each(['{"password":"hunter2"', '["hunter2"]', '"hunter2"', 'null', 'hunter2'])(
    'quotes nothing of a value that is no object: %s',
    (text) => {
      expect(catchError(() => parse(text)).message).not.toContain('hunter2');
    },
  );
});

describe('parseAdminSecret', () => {
  it('accepts what RDS manages: a user name and a password', () => {
    const { host, username } = parseAdminSecret(new Sensitive('{"username":"admin","password":"p"}'), shape);

    expect({ host, username }).toEqual({ host: undefined, username: 'admin' });
  });

  it('refuses one without a password', () => {
    expect(() => parseAdminSecret(new Sensitive('{"username":"admin"}'), shape)).toThrow('no "password"');
  });
});

describe('nextSecretText', () => {
  it('changes the user name and the password and keeps the rest in order', () => {
    const text = nextSecretText(
      parse('{"note":1.0,"username":"app","host":"h","password":"p","z":true}'),
      'app_clone',
      new Sensitive('q'),
    );

    expect(text.reveal()).toBe('{"note":1.0,"username":"app_clone","host":"h","password":"q","z":true}');
  });
});

describe('differingFields', () => {
  it('names what differs, other than what may', () => {
    const other = { ...full, password: 'q', host: 'other.example.com', note: 1 };

    expect(differingFields(parse(full), parse(other), ['password'])).toEqual(['host', 'note']);
  });
});

function catchError(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
