import { describe, expect, it } from 'vitest';
import { LoginRefusedError } from '../core/errors.ts';
import { Sensitive } from '../core/sensitive.ts';
import {
  isRejection,
  refusedCommand,
  refusedLogin,
  type ServerError,
  serverErrorOf,
} from './server-error.ts';

const target = { host: 'db.example.com', port: 5432 };
const answer = (sqlState: string, change: Partial<ServerError> = {}): ServerError => ({
  sqlState,
  routine: undefined,
  message: 'translated text',
  detail: undefined,
  ...change,
});

describe('serverErrorOf', () => {
  it('is nothing for a failure on the way', () => {
    expect(serverErrorOf(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBeUndefined();
    expect(serverErrorOf('text')).toBeUndefined();
  });
});

describe('isRejection', () => {
  it.each([
    ['a wrong password', answer('28P01'), true],
    ['an authentication that failed otherwise', answer('28000', { routine: 'auth_failed' }), true],
    ['a proxy that names no routine', answer('28000'), true],
    ['no entry of pg_hba.conf', answer('28000', { routine: 'ClientAuthentication' }), false],
    ['a role that may not log in', answer('28000', { routine: 'InitializeSessionUserId' }), false],
    [
      'a wrong password behind PgBouncer',
      answer('08P01', { message: 'password authentication failed' }),
      true,
    ],
    ['a protocol error of the server', answer('08P01', { routine: 'ProcessStartupPacket' }), false],
    ['another fault of PgBouncer', answer('08P01', { message: 'no such database: app' }), false],
    ['too many connections', answer('53300'), false],
    ['a missing database', answer('3D000'), false],
  ])('tells %s', (_case, error, expected) => {
    expect(isRejection(error)).toBe(expected);
  });
});

describe('refusedLogin', () => {
  it.each([
    ['host-not-allowed', answer('28000', { routine: 'ClientAuthentication' })],
    ['login-not-permitted', answer('28000', { routine: 'InitializeSessionUserId' })],
    ['too-many-connections', answer('53300')],
    ['no-such-database', answer('3D000')],
    ['database-not-allowed', answer('42501')],
    ['not-ready', answer('57P03')],
  ])('gives the reason %s with its SQLSTATE', (reason, error) => {
    const refusal = refusedLogin(error, target, 'app');

    expect(refusal).toBeInstanceOf(LoginRefusedError);
    expect(refusal).toMatchObject({ reason, engineCode: error.sqlState });
    expect(refusal.message).toContain(error.sqlState);
  });
});

describe('refusedCommand', () => {
  const password = new Sensitive('hunter2');

  it('passes on the server text that quotes no secret', () => {
    const error = refusedCommand(
      answer('42501', { message: 'permission denied', detail: 'ADMIN option' }),
      'Changing',
      { secrets: [password], setsPassword: true },
    );

    expect(error.message).toContain('permission denied; ADMIN option');
    expect(error).toMatchObject({ reason: 'privilege', engineCode: '42501' });
  });

  it.each([
    ['quotes it', answer('22023', { message: 'password "hunter2" is bad' })],
    ['quotes it in the detail', answer('22023', { detail: 'hunter2' })],
    ['may quote a part of it', answer('42601', { message: 'syntax error at or near "unter2"' })],
  ])('withholds a text that %s', (_case, error) => {
    expect(
      refusedCommand(error, 'Changing', { secrets: [password], setsPassword: true }).message,
    ).not.toContain('unter2');
  });

  it.each([
    ['policy', answer('22023'), true],
    ['other', answer('22023'), false],
    ['state', answer('0A000', { routine: 'check_transaction_read_only' }), false],
    ['state', answer('25006'), true],
    ['unsupported', answer('0A000'), true],
    ['busy', answer('57P01'), false],
    ['other', answer('99999'), false],
  ])('gives the reason %s to %o where the password is set: %s', (reason, error, setsPassword) => {
    expect(refusedCommand(error, 'Changing', { secrets: [], setsPassword }).reason).toBe(reason);
  });
});
