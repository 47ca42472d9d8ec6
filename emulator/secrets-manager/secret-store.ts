import { randomInt } from 'node:crypto';
import { ApiError } from '../service.ts';
import type { Secret } from './secret.ts';

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** All secrets of the account, by region and name. */
export class SecretStore {
  readonly #account: string;
  readonly #regions = new Map<string, Map<string, Secret>>();

  constructor(account: string) {
    this.#account = account;
  }

  /** A new ARN for a name; the random suffix makes it differ from that of a deleted secret of this name. */
  newArn(region: string, name: string): string {
    const suffix = Array.from({ length: 6 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join('');
    return `${this.#prefix(region)}${name}-${suffix}`;
  }

  add(secret: Secret): void {
    const region = this.#regions.get(secret.region) ?? new Map<string, Secret>();
    this.#regions.set(secret.region, region.set(secret.name, secret));
  }

  remove(secret: Secret): void {
    if (this.contains(secret)) this.#regions.get(secret.region)?.delete(secret.name);
  }

  /** Whether this very secret still exists, and not another one of its name. */
  contains(secret: Secret): boolean {
    return this.named(secret.region, secret.name) === secret;
  }

  /** Secrets of a region in the order of their creation. */
  all(region: string): readonly Secret[] {
    return [...(this.#regions.get(region)?.values() ?? [])];
  }

  named(region: string, name: string): Secret | undefined {
    return this.#regions.get(region)?.get(name);
  }

  /**
   * Finds a secret by name, ARN, or ARN without the suffix. An ARN that ends in a hyphen and six characters
   * is always read as complete: that is why names must not end like this.
   */
  find(region: string, id: string): Secret | undefined {
    if (!id.startsWith('arn:')) return this.named(region, id);
    if (!id.startsWith(this.#prefix(region))) return undefined;
    const rest = id.slice(this.#prefix(region).length);
    const complete = /^(.+)-[A-Za-z0-9]{6}$/.exec(rest);
    if (complete === null) return this.named(region, rest);
    const secret = this.named(region, complete[1] ?? '');
    return secret?.arn === id ? secret : undefined;
  }

  /** @throws ApiError ResourceNotFoundException */
  require(region: string, id: string): Secret {
    const secret = this.find(region, id);
    if (secret !== undefined) return secret;
    throw new ApiError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  #prefix(region: string): string {
    return `arn:aws:secretsmanager:${region}:${this.#account}:secret:`;
  }
}
