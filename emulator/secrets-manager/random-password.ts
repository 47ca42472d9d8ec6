import { randomInt } from 'node:crypto';
import { ApiError } from '../service.ts';
import type { Call, Response } from './call.ts';
import type { getRandomPasswordRequest } from './requests.ts';
import type { Parsed } from './shapes.ts';

type Input = Parsed<typeof getRandomPasswordRequest>;

const defaultLength = 32;
const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const numbers = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** GetRandomPassword: at least one character of each type that is not switched off, unless told otherwise. */
export function getRandomPassword(_call: Call, input: Input): Response {
  const length = input.PasswordLength ?? defaultLength;
  const types = characterTypes(input);
  const requiredTypes = input.RequireEachIncludedType === false ? [] : types;
  if (requiredTypes.some((type) => type === '')) {
    throw refusal('All characters of the desired type have been excluded.');
  }
  const alphabet = types.join('');
  if (alphabet === '') throw refusal('All characters have been excluded from selection.');
  if (length < requiredTypes.length) {
    throw refusal('Password length is too short based on the required types.');
  }
  const characters = requiredTypes.map(pick);
  while (characters.length < length) characters.push(pick(alphabet));
  return { RandomPassword: shuffled(characters).join('') };
}

function characterTypes(input: Input): readonly string[] {
  const excluded = new Set(input.ExcludeCharacters);
  return [
    input.ExcludeLowercase === true ? undefined : lowercase,
    input.ExcludeUppercase === true ? undefined : uppercase,
    input.ExcludeNumbers === true ? undefined : numbers,
    input.ExcludePunctuation === true ? undefined : punctuation,
    input.IncludeSpace === true ? ' ' : undefined,
  ]
    .filter((type) => type !== undefined)
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(''));
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Fisher-Yates, so that the required characters can be anywhere. */
function shuffled(characters: readonly string[]): readonly string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}

function refusal(message: string): ApiError {
  return new ApiError('InvalidParameterException', message);
}
