import { randomBytes } from 'node:crypto';
import type { Caller } from '../history.ts';
import type { FunctionCredentials } from '../lambda/index.ts';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Knows who stands behind an access key. */
export class Callers {
  readonly #account: string;
  readonly #issued = new Map<string, FunctionCredentials>();
  readonly #arns = new Map<string, string>();

  constructor(account: string) {
    this.#account = account;
  }

  /** The keys under which calls show as made by `arn`; the same ARN gets the same keys. */
  issue(arn: string): FunctionCredentials {
    const known = this.#issued.get(arn);
    if (known !== undefined) return known;
    const credentials = {
      // ASIA marks temporary keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
      accessKeyId: `ASIA${[...randomBytes(16)].map((byte) => base32[byte % 32]).join('')}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
    };
    this.#issued.set(arn, credentials);
    this.#arns.set(credentials.accessKeyId, arn);
    return credentials;
  }

  /** Keys that were not issued here belong to a user of the same name. */
  resolve(accessKeyId: string): Caller {
    return {
      accessKeyId,
      arn: this.#arns.get(accessKeyId) ?? `arn:aws:iam::${this.#account}:user/${accessKeyId}`,
    };
  }
}
