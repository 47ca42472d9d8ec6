import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { ConfigurationError } from './errors.ts';

/**
 * Where Lambda's Node.js runtimes keep Amazon's certificate authorities, those of RDS among them. Since
 * Node.js 20 the runtime no longer loads them by itself.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-certificate-loading
 */
const lambdaAuthorities = '/var/runtime/ca-cert.pem';

/**
 * The certificate authorities that a database's certificate may come from, in PEM: Node's own, Lambda's, and
 * those of `CA_BUNDLE`.
 *
 * @param caBundle path of a PEM file, such as one in a layer (`/opt/ca.pem`)
 * @throws ConfigurationError when the bundle cannot be read or holds no certificate
 */
export function trustedAuthorities(caBundle: string | undefined): readonly string[] {
  const bundles = [readIfThere(lambdaAuthorities), ...(caBundle === undefined ? [] : [readBundle(caBundle)])];
  return [...getCACertificates('default'), ...bundles.filter((pem) => pem !== '')];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Outside of Lambda there is none; without it RDS's certificates are not trusted, and TLS says so.
    return '';
  }
}

function readBundle(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigurationError(
      'CA_BUNDLE',
      `CA_BUNDLE names ${path}, which cannot be read (${code}). Layers unpack below /opt; check the path and that the layer is attached.`,
    );
  }
  if (isPemBundle(pem)) return pem;
  throw new ConfigurationError(
    'CA_BUNDLE',
    `CA_BUNDLE names ${path}, which is not a list of certificates in PEM form (-----BEGIN CERTIFICATE-----).`,
  );
}

/** Node takes no notice of what it cannot read in a bundle; every connection would then fail for another reason. */
function isPemBundle(pem: string): boolean {
  const begun = pem.split('-----BEGIN CERTIFICATE-----').length - 1;
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    return false;
  }
  return certificates.length > 0 && certificates.length === begun;
}
