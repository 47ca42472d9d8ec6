// Must come first: @peculiar/x509 refuses to load without it.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate authority and one server certificate that it signed, all as PEM. */
export interface ServerCertificates {
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;

/** Makes a new authority and a certificate for `localhost` and 127.0.0.1, valid for one day on either side of now. */
export async function makeServerCertificates(): Promise<ServerCertificates> {
  const validity = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) };
  const [caKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()]);

  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Temporary test authority',
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=localhost',
    issuer: ca.subject,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });
  return {
    ca: ca.toString('pem'),
    certificate: server.toString('pem'),
    privateKey: PemConverter.encode(
      await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey),
      'PRIVATE KEY',
    ),
  };
}

// The types of the global `crypto` are those that the generator's own types refer to.
function generateKeys() {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
