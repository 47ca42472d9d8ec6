import type { CredentialChange } from '../core/engine.ts';

import type { ServerFacts } from './server-facts.ts';
import { md5Verifier, scramVerifier } from './verifier.ts';
import type { Authentication } from './wire.ts';

/** How a new password is sent: as what the server stores of it, or, for servers that refuse that, as it is. */
export type PasswordForm = 'verifier' | 'plaintext';

/**
 * Most iterations of a verifier that is made here. node-postgres, and so an application and this rotator itself, refuses
 * to log in with more unless told otherwise (`DEFAULT_MAX_SCRAM_ITERATIONS`); a user, or the owner of a database, may
 * set `scram_iterations` to two thousand million.
 */
const mostIterations = 100_000;

/** Sources of a setting that whoever runs the server decides, as pg_settings names them. */
const serverSources = ['default', 'environment variable', 'configuration file', 'command line', 'global'];

/** What is sent for the password of a change. */
export async function storedForm(
  change: Pick<CredentialChange, 'username' | 'password' | 'by'>,
  form: PasswordForm,
  facts: ServerFacts,
  authentication: Authentication,
): Promise<string> {
  const { username, password } = change;
  if (form === 'plaintext') return password.reveal();
  return wantsMd5(change.by, facts, authentication)
    ? md5Verifier(password.reveal(), username)
    : scramVerifier(password.reveal(), Math.min(facts.scramIterations, mostIterations));
}

/**
 * Whether the MD5 form is to be stored. Where `pg_hba.conf` asks for SCRAM it lets nobody in, so `password_encryption` alone is not
 * believed: a user that has just logged in with SCRAM will again, and for an admin only what the server's own configuration says
 * counts, not what the owner of a database or role has set for it.
 */
function wantsMd5(by: CredentialChange['by'], facts: ServerFacts, authentication: Authentication): boolean {
  if (facts.passwordEncryption !== 'md5') return false;
  return by === 'user' ? authentication !== 'scram' : serverSources.includes(facts.encryptionSource);
}
