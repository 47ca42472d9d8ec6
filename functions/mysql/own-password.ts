import type { Fence } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import type { Sensitive } from '../core/sensitive.ts';
import type { ChangeContext } from './change-context.ts';
import type { Connection } from './connection.ts';
import { requireDualPasswords } from './server.ts';
import {
  historyContradiction,
  incorrectCurrentPassword,
  missingCurrentPassword,
  ServerRefusal,
} from './server-error.ts';
import { alterOwnPassword } from './statements.ts';

/** Replaces the password of the session's own user. */
export async function changeOwnPassword(
  { connection, server, user, options }: ChangeContext,
  password: Sensitive<string>,
  fence: Fence,
): Promise<boolean> {
  if (!(await fence())) return false;
  const statement = (current?: string): string =>
    alterOwnPassword(server, password.reveal(), options.passwordForm, current);
  try {
    await connection.query(statement(), 'commit');
  } catch (error) {
    if (!isRefusal(error, missingCurrentPassword)) throw error;
    await connection.query(statement(user.password.reveal()), 'commit');
  }
  return true;
}

/**
 * Gives the session's own user a second password: `password` becomes the primary one and `current` is retained.
 *
 * RETAIN keeps whatever is primary, so that a plain repeat of it would retain the new password and lose the current
 * one. REPLACE makes it a compare-and-swap: it takes effect only where `current` is the primary password. Where it is
 * not, an earlier run made the change, which a login proves; or another password came in between, and `current`, which
 * still logs in, is made the primary one first.
 */
export async function retainOwnPassword(
  { connection, server, user, options }: ChangeContext,
  password: Sensitive<string>,
  current: Sensitive<string>,
  fence: Fence,
): Promise<boolean> {
  requireDualPasswords(server);
  await requireRightToTwo(connection, user.username);
  if (!(await fence())) return false;

  const own = (next: Sensitive<string>, replaced?: Sensitive<string>): string =>
    alterOwnPassword(server, next.reveal(), options.passwordForm, replaced?.reveal());
  const swap = `${own(password, current)} RETAIN CURRENT PASSWORD`;
  try {
    await connection.query(swap, 'commit');
  } catch (error) {
    // A history of passwords is consulted first, and knows the one that an earlier run set.
    if (!isRefusal(error, incorrectCurrentPassword, historyContradiction)) throw error;
    if (await user.accepts(user.username, password)) return true;
    if (isRefusal(error, historyContradiction)) throw error;
    await normalise(connection, own(current));
    await connection.query(swap, 'commit');
  }
  return true;
}

/** Makes the current password the primary one again. */
async function normalise(connection: Connection, statement: string): Promise<void> {
  try {
    await connection.query(statement);
  } catch (error) {
    if (!isRefusal(error, historyContradiction, missingCurrentPassword)) throw error;
    throw new EngineCommandError(
      'state',
      String(error.errno),
      `AWSCURRENT logs in, but as the account's second password: another one was set meanwhile, and a rule of the account keeps AWSCURRENT from becoming the first again (error ${error.errno}). Nothing has changed. ` +
        'Lift the rule for one rotation: ALTER USER ... PASSWORD HISTORY 0 PASSWORD REUSE INTERVAL 0 DAY PASSWORD REQUIRE CURRENT OPTIONAL.',
    );
  }
}

/** Asks before anything is written, so that an admin can be asked instead. */
async function requireRightToTwo(connection: Connection, username: string): Promise<void> {
  const rows = await connection.query('SHOW GRANTS');
  const right = /^GRANT .*\b(?:APPLICATION_PASSWORD_ADMIN|CREATE USER|ALL PRIVILEGES)\b.* ON \*\.\* /;
  if (rows.some((row) => right.test(String(Object.values(row)[0])))) return;
  throw new EngineCommandError(
    'privilege',
    undefined,
    `The user "${username}" may not have two passwords, and no admin secret is named. Nothing has changed. Grant it the right (GRANT APPLICATION_PASSWORD_ADMIN ON *.* TO it), ` +
      'or name an admin secret: tag the secret with rotating-secret:admin-secret, or add its ARN to the value as "masterarn".',
  );
}

function isRefusal(error: unknown, ...numbers: readonly number[]): error is ServerRefusal {
  return error instanceof ServerRefusal && numbers.includes(error.errno);
}
