import { type AdminSecret, type DatabaseSecret, parseAdminSecret } from './database-secret.ts';
import type { Session } from './engine.ts';
import { CredentialsRejectedError, SecretFormatError } from './errors.ts';
import { adminSecretArnOf, adminTarget, type Pins } from './pins.ts';
import type { Rotation } from './rotation.ts';

/**
 * Reads the admin secret that the pins (or, without them, the value) name, and logs in with it to the
 * database of `secret`. To be called only with a value that {@link checkPins} has passed.
 *
 * TLS is the admin secret's own affair: what the application's secret says of it could be written by
 * somebody who wants to read the admin password on the wire.
 *
 * @throws CredentialsRejectedError when the server refuses the admin
 */
export async function openAdminSession(
  rotation: Rotation,
  secret: DatabaseSecret,
  pins: Pins,
): Promise<Session> {
  const arn = adminSecretArnOf(secret, pins);
  const { engine, deadline } = rotation;
  const admin = await readAdminSecret(rotation, arn);
  const { host, port } = adminTarget(admin, secret, pins);
  const { username, password, ssl } = admin;
  const login = await engine.logIn({ host, port, username, password, ssl, dbname: secret.dbname }, deadline);
  if (login.outcome === 'accepted') return login.session;
  throw new CredentialsRejectedError(
    ['admin secret'],
    login.engineCode,
    `The server rejected the admin credentials (${login.engineCode}). If the admin secret ${arn} is itself being rotated, the retry will find its new value; ` +
      'otherwise its password was changed elsewhere: correct the admin secret, or rotate it.',
  );
}

async function readAdminSecret({ engine, store }: Rotation, arn: string): Promise<AdminSecret> {
  try {
    return parseAdminSecret(await store.getOther(arn), engine.shape);
  } catch (error) {
    if (!(error instanceof SecretFormatError)) throw error;
    throw new SecretFormatError(error.field, `In the admin secret ${arn}: ${error.message}`);
  }
}
