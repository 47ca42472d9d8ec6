import { expect, it } from 'vitest';
import type { Stage } from './stage.ts';

/** Runs last: no password was written anywhere. */
export function describeCanary(stage: () => Stage): void {
  it('wrote no password to its log, its errors or the log of the server', async () => {
    const { rehearsal, initialPasswords, target } = stage();
    const made = (await rehearsal.allPasswords()).filter((password) => !initialPasswords.has(password));
    const [functionLog, serverLog] = [rehearsal.functionLog(), await target.log()];

    const leaked = [
      ...made.filter((password) => holds(functionLog, password) || holds(serverLog, password)),
      // The tests themselves sent the initial ones to the server.
      ...[...initialPasswords].filter((password) => holds(functionLog, password)),
    ];

    expect(made.length).toBeGreaterThan(20);
    expect(leaked).toEqual([]);
    expect(holds(JSON.stringify({ message: JSON.stringify({ quoted: 'a"b\\c' }) }), 'a"b\\c')).toBe(true);
  });
}

/** Whether a text holds a password as it is, or as JSON writes it, or as JSON in JSON does. */
function holds(text: string, password: string): boolean {
  const once = JSON.stringify(password).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  return [password, once, twice].some((form) => text.includes(form));
}
