import { randomInt } from 'node:crypto';
import { ConfigurationError } from './errors.ts';
import { Sensitive } from './sensitive.ts';

/** How passwords are made; the fields and their meaning are GetRandomPassword's. */
export interface PasswordPolicy {
  /** Characters, 1 to 4096. */
  readonly length: number;
  /** Characters that never occur. */
  readonly excludeCharacters: string;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeLowercase: boolean;
  /** Whether at least one character of every type that is not excluded must occur. */
  readonly requireEachIncludedType: boolean;
}

/**
 * The character types of GetRandomPassword.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
const alphabets = {
  excludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  excludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  excludeNumbers: '0123456789',
  excludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/**
 * Makes a password from Node's cryptographic random numbers.
 *
 * @throws ConfigurationError when the policy leaves nothing to choose from, as GetRandomPassword would
 */
export function generatePassword(policy: PasswordPolicy): Sensitive<string> {
  const types = typesOf(policy);
  const all = types.join('');
  const required = policy.requireEachIncludedType ? types : [];
  const characters = [...required, ...Array.from({ length: policy.length - required.length }, () => all)].map(
    pick,
  );
  return new Sensitive(shuffled(characters).join(''));
}

/**
 * Checks that passwords can be made, so that a bad environment shows at cold start and not mid-rotation.
 *
 * @throws ConfigurationError
 */
export function checkPasswordPolicy(policy: PasswordPolicy): void {
  typesOf(policy);
}

function typesOf(policy: PasswordPolicy): readonly string[] {
  const included = (Object.keys(alphabets) as (keyof typeof alphabets)[])
    .filter((type) => !policy[type])
    .map((type) =>
      [...alphabets[type]].filter((character) => !policy.excludeCharacters.includes(character)).join(''),
    );
  const types = included.filter((alphabet) => alphabet !== '');
  if (types.length === 0) {
    throw new ConfigurationError(
      'EXCLUDE_CHARACTERS',
      'The EXCLUDE_… variables leave no character to make a password of. Exclude less.',
    );
  }
  if (policy.requireEachIncludedType && types.length < included.length) {
    throw new ConfigurationError(
      'EXCLUDE_CHARACTERS',
      'EXCLUDE_CHARACTERS leaves nothing of a character type that is required. Exclude the type as a whole (EXCLUDE_NUMBERS, …), or set REQUIRE_EACH_INCLUDED_TYPE=false.',
    );
  }
  if (policy.requireEachIncludedType && policy.length < types.length) {
    throw new ConfigurationError(
      'PASSWORD_LENGTH',
      `PASSWORD_LENGTH is ${policy.length}, too short for one character of each of ${types.length} types.`,
    );
  }
  return types;
}

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length));
}

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const chosen = randomInt(last + 1);
    [characters[last], characters[chosen]] = [characters[chosen] ?? '', characters[last] ?? ''];
  }
  return characters;
}
