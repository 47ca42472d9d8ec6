import type { Sensitive } from '../core/sensitive.ts';
import type { Connection } from './connection.ts';
import type { Server } from './server.ts';
import type { PasswordForm } from './statements.ts';

/** How a session carries changes out. */
export interface SessionOptions {
  readonly passwordForm: PasswordForm;
  /** What happens to privileges that only the second user of a pair has. */
  readonly extraPrivileges: 'report' | 'revoke';
}

/** Who is logged in, and how another login to the same server is tried. */
export interface SessionUser {
  readonly username: string;
  readonly password: Sensitive<string>;
  /** Whether the server accepts this user with this password. */
  accepts(username: string, password: Sensitive<string>): Promise<boolean>;
}

/** What a change is made with, inside the lock. */
export interface ChangeContext {
  readonly connection: Connection;
  readonly server: Server;
  readonly user: SessionUser;
  readonly options: SessionOptions;
  /** Gets what the operator should look at. */
  readonly notices: string[];
}
