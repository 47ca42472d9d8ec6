import type { Strategy } from '../../functions/core/environment.ts';

/** What one rotation showed. */
export interface Result {
  /** `birth`, or the number of the rotation. */
  readonly name: string;
  readonly strategy: Strategy;
  readonly steps: number;
  readonly apiCalls: number;
  readonly durationMs: number;
  /** The users that the function logged in to the database as, and its failed logins; from the database's log. */
  readonly functionLogins: { readonly users: readonly string[]; readonly failed: number };
  /** Absent when no application ran. */
  readonly application?: { readonly made: number; readonly failed: number };
  /** With a single user: from the change in the database to that of AWSCURRENT, about; else absent. */
  readonly gapMs?: number;
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
    [result.functionLogins.failed === 0, `failed logins of the function: ${result.functionLogins.failed}`],
    // With a single user the gap is the strategy's, not a fault; see `conclusions`.
    [
      result.strategy === 'single-user' || (result.application?.failed ?? 0) === 0,
      `failed logins of the application: ${result.application?.failed}`,
    ],
  ];
  return promises.filter(([kept]) => !kept).map(([, broken]) => `rotation ${result.name}: ${broken}`);
}

/** What there is to learn from the numbers, a line each. */
export function conclusions(results: readonly Result[]): readonly string[] {
  return results.some(({ gapMs }) => gapMs !== undefined)
    ? [alternatingUsers(results), ...results.flatMap(singleUser)]
    : [alternatingUsers(results)];
}

function alternatingUsers(results: readonly Result[]): string {
  const failed = results
    .filter(({ strategy }) => strategy === 'alternating-users')
    .reduce((sum, { application }) => sum + (application?.failed ?? 0), 0);
  return failed === 0
    ? 'alternating-users: failed logins: 0. The value that an application holds stays valid until the next rotation.'
    : `alternating-users: failed logins: ${failed}, where none should be.`;
}

function singleUser({ gapMs, application }: Result): readonly string[] {
  if (gapMs === undefined) return [];
  return [
    `single-user: failed logins: ${application?.failed ?? 0}. For ${duration(gapMs)}, from the change in the database to that of AWSCURRENT, ` +
      "no application could know the password. That gap is the strategy's; in AWS it lasts longer.",
  ];
}

/** Milliseconds as a person reads them. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
