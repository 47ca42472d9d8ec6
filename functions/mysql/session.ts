import type { Deadline } from '../core/deadline.ts';
import type { CredentialChange, Fence, Session } from '../core/engine.ts';
import { EngineCommandError } from '../core/errors.ts';
import { changeByAdmin } from './admin-change.ts';
import type { ChangeContext, SessionOptions, SessionUser } from './change-context.ts';
import type { Connection } from './connection.ts';
import { changeOwnPassword, retainOwnPassword } from './own-password.ts';
import { parseServer, type Server } from './server.ts';
import { refusedCommand, ServerRefusal } from './server-error.ts';
import { lockQuery, whoQuery } from './statements.ts';

/** Longest time that the end of an invocation needs after a lock was waited for in vain, in milliseconds. */
const afterLockMs = 1_000;

/** A session of the engine's over an open connection. */
export function openSession(
  connection: Connection,
  deadline: Deadline,
  user: SessionUser,
  options: SessionOptions,
): Session {
  const notices: string[] = [...connection.notices];
  return {
    notices,
    async apply(change, fence) {
      try {
        const { server, account } = await lock(connection, deadline, change.username);
        if (change.by === 'user') requireOwnAccount(account, user.username);
        const context: ChangeContext = { connection, server, user, options, notices };
        return await (change.by === 'user' ? changeByUser : changeByAdmin)(context, change, fence);
      } catch (error) {
        if (!(error instanceof ServerRefusal)) throw error;
        const secrets = [
          change.password,
          user.password,
          ...(change.retain === undefined ? [] : [change.retain]),
        ];
        throw refusedCommand(error, `Changing the user "${change.username}"`, secrets);
      }
    },
    /**
     * The privileges of the second user of a pair are not its own to compare: it cannot read those of the first. That
     * it logs in proves them, because its password is set last, once it has all that the first has.
     */
    async verify() {
      const [row] = await connection.query(whoQuery);
      requireOwnAccount(String(row?.account), user.username);
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/**
 * Waits for other rotations of this user. ALTER USER commits at once, so what follows the labels' second reading must
 * be the change alone, and nobody else's.
 */
async function lock(
  connection: Connection,
  deadline: Deadline,
  username: string,
): Promise<{ readonly server: Server; readonly account: string }> {
  const seconds = Math.max(1, Math.floor((deadline.remainingMs() - afterLockMs) / 1_000));
  const [row] = await connection.query(lockQuery(username, seconds));
  if (String(row?.locked) === '1')
    return { server: parseServer(String(row?.version)), account: String(row?.account) };
  throw new EngineCommandError(
    'busy',
    undefined,
    `Another rotation of the user "${username}", or a session of somebody who took its name (GET_LOCK), held its lock for ${seconds} seconds. Nothing has changed. The rotation is retried.`,
  );
}

/** Refuses a session that the server has taken for another account's: its password, and whose rights, are not the user's. */
function requireOwnAccount(account: string, username: string): void {
  if (account.slice(0, account.lastIndexOf('@')) === username) return;
  throw new EngineCommandError(
    'state',
    undefined,
    `The login as "${username}" is taken for the account "${account}". Drop the anonymous account or the proxy that gets in between.`,
  );
}

async function changeByUser(
  context: ChangeContext,
  { password, retain }: CredentialChange,
  fence: Fence,
): Promise<boolean> {
  return retain === undefined
    ? changeOwnPassword(context, password, fence)
    : retainOwnPassword(context, password, retain, fence);
}
