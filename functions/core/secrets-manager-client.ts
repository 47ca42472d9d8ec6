import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { RotationEnvironment } from './environment.ts';

/**
 * How the client of Secrets Manager is set up. Without limits of its own, a function in a VPC with no route to the
 * service hangs until Lambda ends it; three tries to connect, of five seconds each, end in an error that names the cause.
 */
export function secretsManagerClientConfig({
  secretsManagerEndpoint,
}: Pick<RotationEnvironment, 'secretsManagerEndpoint'>): SecretsManagerClientConfig {
  return {
    ...(secretsManagerEndpoint === undefined ? {} : { endpoint: secretsManagerEndpoint }),
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}
