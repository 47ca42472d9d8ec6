import { expect, it } from 'vitest';
import type { Stage } from './stage.ts';

/** Runs last: no password was written anywhere. */
export function describeCanary(stage: () => Stage): void {
  it('wrote no password to its log, its errors or the log of the server', async () => {
    const { rehearsal, initialPasswords, target } = stage();
    const passwords = (await rehearsal.allPasswords()).filter((password) => !initialPasswords.has(password));
    const written = `${rehearsal.functionLog()}\n${await target.log()}`;

    expect(passwords.length).toBeGreaterThan(20);
    expect(passwords.filter((password) => written.includes(password))).toEqual([]);
    expect([...initialPasswords].filter((password) => rehearsal.functionLog().includes(password))).toEqual(
      [],
    );
  });
}
