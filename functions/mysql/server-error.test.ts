import { describe, expect, it } from 'vitest';
import { Sensitive } from '../core/sensitive.ts';
import { isRejection, refusedCommand, refusedLogin, ServerRefusal, serverRefusalOf } from './server-error.ts';

const target = { host: 'db.example.com', port: 3306 };

function driverError(fields: object): Error {
  return Object.assign(new Error('text of the driver'), fields);
}

describe('serverRefusalOf', () => {
  it('keeps number and message of the server, and nothing of the statement', () => {
    const error = driverError({ errno: 1819, sqlMessage: 'too weak', sql: "ALTER USER … BY 'secret'" });

    const refusal = serverRefusalOf(error);

    expect(refusal).toMatchObject({ errno: 1819, message: 'too weak' });
    expect(JSON.stringify({ ...refusal })).not.toContain('secret');
  });

  it('leaves failures on the way to the server to others', () => {
    expect(serverRefusalOf(driverError({ errno: -111, code: 'ECONNREFUSED' }))).toBeUndefined();
    expect(serverRefusalOf(driverError({ code: 'PROTOCOL_CONNECTION_LOST' }))).toBeUndefined();
    expect(serverRefusalOf('no error')).toBeUndefined();
  });

  it('takes an authentication plugin that the driver lacks for an answer', () => {
    const error = Object.assign(
      new Error('Server requests authentication using unknown plugin client_ed25519.'),
      { code: 'AUTH_SWITCH_PLUGIN_ERROR' },
    );

    const refusal = serverRefusalOf(error);

    expect(refusal?.message).toBe('client_ed25519');
    expect(refusal && refusedLogin(refusal, target, 'app')).toMatchObject({
      reason: 'unsupported-authentication',
      message: expect.stringContaining('client_ed25519'),
    });
  });
});

describe('isRejection', () => {
  it.each([
    [1045, true],
    [1698, true],
    [1040, false],
    [3118, false],
  ])('of %i is %s', (errno, expected) => {
    expect(isRejection(new ServerRefusal(errno, ''))).toBe(expected);
  });
});

describe('refusedLogin', () => {
  it.each([
    [1040, 'too-many-connections'],
    [1130, 'host-not-allowed'],
    [1049, 'no-such-database'],
    [1862, 'login-not-permitted'],
    [3955, 'login-not-permitted'],
  ])('tells %i by the reason %s', (errno, reason) => {
    expect(refusedLogin(new ServerRefusal(errno, 'why'), target, 'app')).toMatchObject({
      reason,
      engineCode: String(errno),
    });
  });

  it('takes what it does not know for no verdict', () => {
    expect(refusedLogin(new ServerRefusal(1999, 'new'), target, 'app')).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      phase: 'startup',
    });
  });
});

describe('refusedCommand', () => {
  const secret = new Sensitive('pass word');

  it.each([
    [1227, 'privilege'],
    [1819, 'policy'],
    [3638, 'policy'],
    [1205, 'busy'],
    [1290, 'state'],
    [1999, 'other'],
  ])('tells %i by the reason %s', (errno, reason) => {
    expect(refusedCommand(new ServerRefusal(errno, 'why'), 'Changing', [secret])).toMatchObject({ reason });
  });

  it.each([
    [1064, "near 'word'' at line 1"],
    [1819, 'the pass word is too weak'],
  ])('withholds a message that may quote a password (%i)', (errno, message) => {
    const error = refusedCommand(new ServerRefusal(errno, message), 'Changing', [secret]);

    expect(error.message).not.toContain('word at');
    expect(error.message).not.toContain(message);
    expect(error.message).toContain('withheld');
  });
});
