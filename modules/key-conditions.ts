import { template } from './authoring/expression.ts';
import type { Body, Json } from './authoring/json.ts';

/**
 * Holds a key's use to calls that Secrets Manager makes for the caller; needs `data.aws_partition.current`.
 *
 * @param region a region, or an interpolation that gives one
 */
export function viaSecretsManager(region: string): Body {
  return {
    test: 'StringEquals',
    variable: 'kms:ViaService',
    values: [template`secretsmanager.${region}.\${data.aws_partition.current.dns_suffix}`],
  };
}

/**
 * Holds a key's use to these secrets, which Secrets Manager names in the encryption context.
 *
 * @param arns a list, or an expression that gives one
 */
export function ofSecrets(arns: Json): Body {
  return { test: 'StringEquals', variable: 'kms:EncryptionContext:SecretARN', values: arns };
}
