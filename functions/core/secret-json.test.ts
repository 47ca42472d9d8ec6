import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceMembers } from './secret-json.ts';

describe('replaceMembers', () => {
  it('keeps order, white space, long numbers and keys that look like integers', () => {
    const text =
      '{ "2":"b", "id" : 12345678901234567890,\n "password":"old" , "1":[1.0, {"password":"inner"}] }';

    const result = replaceMembers(text, { password: 'new' });

    expect(result).toBe(
      '{ "2":"b", "id" : 12345678901234567890,\n "password":"new" , "1":[1.0, {"password":"inner"}] }',
    );
  });

  it.each([
    ['an empty object', '{}', '{"password":"p"}'],
    ['an empty object with white space', '{ \n}', '{"password":"p" \n}'],
    ['an object with members', '{"a":1 }', '{"a":1,"password":"p" }'],
  ])('appends a missing member to %s', (_kind, text, expected) => {
    expect(replaceMembers(text, { password: 'p' })).toBe(expected);
  });

  it('replaces a key that occurs twice in both places', () => {
    expect(replaceMembers('{"password":"a","x":1,"password":"b"}', { password: 'p' })).toBe(
      '{"password":"p","x":1,"password":"p"}',
    );
  });

  it('knows a key by its meaning, not by how it is escaped', () => {
    expect(replaceMembers('{"p\\u0061ssword":"old"}', { password: 'new' })).toBe('{"p\\u0061ssword":"new"}');
  });

  it('changes nothing but the named members of any object', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(
        object,
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(0, 2),
        (value, password, indent) => {
          const result = JSON.parse(replaceMembers(JSON.stringify(value, undefined, indent), { password }));

          expect(result).toEqual(JSON.parse(JSON.stringify({ ...value, password })));
        },
      ),
    );
  });
});
