import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from '../core/deadline.ts';
import type { CredentialChange, Fence, Session } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import { Sensitive } from '../core/sensitive.ts';
import type { Connection } from './connection.ts';
import { planChange } from './plan.ts';
import { isMember } from './roles.ts';
import { concurrencyStates, refusedCommand, serverErrorOf } from './server-error.ts';
import { readServerFacts, waitPolitely } from './server-facts.ts';
import { beginStatement } from './statements.ts';
import { type PasswordForm, storedForm } from './stored-password.ts';

/** How often a transaction is tried that another one on the same role has disturbed. */
const mostAttempts = 5;

/** A session of the engine's over an open connection. */
export function openSession(connection: Connection, deadline: Deadline, passwordForm: PasswordForm): Session {
  return {
    async apply(change, fence) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await applyOnce(connection, deadline, passwordForm, change, fence);
        } catch (error) {
          const state = error instanceof EngineCommandError ? error.engineCode : undefined;
          if (state === undefined || !concurrencyStates.includes(state) || attempt === mostAttempts)
            throw error;
          await sleep(50 * attempt);
        }
      }
    },
    async verify(privilegesOf) {
      if (privilegesOf === undefined) return;
      if (await isMember(connection, privilegesOf)) return;
      throw new EngineCommandError(
        'privilege',
        undefined,
        `The new user logs in but does not have the rights of "${privilegesOf}" as a member of it. Rotate again: setSecret grants them.`,
      );
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/**
 * The whole decision in one transaction: ALTER ROLE locks the role's row, across databases and poolers; the
 * labels are read again under that lock; then COMMIT or ROLLBACK. That is lock, fence and preflight in one.
 */
async function applyOnce(
  connection: Connection,
  deadline: Deadline,
  form: PasswordForm,
  change: CredentialChange,
  fence: Fence,
): Promise<boolean> {
  const secrets = [change.password];
  let doing = `Changing the user "${change.username}"`;
  let setsPassword = false;
  try {
    await connection.query(beginStatement(deadline.remainingMs(), change.by));
    await waitPolitely(connection, deadline, change.username);
    const facts = await readServerFacts(connection);
    const stored = new Sensitive(await storedForm(change, form, facts, connection.authentication));
    secrets.push(stored);
    for (const statement of await planChange(connection, change, stored, facts.version)) {
      setsPassword = statement.includes(stored.reveal());
      doing = `${setsPassword ? 'Setting the password of' : 'Preparing'} the user "${change.username}"`;
      await connection.query(statement);
    }
    const confirmed = await fence();
    await connection.query(confirmed ? 'COMMIT' : 'ROLLBACK');
    return confirmed;
  } catch (error) {
    // What went wrong is what matters; a rollback that fails as well happens by itself when the session ends.
    await connection.query('ROLLBACK').catch(() => undefined);
    const answer = serverErrorOf(error);
    throw answer === undefined ? error : refusedCommand(answer, doing, { secrets, setsPassword });
  }
}
