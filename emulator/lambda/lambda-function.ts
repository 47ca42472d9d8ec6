import { randomUUID } from 'node:crypto';
import { ApiError } from '../service.ts';
import type { Deployment } from './function-host.ts';
import type { PolicyStatement } from './resource-policy.ts';

/** A name for a version. */
export interface Alias {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  /** Recorded and given back; all invocations go to `functionVersion`. */
  readonly routingConfig?: unknown;
  readonly revisionId: string;
}

/** A function with its versions, aliases and all that belongs to it. */
export class LambdaFunction {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly published: Deployment[] = [];
  readonly aliases = new Map<string, Alias>();
  /** By qualifier; the empty string stands for the function itself. */
  readonly policies = new Map<string, readonly PolicyStatement[]>();
  readonly tags = new Map<string, string>();
  reservedConcurrency: number | undefined;
  codeSigningConfigArn: string | undefined;
  /** Events that run at this moment. */
  running = 0;
  #latest: Deployment;
  #revisionId: string = randomUUID();
  #versionsMade = 0;

  constructor(name: string, region: string, account: string, latest: Deployment) {
    this.name = name;
    this.region = region;
    this.arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    this.#latest = latest;
  }

  get latest(): Deployment {
    return this.#latest;
  }

  /** Puts another deployment in the place of `$LATEST`, and returns the one it replaces. */
  replaceLatest(latest: Deployment): Deployment {
    const replaced = this.#latest;
    this.#latest = latest;
    this.touch();
    return replaced;
  }

  /** Changes with each change of the function or its policies. */
  get revisionId(): string {
    return this.#revisionId;
  }

  touch(): void {
    this.#revisionId = randomUUID();
  }

  /** The number of the next version; numbers are never used twice. */
  nextVersion(): string {
    this.#versionsMade += 1;
    return String(this.#versionsMade);
  }

  qualifiedArn(qualifier: string | undefined): string {
    return qualifier === undefined ? this.arn : `${this.arn}:${qualifier}`;
  }

  /**
   * Finds what a qualifier stands for: `$LATEST`, a version, or an alias.
   * @throws ApiError `ResourceNotFoundException`
   */
  deployment(qualifier: string | undefined): Deployment {
    if (qualifier === undefined || qualifier === '$LATEST') return this.#latest;
    const version = this.aliases.get(qualifier)?.functionVersion ?? qualifier;
    if (version === '$LATEST') return this.#latest;
    const found = this.published.find((deployment) => deployment.version === version);
    if (found === undefined) throw functionNotFound(this.qualifiedArn(qualifier));
    return found;
  }

  /** @throws ApiError `PreconditionFailedException` when the caller has an older revision in mind */
  checkRevision(revisionId: string | undefined, current: string = this.#revisionId): void {
    if (revisionId === undefined || revisionId === current) return;
    throw new ApiError(
      'PreconditionFailedException',
      'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
      412,
    );
  }
}

/** The error for a function, version or alias that does not exist. */
export function functionNotFound(arn: string): ApiError {
  return new ApiError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}
