import { SecretFormatError } from './errors.ts';
import { replaceMembers } from './secret-json.ts';
import { Sensitive } from './sensitive.ts';

/** What one kind of database accepts in a secret, and what it takes for granted. */
export interface SecretShape {
  /** The values of `engine` that suit this function; the first is the one that messages recommend. */
  readonly engines: readonly string[];
  readonly defaultPort: number;
  /** The database to connect to where the secret names none; absent where the protocol needs none. */
  readonly defaultDbname?: string;
}

/** A host and a port. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Whether two targets are one; letters' case does not count in the names of hosts. */
export function isSameTarget(one: Target, other: Target): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}

/** What is needed to log in to a database; nothing else of a secret ever reaches a driver. */
export interface Credentials extends Target {
  readonly username: string;
  readonly password: Sensitive<string>;
  readonly dbname: string | undefined;
  /** False only where the secret says so; otherwise TLS, verified. */
  readonly ssl: boolean;
}

/** The value of a database's secret, in the shape that AWS documents. */
export interface DatabaseSecret extends Target {
  readonly engine: string | undefined;
  readonly username: string;
  /** Absent before the first rotation has made the user. */
  readonly password: Sensitive<string> | undefined;
  readonly dbname: string | undefined;
  readonly ssl: boolean;
  /** `masterarn`: the ARN of the admin secret. */
  readonly adminSecretArn: string | undefined;
  /** The whole value, from which the next one is made. */
  readonly text: Sensitive<string>;
}

/**
 * Reads the value of a database's secret: `host` and `username`, and optionally `engine`, `password`, `port`
 * (number or digits), `dbname`, `ssl` and `masterarn`. Unknown keys are kept and not looked at.
 *
 * @throws SecretFormatError naming the field, never its value
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function parseDatabaseSecret(text: Sensitive<string>, shape: SecretShape): DatabaseSecret {
  const fields = parseObject(text);
  checkEngine(fields, shape);
  return {
    engine: optionalText(fields, 'engine'),
    host: hostOf(requiredText(fields, 'host')),
    port: portOf(fields.port, shape.defaultPort),
    username: requiredText(fields, 'username'),
    password: passwordOf(fields),
    dbname: dbnameOf(fields) ?? shape.defaultDbname,
    ssl: sslOf(fields.ssl),
    adminSecretArn: optionalText(fields, 'masterarn'),
    text,
  };
}

/** The value of an admin secret: as an application's, but RDS-managed ones hold a user name and a password only. */
export interface AdminSecret {
  readonly username: string;
  readonly password: Sensitive<string>;
  readonly host: string | undefined;
  readonly port: number;
  readonly ssl: boolean;
}

/**
 * Reads the value of an admin secret. Its `dbname` is not used: the admin connects to the application's
 * database, as AWS's rotation functions do.
 *
 * @throws SecretFormatError naming the field, never its value
 */
export function parseAdminSecret(text: Sensitive<string>, shape: SecretShape): AdminSecret {
  const fields = parseObject(text);
  checkEngine(fields, shape);
  const password = passwordOf(fields);
  if (password === undefined) {
    throw new SecretFormatError(
      'password',
      'The admin secret has no "password". It must hold the username and password of the admin user.',
    );
  }
  const host = optionalText(fields, 'host');
  return {
    username: requiredText(fields, 'username'),
    password,
    host: host === undefined ? undefined : hostOf(host),
    port: portOf(fields.port, shape.defaultPort),
    ssl: sslOf(fields.ssl),
  };
}

/** The text of the next value: the current one with another user name and password, all else untouched. */
export function nextSecretText(
  current: DatabaseSecret,
  username: string,
  password: Sensitive<string>,
): Sensitive<string> {
  const values = { ...(username === current.username ? {} : { username }), password: password.reveal() };
  return new Sensitive(replaceMembers(current.text.reveal(), values));
}

/**
 * The names of the fields in which two values differ, other than those given; sorted. Values are compared as
 * JSON, so that white space and the order of keys do not count.
 */
export function differingFields(
  one: DatabaseSecret,
  other: DatabaseSecret,
  except: readonly string[],
): readonly string[] {
  const left = parseObject(one.text);
  const right = parseObject(other.text);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((key) => !except.includes(key) && JSON.stringify(left[key]) !== JSON.stringify(right[key]))
    .sort();
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: Sensitive<string>): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text.reveal());
  } catch {
    // The parser's own message quotes the text, so it is not passed on.
    throw new SecretFormatError(
      '',
      'The secret value is not JSON. Expected an object such as {"engine","host","port","username","password","dbname"}.',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SecretFormatError(
      '',
      'The secret value is JSON but not an object. Expected {"engine","host","port","username","password","dbname"}.',
    );
  }
  return value as Fields;
}

function checkEngine(fields: Fields, shape: SecretShape): void {
  const engine = fields.engine;
  if (engine === undefined || engine === null) return;
  if (typeof engine === 'string' && shape.engines.includes(engine)) return;
  throw new SecretFormatError(
    'engine',
    `The secret's "engine" does not suit this function: expected ${shape.engines.map((name) => `"${name}"`).join(' or ')}. ` +
      'Correct the field, or let the secret be rotated by the function made for its engine.',
  );
}

function requiredText(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value !== undefined) return value;
  throw new SecretFormatError(
    name,
    `The secret has no "${name}". Put a value with it: a non-empty string (keys are case-sensitive).`,
  );
}

function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') {
    throw new SecretFormatError(name, `The secret's "${name}" must be a string; found ${typeof value}.`);
  }
  // Names travel as C strings: what follows a NUL would be cut off, and the rest is another name.
  if (value.includes('\0'))
    throw new SecretFormatError(
      name,
      `The secret's "${name}" contains a NUL character, which no server accepts.`,
    );
  return value;
}

function passwordOf(fields: Fields): Sensitive<string> | undefined {
  const value = optionalText(fields, 'password');
  return value === undefined ? undefined : new Sensitive(value);
}

function hostOf(host: string): string {
  // A name or an address, never a socket path, a list, a URI or a "key=value" that a driver might interpret.
  if (/^[A-Za-z0-9_.:-]{1,255}$/.test(host)) return host;
  throw new SecretFormatError(
    'host',
    `The secret's "host" must be one host name or IP address; it has other characters than letters, digits and "._:-", or more than 255.`,
  );
}

/** A name, which servers repeat in errors; a URL there may hold a password. */
function dbnameOf(fields: Fields): string | undefined {
  const dbname = optionalText(fields, 'dbname');
  if (dbname === undefined || !dbname.includes('://')) return dbname;
  throw new SecretFormatError(
    'dbname',
    'The secret\'s "dbname" must be the name of a database; found a URL.',
  );
}

function portOf(value: unknown, defaultPort: number): number {
  if (value === undefined || value === null || value === '') return defaultPort;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new SecretFormatError(
    'port',
    `The secret's "port" must be a whole number from 1 to 65535, as a number or in digits.`,
  );
}

function sslOf(value: unknown): boolean {
  // AWS's functions fall back to plaintext unless this is true. Here TLS is left only where it is switched off.
  return !(value === false || (typeof value === 'string' && value.trim().toLowerCase() === 'false'));
}
