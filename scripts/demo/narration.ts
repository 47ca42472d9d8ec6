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
  return `${what}: Secrets Manager rotates ${secretName} through rotate-${strategy}`;
}

/** A step: how long it took, and which calls the function made to Secrets Manager. */
export function stepLine({ invocation, calls }: Step, screen: Screen): string {
  const failed = invocation.functionError !== undefined;
  const mark = failed ? screen.paint('red', '✗') : screen.paint('green', '✓');
  const name = (invocation.step ?? '').padEnd(12);
  const time = duration(invocation.durationMs).padStart(7);
  const made = calls.map((call) => `${call.operation} ${duration(call.durationMs)}`).join(', ');
  const start = invocation.coldStart ? ' (cold start)' : '';
  const error = failed ? ` ${invocation.errorType}: ${invocation.errorMessage}` : '';
  return `  ${mark} ${name} ${time}  ${screen.paint('dim', `${made}${start}`)}${screen.paint('red', error)}`;
}

/** Closes the telling of a rotation. */
export function outcomeLine(result: Result, username: string, screen: Screen): string {
  const { application, functionLogins } = result;
  const facts = [
    `AWSCURRENT is ${username} after ${duration(result.durationMs)}`,
    `function: ${result.apiCalls} API calls, ${functionLogins.made} logins`,
    ...(application === undefined
      ? []
      : [`application: ${application.made} logins, ${application.failed} failed`]),
    `new password ${result.newCredentialAccepted ? 'accepted' : 'REFUSED'}`,
    ...(result.oldCredentialRefused === undefined
      ? []
      : [`old password ${result.oldCredentialRefused ? 'refused' : 'STILL ACCEPTED'}`]),
  ];
  return `  ${screen.paint('dim', '→')} ${facts.join(' · ')}`;
}

/** What goes on now. */
export function statusText(name: string, stepsDone: number, tally: Tally | undefined): string {
  const step = stepNames[stepsDone] ?? 'done';
  const logins = tally === undefined ? '' : ` · application: ${tally.made} logins, ${tally.failed} failed`;
  return `${name === 'birth' ? name : `rotation ${name}`}: ${step}${logins}`;
}
