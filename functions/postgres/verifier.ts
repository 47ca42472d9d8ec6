import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const deriveKey = promisify(pbkdf2);

/** Bytes of salt; `SCRAM_DEFAULT_SALT_LEN` of PostgreSQL's src/include/common/scram-common.h. */
const saltBytes = 16;

/** `SCRAM_SHA_256_DEFAULT_ITERATIONS`, for servers before 16, which have no `scram_iterations`. */
export const defaultIterations = 4096;

/**
 * Computes what PostgreSQL stores of a password for SCRAM-SHA-256, so that the password itself is never sent
 * and cannot end up in the server's log.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5802#section-3
 * @see https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export async function scramVerifier(
  password: string,
  iterations: number = defaultIterations,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const salted = await deriveKey(saslPrep(password), salt, iterations, 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/**
 * Computes what PostgreSQL stores of a password where `password_encryption` is `md5`. The user name is the salt.
 */
export function md5Verifier(password: string, username: string): string {
  return `md5${createHash('md5').update(password).update(username).digest('hex')}`;
}

/**
 * The steps of SASLprep that change a password (RFC 4013 sections 2.1 and 2.2). Those that refuse one are left
 * out: PostgreSQL takes a password that they refuse as it is.
 *
 * For printable ASCII, which all generated passwords are, this changes nothing.
 */
function saslPrep(password: string): string {
  return password
    .replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, ' ') // RFC 3454 C.1.2
    .replace(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g, '') // RFC 3454 B.1
    .normalize('NFKC');
}
