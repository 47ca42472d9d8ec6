import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { choice, readEnvironment } from '../core/environment.ts';
import { rotationHandler } from '../core/handler.ts';
import { jsonLogger } from '../core/logger.ts';
import { awsSecretStore } from '../core/secret-store.ts';
import { secretsManagerClientConfig } from '../core/secrets-manager-client.ts';
import { mysqlEngine } from './engine.ts';

const environment = readEnvironment(process.env, { excludeCharacters: '/@"\'\\' });
const client = new SecretsManagerClient(secretsManagerClientConfig(environment));

/** The rotation function for MySQL and MariaDB, as Lambda calls it. */
export const handler = rotationHandler({
  engine: mysqlEngine({
    caBundle: environment.caBundle,
    passwordForm: choice('PASSWORD_FORM', process.env, ['verifier', 'plaintext'] as const) ?? 'verifier',
    extraPrivileges: choice('EXTRA_PRIVILEGES', process.env, ['report', 'revoke'] as const) ?? 'report',
  }),
  environment,
  logger: jsonLogger(),
  storeFor: (secretId, deadline) => awsSecretStore(client, secretId, deadline),
});
