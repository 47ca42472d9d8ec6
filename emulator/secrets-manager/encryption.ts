import type { KmsCall } from '../history.ts';
import type { ServiceContext, ServiceRequest } from '../service.ts';
import type { Secret } from './secret.ts';

type KmsOperation = KmsCall['operation'];

/** The key that a secret is encrypted with when it names none. */
export const managedKey = 'alias/aws/secretsmanager';
/** What stands for the version in the context of a call that only tries the caller's rights (user guide, encryption). */
const validationVersionId = 'RequestToValidateKeyAccess';

/** The key that a request names; the AWS managed key, also as its alias or `''`, is the absence of one. */
export function customerKey(kmsKeyId: string | undefined): string | undefined {
  return kmsKeyId === undefined || kmsKeyId === '' || kmsKeyId === managedKey ? undefined : kmsKeyId;
}

/** Records the calls of KMS that AWS makes with the rights of who calls Secrets Manager. */
export class Encryption {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  encrypt(request: ServiceRequest, secret: Secret, versionId: string, key: string | undefined): void {
    this.#record('GenerateDataKey', request, secret, versionId, key);
  }

  decrypt(request: ServiceRequest, secret: Secret, versionId: string): void {
    this.#record('Decrypt', request, secret, versionId, secret.versions.versions.get(versionId)?.kmsKeyId);
  }

  /** Moves existing versions to another key. */
  reencrypt(
    request: ServiceRequest,
    secret: Secret,
    versionIds: Iterable<string>,
    key: string | undefined,
  ): void {
    for (const versionId of versionIds) {
      this.decrypt(request, secret, versionId);
      this.#record('Encrypt', request, secret, versionId, key);
    }
  }

  /** A key is tried when it is set on a secret, so that a later write cannot be the first to fail. */
  validate(request: ServiceRequest, secret: Secret, key: string | undefined): void {
    this.#record('GenerateDataKey', request, secret, validationVersionId, key);
    this.#record('Decrypt', request, secret, validationVersionId, key);
  }

  /** Carries a version to a replica: read with the key here, written with the key there. */
  replicate(request: ServiceRequest, secret: Secret, replica: Secret, versionId: string): void {
    this.decrypt(request, secret, versionId);
    this.#record('GenerateDataKey', request, replica, versionId, replica.kmsKeyId);
    this.#record('Encrypt', request, replica, versionId, replica.kmsKeyId);
  }

  #record(
    operation: KmsOperation,
    request: ServiceRequest,
    secret: Secret,
    versionId: string,
    key: string | undefined,
  ): void {
    this.#context.history.recordKmsCall({
      time: this.#context.clock.now(),
      operation,
      region: secret.region,
      keyId: key ?? managedKey,
      encryptionContext: { SecretARN: secret.arn, SecretVersionId: versionId },
      viaService: `secretsmanager.${secret.region}.amazonaws.com`,
      caller: request.caller,
      operationOfSecretsManager: request.operation,
    });
  }
}
