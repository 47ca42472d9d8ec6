import type { Strategy } from '../../functions/core/environment.ts';
import type { Tally } from './application.ts';
import { duration, type Result } from './result.ts';
import type { Step } from './rotation.ts';
import type { Screen } from './screen.ts';

const stepNames = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** Opens the telling of a rotation. */
export function headline(
  name: string,
  { secretName, strategy }: { readonly secretName: string; readonly strategy: Strategy },
  username: string,
): string {
  const what = name === 'birth' ? `Birth of ${username}` : `Rotation ${name}`;
  return `${what}: Secrets Manager calls rotate-${strategy} for ${secretName}`;
}

/** A step that Secrets Manager asked for: how long it took, and what the function called in turn. */
export function stepLine({ invocation, calls }: Step, screen: Screen): string {
  const failed = invocation.functionError !== undefined;
  const mark = failed ? screen.paint('red', '✗') : screen.paint('green', '✓');
  const name = (invocation.step ?? '').padEnd(12);
  const time = duration(invocation.durationMs).padStart(7);
  const made = calls.length === 0 ? 'no calls' : calls.map(({ operation }) => operation).join(', ');
  const start = invocation.coldStart ? ' (cold start)' : '';
  const error = failed ? ` ${invocation.errorType}: ${invocation.errorMessage}` : '';
  return `  ${mark} ${name} ${time} → ${screen.paint('dim', made + start)}${screen.paint('red', error)}`;
}

/** Closes the telling of a rotation: a line each for the function, the application and the credentials. */
export function outcomeLines(result: Result, username: string, screen: Screen): readonly string[] {
  const {
    application,
    functionLogins: logins,
    oldCredentialRefused: old,
    previousCredentialAccepted: previous,
  } = result;
  const credentials = [
    `new one ${result.newCredentialAccepted ? 'accepted' : 'REFUSED'}`,
    ...(old === undefined ? [] : [`old one ${old ? 'refused' : 'STILL ACCEPTED'}`]),
    ...(previous === undefined ? [] : [`that of AWSPREVIOUS ${previous ? 'still accepted' : 'REFUSED'}`]),
  ];
  const lines = [
    [
      'function',
      `${result.apiCalls} API calls, database logins as ${logins.users.join(', ')}, ${logins.failed} failed`,
    ],
    ...(application === undefined
      ? []
      : [['application', `${application.made} logins made, ${application.failed} failed`]]),
    [
      'credentials',
      `${username} is AWSCURRENT after ${duration(result.durationMs)}: ${credentials.join(', ')}`,
    ],
  ];
  return lines.map(([label = '', text]) => `    ${screen.paint('cyan', label.padEnd(12))} ${text}`);
}

/** What goes on now. */
export function statusText(name: string, stepsDone: number, tally: Tally | undefined): string {
  const step = stepNames[stepsDone] ?? 'watching the application';
  const logins = tally === undefined ? '' : ` · application: ${tally.made} logins, ${tally.failed} failed`;
  return `${name === 'birth' ? name : `rotation ${name}`}: ${step}${logins}`;
}
