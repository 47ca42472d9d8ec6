import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';

describe('quoteIdentifier', () => {
  it.each([
    ['app', '"app"'],
    ['a"b', '"a""b"'],
    ['x"; DROP ROLE y; --', '"x""; DROP ROLE y; --"'],
    ["it's %s", '"it\'s %s"'],
  ])('quotes %s', (name, expected) => {
    expect(quoteIdentifier(name)).toBe(expected);
  });
});

describe('quoteLiteral', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    ['back\\slash', " E'back\\\\slash'"],
    ["\\'", " E'\\\\'''"],
  ])('quotes %s', (text, expected) => {
    expect(quoteLiteral(text)).toBe(expected);
  });
});
