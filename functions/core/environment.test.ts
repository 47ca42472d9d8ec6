import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { ConfigurationError } from './errors.ts';

const defaults = { excludeCharacters: ':/@"\'\\' };

describe('readEnvironment', () => {
  it('takes the defaults of AWS functions where nothing is set', () => {
    expect(readEnvironment({}, defaults)).toEqual({
      strategy: undefined,
      secretsManagerEndpoint: undefined,
      passwordPolicy: {
        length: 32,
        excludeCharacters: ':/@"\'\\',
        excludeNumbers: false,
        excludePunctuation: false,
        excludeUppercase: false,
        excludeLowercase: false,
        requireEachIncludedType: true,
      },
      passwordSource: 'local',
      caBundle: undefined,
    });
  });

  it.each(['true', 'TRUE', '1', 'y', 'Yes'])('reads %s as true', (word) => {
    expect(readEnvironment({ EXCLUDE_NUMBERS: word }, defaults).passwordPolicy.excludeNumbers).toBe(true);
  });

  it.each(['false', '0', 'on', ''])('reads %s as false', (word) => {
    expect(
      readEnvironment({ REQUIRE_EACH_INCLUDED_TYPE: word }, defaults).passwordPolicy.requireEachIncludedType,
    ).toBe(false);
  });

  it('excludes nothing when EXCLUDE_CHARACTERS is empty', () => {
    expect(readEnvironment({ EXCLUDE_CHARACTERS: '' }, defaults).passwordPolicy.excludeCharacters).toBe('');
  });

  it.each([
    ['ROTATION_STRATEGY', 'alternating'],
    ['PASSWORD_SOURCE', 'kms'],
    ['PASSWORD_LENGTH', '0'],
    ['PASSWORD_LENGTH', '5000'],
    ['PASSWORD_LENGTH', 'long'],
    ['SECRETS_MANAGER_ENDPOINT', 'secretsmanager.eu-west-1.amazonaws.com'],
    ['EXCLUDE_CHARACTERS', '0123456789'],
  ])('names %s when it is %s', (variable, value) => {
    expect(() => readEnvironment({ [variable]: value }, defaults)).toThrow(ConfigurationError);
    expect(() => readEnvironment({ [variable]: value }, defaults)).toThrow(variable);
  });
});
