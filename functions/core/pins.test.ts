import { describe, expect, it } from 'vitest';
import { PinViolationError, SecretFormatError } from './errors.ts';
import { adminSecretArnOf, adminTarget, checkPins, readPins } from './pins.ts';

const value = { host: 'db.example.com', port: 5432, username: 'app', adminSecretArn: 'arn:admin' };
const alone = (pinned: string) => [pinned];

describe('readPins', () => {
  it('reads every pin', () => {
    const pins = readPins({
      'rotating-secret:admin-secret': 'arn:admin',
      'rotating-secret:username': 'app',
      'rotating-secret:hosts': 'db.example.com:5432  ::1:5433',
      'rotating-secret:manage-user': 'true',
      'rotating-secret:grant-roles': 'reader writer',
      other: 'tag',
    });

    expect(pins).toEqual({
      adminSecretArn: 'arn:admin',
      username: 'app',
      hosts: [
        { host: 'db.example.com', port: 5432 },
        { host: '::1', port: 5433 },
      ],
      manageUser: true,
      grantRoles: ['reader', 'writer'],
    });
  });

  it.each([
    [
      'manage-user without the others',
      { 'rotating-secret:manage-user': 'true', 'rotating-secret:username': 'app' },
    ],
    ['a pin that is misspelt', { 'rotating-secret:host': 'db.example.com:5432' }],
    ['manage-user of another word', { 'rotating-secret:manage-user': 'yes' }],
    ['a host without a port', { 'rotating-secret:hosts': 'db.example.com' }],
    ['a port out of range', { 'rotating-secret:hosts': 'db.example.com:70000' }],
  ])('refuses %s', (_case, tags) => {
    expect(() => readPins(tags)).toThrow(PinViolationError);
  });
});

describe('checkPins', () => {
  it('lets everything pass without pins', () => {
    expect(() => checkPins(value, readPins({}), alone)).not.toThrow();
  });

  it('lets a value pass that agrees, whatever the case of its host', () => {
    const pins = readPins({
      'rotating-secret:hosts': 'DB.example.com:5432',
      'rotating-secret:username': 'app',
    });

    expect(() => checkPins(value, pins, alone)).not.toThrow();
  });

  it('lets the alternate of a pinned user pass', () => {
    const pins = readPins({ 'rotating-secret:username': 'app' });

    expect(() =>
      checkPins({ ...value, username: 'app_clone' }, pins, (pinned) => [pinned, `${pinned}_clone`]),
    ).not.toThrow();
  });

  it.each([
    ['user', { 'rotating-secret:username': 'other' }],
    ['host', { 'rotating-secret:hosts': 'other.example.com:5432' }],
    ['port', { 'rotating-secret:hosts': 'db.example.com:5433' }],
    ['admin secret', { 'rotating-secret:admin-secret': 'arn:other' }],
  ])('refuses another %s', (_field, tags) => {
    expect(() => checkPins(value, readPins(tags), alone)).toThrow(PinViolationError);
  });
});

describe('adminSecretArnOf', () => {
  it('takes the pinned one, then the one in the value', () => {
    const pins = readPins({ 'rotating-secret:admin-secret': 'arn:pinned' });

    expect(adminSecretArnOf({ ...value, adminSecretArn: undefined }, pins)).toBe('arn:pinned');
    expect(adminSecretArnOf(value, readPins({}))).toBe('arn:admin');
  });

  it('refuses when nothing names one', () => {
    expect(() => adminSecretArnOf({ ...value, adminSecretArn: undefined }, readPins({}))).toThrow(
      SecretFormatError,
    );
  });
});

describe('adminTarget', () => {
  const pinned = readPins({ 'rotating-secret:hosts': 'db.example.com:5432 proxy.example.com:5432' });

  it('is the common host of both secrets', () => {
    expect(adminTarget({ host: 'DB.example.com', port: 5432 }, value, readPins({}))).toEqual({
      host: 'DB.example.com',
      port: 5432,
    });
  });

  it('is the value host for an admin secret without one, when it is pinned', () => {
    expect(adminTarget({ host: undefined, port: 5432 }, value, pinned)).toEqual({
      host: 'db.example.com',
      port: 5432,
    });
  });

  it('is another host of the admin secret when both are pinned', () => {
    const proxied = { ...value, host: 'proxy.example.com' };

    expect(adminTarget({ host: 'db.example.com', port: 5432 }, proxied, pinned)).toEqual({
      host: 'db.example.com',
      port: 5432,
    });
  });

  it.each([
    ['another host without a pin', { host: 'other.example.com', port: 5432 }, readPins({})],
    ['another port without a pin', { host: 'db.example.com', port: 5433 }, readPins({})],
    ['no host and no pin', { host: undefined, port: 5432 }, readPins({})],
    ['a host that is not pinned', { host: 'other.example.com', port: 5432 }, pinned],
  ])('refuses %s', (_case, admin, pins) => {
    expect(() => adminTarget(admin, value, pins)).toThrow(PinViolationError);
  });
});
