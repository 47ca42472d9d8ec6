import type { Strategy } from '../../functions/core/environment.ts';

/** What one rotation showed. */
export interface Result {
  /** `birth`, or the number of the rotation. */
  readonly name: string;
  readonly strategy: Strategy;
  readonly steps: number;
  readonly apiCalls: number;
  readonly durationMs: number;
  /** The function's own logins to the database, from the database's log. */
  readonly functionLogins: { readonly made: number; readonly failed: number };
  /** Absent when no application ran. */
  readonly application?: { readonly made: number; readonly failed: number; readonly lockedOutMs: number };
  /** Absent when the user had no credential before. */
  readonly oldCredentialRefused?: boolean;
  readonly newCredentialAccepted: boolean;
  /** With alternating users: the other user, whose credential an application may still hold; else absent. */
  readonly previousCredentialAccepted?: boolean;
}

/** What a rotation promised and did not keep, a phrase each; none when all is well. */
export function brokenPromises(result: Result): readonly string[] {
  const promises: readonly (readonly [boolean, string])[] = [
    [result.steps === 4, `it took ${result.steps} steps instead of 4`],
    [result.newCredentialAccepted, 'the database refuses the new credential'],
    [result.oldCredentialRefused !== false, 'the database still accepts the old credential'],
    [result.previousCredentialAccepted !== false, 'the database refuses the credential of AWSPREVIOUS'],
    [result.functionLogins.failed === 0, `${result.functionLogins.failed} logins of the function failed`],
    // With a single user the gap is the strategy's, not a fault; see `conclusions`.
    [
      result.strategy === 'single-user' || (result.application?.failed ?? 0) === 0,
      `${result.application?.failed} logins of the application failed`,
    ],
  ];
  return promises.filter(([kept]) => !kept).map(([, broken]) => `rotation ${result.name}: ${broken}`);
}

/** What there is to learn from the numbers, a line each. */
export function conclusions(results: readonly Result[]): readonly string[] {
  const alternating = failedLogins(results, 'alternating-users');
  const single = failedLogins(results, 'single-user');
  return [
    alternating.failed === 0
      ? 'alternating-users: no login failed. The value that an application holds stays valid until the next rotation.'
      : `alternating-users: ${alternating.failed} logins failed, where none should.`,
    single.failed === 0
      ? 'single-user: no login fell into the gap between the change in the database and that of AWSCURRENT this time.'
      : `single-user: ${single.failed} logins failed within ${duration(single.lockedOutMs)}. Between the change in the database and that of ` +
        'AWSCURRENT nobody can know the password: the strategy has this gap.',
  ];
}

function failedLogins(
  results: readonly Result[],
  strategy: Strategy,
): { failed: number; lockedOutMs: number } {
  const applications = results
    .filter((result) => result.strategy === strategy)
    .map((result) => result.application);
  return {
    failed: applications.reduce((sum, application) => sum + (application?.failed ?? 0), 0),
    lockedOutMs: applications.reduce((sum, application) => sum + (application?.lockedOutMs ?? 0), 0),
  };
}

/** Milliseconds as a person reads them. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
