/** A user and its password. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Logins counted in the server's own log. */
export interface LoginCount {
  readonly accepted: number;
  readonly rejected: number;
}

/** A real database server that secrets are rotated in: all that the suite for every engine needs to know of one. */
export interface Target extends AsyncDisposable {
  /** The `engine` of its secrets. */
  readonly engine: string;
  /** The name of its bundle. */
  readonly bundle: string;
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly caPath: string;
  /** A user that may make others and is no superuser: what RDS hands out. */
  readonly admin: Login;
  /** User names that need quoting, of every printable character and some beyond. */
  readonly oddUsernames: readonly string[];
  /** Makes a user, as the admin would by hand. */
  createUser(login: Login): Promise<void>;
  /** Changes a password behind the rotation's back. */
  setPassword(login: Login): Promise<void>;
  /** Logs in over TLS; false when the server rejects the password. */
  logsIn(login: Login): Promise<boolean>;
  /** The logins of rotation functions, and all rejected ones, since the server started. */
  logins(): Promise<LoginCount>;
  /** How many sessions of rotation functions are open now. */
  openSessions(): Promise<number>;
  /** All that the server has logged. */
  log(): Promise<string>;
}
