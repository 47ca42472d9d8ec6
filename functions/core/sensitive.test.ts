import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from './sensitive.ts';

describe('Sensitive', () => {
  const secret = new Sensitive('hunter2');

  it('gives its value only when asked by name', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['string conversion', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspection', () => inspect({ secret }, { depth: 5, showHidden: true })],
    ['enumeration', () => JSON.stringify(Object.entries(secret))],
  ])('prints nothing of its value by %s', (_way, print) => {
    expect(print()).not.toContain('hunter2');
  });
});
