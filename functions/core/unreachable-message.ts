import type { Target } from './database-secret.ts';
import type { EnginePhase } from './errors.ts';

/**
 * Says where a conversation with a target broke off, why, and what to look at.
 *
 * @param reason a code of Node or a few words, which hold no secret
 */
export function unreachableMessage({ host, port }: Target, phase: EnginePhase, reason: string): string {
  return `No session with ${host}:${port} (${phase}: ${reason}). ${phaseHints[phase]}`;
}

const phaseHints: Readonly<Record<EnginePhase, string>> = {
  dns: 'The name does not resolve from here. Check the secret\'s "host"; a private name needs the function in its VPC.',
  connect:
    'Check the route: the function\'s subnets and security group, the database\'s security group (this port, from the function\'s group), and the secret\'s "host" and "port".',
  tls: 'TLS failed. If the certificate comes from a private authority, give its PEM file with CA_BUNDLE (a layer); "host" must be a name in the certificate; a server without TLS needs "ssl": false in the secret.',
  startup: 'The server took the connection and then did not finish the login.',
  query: 'The connection broke before the password was changed; the retry starts over.',
  commit: 'Whether the change took effect is not known; the retry finds out by logging in.',
};
