import Table, { type HorizontalTableRow } from 'cli-table3';
import { duration, type Result } from './result.ts';
import type { Screen } from './screen.ts';

/** One fact about rotations: how to show it for one, and for all together. */
interface Fact {
  readonly label: string;
  readonly of: (result: Result) => string;
  readonly all: (results: readonly Result[]) => string;
}

/** The closing table: a column for each rotation, under its strategy, and one for all. */
export function summary(results: readonly Result[], screen: Screen): string {
  const table = new Table({
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...results.map(() => 'right' as const), 'right'],
    ...(screen.live ? {} : { chars: plainBorders }),
  });
  table.push(
    strategyRow(results),
    ['rotation', ...results.map(({ name }) => name), `all ${results.length}`],
    ...facts(screen).map((fact) => [fact.label, ...results.map(fact.of), fact.all(results)]),
  );
  return table.toString();
}

/** Rotations of one strategy stand side by side. */
function strategyRow(results: readonly Result[]): HorizontalTableRow {
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  const cells = strategies.map((content) => ({
    content,
    colSpan: results.filter(({ strategy }) => strategy === content).length,
    hAlign: 'center' as const,
  }));
  return ['strategy', ...cells, ''];
}

function facts(screen: Screen): readonly Fact[] {
  const verdict = (holds: boolean, yes: string, no: string): string =>
    screen.paint(holds ? 'green' : 'red', holds ? yes : no);
  const failures = (count: number): string => screen.paint(count === 0 ? 'green' : 'yellow', String(count));
  return [
    count('steps', ({ steps }) => steps),
    count('API calls', ({ apiCalls }) => apiCalls),
    count('time', ({ durationMs }) => durationMs, duration),
    count("function's logins", ({ functionLogins }) => functionLogins.users.length),
    count('  failed', ({ functionLogins }) => functionLogins.failed, failures),
    count("application's logins", ({ application }) => application?.made),
    count('  failed', ({ application }) => application?.failed, failures),
    {
      label: 'old credential',
      of: ({ oldCredentialRefused: old }) =>
        old === undefined ? 'none' : verdict(old, 'refused', 'ACCEPTED'),
      all: (results) => {
        const old = results.filter(({ oldCredentialRefused }) => oldCredentialRefused !== undefined);
        return `${old.filter(({ oldCredentialRefused }) => oldCredentialRefused).length} of ${old.length}`;
      },
    },
    {
      label: 'new credential',
      of: ({ newCredentialAccepted }) => verdict(newCredentialAccepted, 'accepted', 'REFUSED'),
      all: (results) =>
        `${results.filter(({ newCredentialAccepted }) => newCredentialAccepted).length} of ${results.length}`,
    },
  ];
}

/** A fact that is a number, whose sum is that of all. */
function count(
  label: string,
  value: (result: Result) => number | undefined,
  show: (value: number) => string = String,
): Fact {
  return {
    label,
    of(result) {
      const number = value(result);
      return number === undefined ? '-' : show(number);
    },
    all: (results) => show(results.reduce((sum, result) => sum + (value(result) ?? 0), 0)),
  };
}

const plainBorders = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};
