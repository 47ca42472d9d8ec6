import { describe, expect, test } from 'vitest';
import { serviceUnderTest } from './service-under-test.ts';

async function password(request: Record<string, unknown> = {}): Promise<string> {
  const { RandomPassword } = await serviceUnderTest().call('GetRandomPassword', request);
  return String(RandomPassword);
}

describe('GetRandomPassword', () => {
  test('has 32 characters with at least one of each type by default, and no space', async () => {
    for (let time = 0; time < 200; time += 1) {
      const text = await password();
      expect(text).toHaveLength(32);
      for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!-/:-@[-`{-~]/]) expect(text).toMatch(type);
      expect(text).toMatch(/^[!-~]+$/);
    }
  });

  test('is of the wanted length and has no excluded character', async () => {
    const text = await password({
      PasswordLength: 4096,
      ExcludeCharacters: '/@"\'\\:',
      ExcludeNumbers: true,
      ExcludeUppercase: true,
    });

    expect(text).toHaveLength(4096);
    expect(text).not.toMatch(/[/@"'\\:0-9A-Z]/);
    // All that is left does occur in so long a password.
    expect(new Set(text).size).toBe(26 + 32 - 6);
  });

  test('puts the required characters anywhere', async () => {
    const starts = await Promise.all(Array.from({ length: 100 }, () => password({ PasswordLength: 4 })));

    for (const type of [/^[a-z]/, /^[A-Z]/, /^[0-9]/]) {
      expect(starts.some((text) => type.test(text))).toBe(true);
    }
  });

  test('has a space when that is included', async () => {
    expect(await password({ IncludeSpace: true, PasswordLength: 5 })).toContain(' ');
  });

  test.for([
    [{ PasswordLength: 3 }, 'InvalidParameterException', 'Password length is too short'],
    [{ ExcludeCharacters: '0123456789' }, 'InvalidParameterException', 'All characters of the desired type'],
    [
      {
        ExcludeNumbers: true,
        ExcludePunctuation: true,
        ExcludeUppercase: true,
        ExcludeLowercase: true,
      },
      'InvalidParameterException',
      'All characters have been excluded from selection.',
    ],
    [{ PasswordLength: 0 }, 'ValidationException', 'greater than or equal to 1'],
    [{ PasswordLength: 4097 }, 'ValidationException', 'less than or equal to 4096'],
    [{ PasswordLength: '32' }, 'SerializationException', 'an integer'],
  ] as const)('refuses %j', async ([request, code, message]) => {
    await expect(password(request)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('may be shorter than the types are many when they are not required', async () => {
    expect(await password({ PasswordLength: 1, RequireEachIncludedType: false })).toHaveLength(1);
    expect(await password({ ExcludeCharacters: '0123456789', RequireEachIncludedType: false })).not.toMatch(
      /[0-9]/,
    );
  });
});
