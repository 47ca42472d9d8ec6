/** A secret's value, in the shape that AWS documents for databases. */
export interface SecretValue {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly username: string;
  /** Absent while the user does not exist. */
  readonly password?: string;
}

/** How the database answered a login; anything but an answer is thrown. */
export type LoginOutcome = 'accepted' | 'refused';

/** Logins as the database itself saw them, in its log. */
export interface LoggedLogins {
  /** The user of each login that was accepted, but for those of `logIn`, in order. */
  readonly accepted: readonly string[];
  /** How many were refused, those of `logIn` included: the log does not tell whose they were. */
  readonly refused: number;
}

/** A kind of database to show rotations with. */
export interface DemoEngine {
  /** The path of the function's bundle, from the repository's root. */
  readonly bundle: string;
  start(): Promise<DemoDatabase>;
}

/** A running database with an admin, and something for an application to do in it. */
export interface DemoDatabase extends AsyncDisposable {
  /** One line on what it is and how one logs in to it. */
  readonly description: string;
  /** The file with the authority that signed its certificate. */
  readonly caPath: string;
  /** The admin's secret: no superuser, but one that may make users. */
  readonly admin: SecretValue;
  /** The role with the rights that the application needs. */
  readonly applicationRole: string;
  /** Makes an application user in the way of old, password and all; returns its secret. */
  createUser(username: string): Promise<SecretValue>;
  /** Logs in as the application does, reads the application's table, and logs out. */
  logIn(value: SecretValue): Promise<LoginOutcome>;
  loginsInLog(): Promise<LoggedLogins>;
}
