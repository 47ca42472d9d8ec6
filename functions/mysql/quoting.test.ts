import { describe, expect, it } from 'vitest';
import { quoteAccount, quoteIdentifier, quoteLiteral } from './quoting.ts';

describe('quoteIdentifier', () => {
  it.each([
    ['app', '`app`'],
    ['a`b', '`a``b`'],
    ['x`; DROP USER y; --', '`x``; DROP USER y; --`'],
    ['back\\slash', '`back\\slash`'],
  ])('quotes %s', (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected);
  });
});

describe('quoteLiteral', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    ['back\\slash', "'back\\\\slash'"],
    ["\\'", "'\\\\'''"],
    ['who?', "'who?'"],
  ])('quotes %s', (text, expected) => {
    expect(quoteLiteral(text)).toBe(expected);
  });
});

describe('quoteAccount', () => {
  it('quotes both parts', () => {
    expect(quoteAccount({ user: 'a@b', host: '10.0.0.%' })).toBe('`a@b`@`10.0.0.%`');
  });
});
