import Table from 'cli-table3';
import { duration, type Result } from './result.ts';
import type { Screen } from './screen.ts';

const head = [
  'rotation',
  'strategy',
  'steps',
  'API calls',
  'time',
  'function logins\nmade / failed',
  'application logins\nmade / failed',
  'old credential',
  'new credential',
];

/** The closing table. */
export function summary(results: readonly Result[], screen: Screen): string {
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left', 'left'],
    ...(screen.live ? {} : { chars: plainBorders }),
  });
  table.push(...results.map((result) => row(result, screen)), totals(results));
  return table.toString();
}

function row(result: Result, screen: Screen): string[] {
  const { application, oldCredentialRefused: old } = result;
  const verdict = (holds: boolean, yes: string, no: string) =>
    screen.paint(holds ? 'green' : 'red', holds ? yes : no);
  return [
    result.name,
    result.strategy,
    String(result.steps),
    String(result.apiCalls),
    duration(result.durationMs),
    `${result.functionLogins.made} / ${result.functionLogins.failed}`,
    application === undefined
      ? '-'
      : `${application.made} / ${screen.paint(application.failed === 0 ? 'green' : 'yellow', String(application.failed))}`,
    old === undefined ? 'none: new user' : verdict(old, 'refused', 'STILL ACCEPTED'),
    verdict(result.newCredentialAccepted, 'accepted', 'REFUSED'),
  ];
}

function totals(results: readonly Result[]): string[] {
  const sum = (of: (result: Result) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const hadOld = results.filter((result) => result.oldCredentialRefused !== undefined);
  return [
    `${results.length} in all`,
    '',
    String(sum((result) => result.steps)),
    String(sum((result) => result.apiCalls)),
    duration(sum((result) => result.durationMs)),
    `${sum((result) => result.functionLogins.made)} / ${sum((result) => result.functionLogins.failed)}`,
    `${sum((result) => result.application?.made ?? 0)} / ${sum((result) => result.application?.failed ?? 0)}`,
    `${hadOld.filter((result) => result.oldCredentialRefused).length} of ${hadOld.length} refused`,
    `${results.filter((result) => result.newCredentialAccepted).length} of ${results.length} accepted`,
  ];
}

const plainBorders = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};
