import { createSecureContext, type SecureContext } from 'node:tls';
import type { Engine } from '../core/engine.ts';
import { SecretFormatError } from '../core/errors.ts';
import { trustedAuthorities } from '../core/trust.ts';
import { connect } from './connection.ts';
import { openSession } from './session.ts';
import type { PasswordForm } from './stored-password.ts';

/** Longest name that PostgreSQL keeps, in bytes: NAMEDATALEN - 1. */
const longestNameBytes = 63;

/** What the engine is made with. */
export interface PostgresOptions {
  /** Path of a PEM file with certificate authorities to trust as well. */
  readonly caBundle: string | undefined;
  readonly passwordForm: PasswordForm;
}

/** The engine for PostgreSQL 13 to 18, Aurora PostgreSQL and RDS for PostgreSQL. */
export function postgresEngine({ caBundle, passwordForm }: PostgresOptions): Engine {
  // Reading some 150 certificates takes milliseconds; a warm process does it once. They are no secret.
  let context: SecureContext | undefined;
  const trust = (): SecureContext => {
    context ??= createSecureContext({ ca: [...trustedAuthorities(caBundle)] });
    return context;
  };
  return {
    name: 'postgres',
    shape: {
      engines: ['postgres', 'aurora-postgresql', 'postgresql'],
      defaultPort: 5432,
      defaultDbname: 'postgres',
    },
    strategies: ['single-user', 'alternating-users'],
    checkUsername(username) {
      const bytes = Buffer.byteLength(username);
      if (bytes <= longestNameBytes) return;
      throw new SecretFormatError(
        'username',
        `The user name of the next version would be ${bytes} bytes long; PostgreSQL keeps ${longestNameBytes} and cuts the rest off. ` +
          'With alternating users the first name may have 57 bytes, because the second appends "_clone". Use a shorter name, or the single-user strategy.',
      );
    },
    async logIn(credentials, deadline) {
      const result = await connect(credentials, deadline, trust);
      if (result.outcome === 'rejected') return result;
      return { outcome: 'accepted', session: openSession(result.connection, deadline, passwordForm) };
    },
  };
}
