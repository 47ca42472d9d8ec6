import { ConfigurationError } from './errors.ts';
import { checkPasswordPolicy, type PasswordPolicy } from './password.ts';

/** How a user's credential is replaced. */
export const strategies = ['single-user', 'alternating-users', 'dual-password'] as const;

/** One of the {@link strategies}. */
export type Strategy = (typeof strategies)[number];

/** What the environment of a rotation function says. Names are those of AWS's rotation functions where they exist. */
export interface RotationEnvironment {
  /** `ROTATION_STRATEGY`; absent: alternating-users for a secret with an admin secret, else single-user. */
  readonly strategy: Strategy | undefined;
  /** `SECRETS_MANAGER_ENDPOINT`: a URL; absent: the SDK's own. */
  readonly secretsManagerEndpoint: string | undefined;
  /** `PASSWORD_LENGTH` (32), `EXCLUDE_CHARACTERS`, `EXCLUDE_NUMBERS` …, `REQUIRE_EACH_INCLUDED_TYPE` (true). */
  readonly passwordPolicy: PasswordPolicy;
  /** `PASSWORD_SOURCE`: `local` (default) for Node's cryptographic random numbers, `secretsmanager` for GetRandomPassword. */
  readonly passwordSource: 'local' | 'secretsmanager';
  /** `CA_BUNDLE`: path of a PEM file with certificate authorities to trust besides Node's and Lambda's. */
  readonly caBundle: string | undefined;
}

/**
 * Reads the environment, once, at cold start.
 *
 * @param defaults what the engine's function of AWS takes where the variable is not set
 * @throws ConfigurationError naming the variable
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  defaults: { readonly excludeCharacters: string },
): RotationEnvironment {
  const passwordPolicy: PasswordPolicy = {
    length: passwordLength(variables.PASSWORD_LENGTH),
    // An empty string is meant: exclude nothing.
    excludeCharacters: variables.EXCLUDE_CHARACTERS ?? defaults.excludeCharacters,
    excludeNumbers: flag(variables.EXCLUDE_NUMBERS, false),
    excludePunctuation: flag(variables.EXCLUDE_PUNCTUATION, false),
    excludeUppercase: flag(variables.EXCLUDE_UPPERCASE, false),
    excludeLowercase: flag(variables.EXCLUDE_LOWERCASE, false),
    requireEachIncludedType: flag(variables.REQUIRE_EACH_INCLUDED_TYPE, true),
  };
  checkPasswordPolicy(passwordPolicy);
  return {
    strategy: choice('ROTATION_STRATEGY', variables, strategies),
    secretsManagerEndpoint: url('SECRETS_MANAGER_ENDPOINT', variables),
    passwordPolicy,
    passwordSource: choice('PASSWORD_SOURCE', variables, ['local', 'secretsmanager'] as const) ?? 'local',
    caBundle: variables.CA_BUNDLE || undefined,
  };
}

/**
 * Reads a variable that takes one of a few words.
 *
 * @throws ConfigurationError when it holds another
 */
export function choice<T extends string>(
  variable: string,
  variables: Readonly<Record<string, string | undefined>>,
  allowed: readonly T[],
): T | undefined {
  const value = variables[variable];
  if (value === undefined || value === '') return undefined;
  const match = allowed.find((word) => word === value);
  if (match !== undefined) return match;
  throw new ConfigurationError(variable, `${variable} must be ${allowed.join(' or ')}; found "${value}".`);
}

/** AWS's functions take exactly these words, in any case, for true; everything else is false. */
function flag(value: string | undefined, absent: boolean): boolean {
  return value === undefined ? absent : ['true', '1', 'y', 'yes'].includes(value.toLowerCase());
}

function passwordLength(value: string | undefined): number {
  if (value === undefined || value === '') return 32;
  const length = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (length >= 1 && length <= 4096) return length;
  throw new ConfigurationError(
    'PASSWORD_LENGTH',
    `PASSWORD_LENGTH must be a whole number from 1 to 4096; found "${value}".`,
  );
}

function url(variable: string, variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = variables[variable];
  if (value === undefined || value === '') return undefined;
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new ConfigurationError(
    variable,
    `${variable} must be a URL such as https://secretsmanager.eu-west-1.amazonaws.com; found "${value}".`,
  );
}
