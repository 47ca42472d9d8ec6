import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { generatePassword, type PasswordPolicy } from './password.ts';

const policy: PasswordPolicy = {
  length: 32,
  excludeCharacters: ':/@"\'\\',
  excludeNumbers: false,
  excludePunctuation: false,
  excludeUppercase: false,
  excludeLowercase: false,
  requireEachIncludedType: true,
};

describe('generatePassword', () => {
  it('never makes the same password twice', () => {
    const passwords = Array.from({ length: 1000 }, () => generatePassword(policy).reveal());

    expect(new Set(passwords).size).toBe(1000);
  });

  it('keeps to the policy, whatever it is', () => {
    const policies = fc.record({
      length: fc.integer({ min: 4, max: 100 }),
      excludeCharacters: fc.stringMatching(/^[0-8a-y!-*]{0,20}$/),
      excludeNumbers: fc.boolean(),
      excludePunctuation: fc.boolean(),
      excludeUppercase: fc.boolean(),
      excludeLowercase: fc.constant(false),
      requireEachIncludedType: fc.boolean(),
    });
    fc.assert(
      fc.property(policies, (drawn) => {
        const password = generatePassword(drawn).reveal();

        expect(password).toHaveLength(drawn.length);
        expect([...password].filter((character) => drawn.excludeCharacters.includes(character))).toEqual([]);
        for (const [excluded, type] of [
          [drawn.excludeNumbers, /[0-9]/],
          [drawn.excludePunctuation, /[^A-Za-z0-9]/],
          [drawn.excludeUppercase, /[A-Z]/],
          [drawn.excludeLowercase, /[a-z]/],
        ] as const) {
          if (excluded) expect(password).not.toMatch(type);
          else if (drawn.requireEachIncludedType) expect(password).toMatch(type);
        }
      }),
    );
  });

  it('draws every character about as often as the next', () => {
    const digits = {
      ...policy,
      length: 4000,
      excludePunctuation: true,
      excludeUppercase: true,
      excludeLowercase: true,
    };

    const counts = Map.groupBy(generatePassword(digits).reveal(), (digit) => digit);

    // Of 4,000 draws from ten, each is expected 400 times; 19 is the standard deviation, and 130 is beyond chance.
    for (const drawn of counts.values()) expect(Math.abs(drawn.length - 400)).toBeLessThan(130);
    expect(counts.size).toBe(10);
  });

  it.each([
    [
      'every type is excluded',
      { excludeNumbers: true, excludePunctuation: true, excludeUppercase: true, excludeLowercase: true },
    ],
    ['a required type is emptied', { excludeCharacters: '0123456789' }],
    ['it is too short for the required types', { length: 3 }],
  ])('refuses a policy when %s', (_case, change) => {
    expect(() => generatePassword({ ...policy, ...change })).toThrow(ConfigurationError);
  });
});
