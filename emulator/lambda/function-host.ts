import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { CodePackage } from './code-package.ts';
import { EnvironmentPool } from './environment-pool.ts';
import type { FunctionSettings } from './function-settings.ts';
import { pinnedNodeBinary } from './node-binary.ts';
import { type FunctionCredentials, processEnvironment } from './process-environment.ts';
import type { Workspace } from './workspace.ts';

const nodeRuntime = fileURLToPath(new URL('node-runtime/main.mjs', import.meta.url));
/** Lambda's limit for the initialization phase. */
const initLimitMs = 10_000;

/** What functions need of the emulator around them. */
export interface FunctionHostOptions {
  readonly account: string;
  readonly clock: Clock;
  readonly workspace: Workspace;
  /** Where functions find Secrets Manager. */
  readonly endpointUrl: string;
  /** The Node binary that runs them; default: the pinned one. */
  readonly nodePath?: string;
  /** Makes or finds the keys under which calls show as made by this ARN. */
  readonly issueCredentials: (arn: string) => FunctionCredentials;
}

/** One version of a function, ready to run. Immutable: an update deploys another one. */
export interface Deployment {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: CodePackage;
  readonly lastModified: Date;
  readonly pool: EnvironmentPool;
}

/** Starts the processes of deployed functions, and ends them. */
export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #deployments = new Set<Deployment>();
  readonly #retiring = new Set<Promise<void>>();

  constructor(options: FunctionHostOptions) {
    this.#options = options;
  }

  unpack(zip: Buffer): Promise<CodePackage> {
    return CodePackage.unpack(zip, this.#options.workspace);
  }

  /** Makes a version runnable; its first process starts with its first event. */
  deploy(
    functionName: string,
    region: string,
    version: string,
    settings: FunctionSettings,
    code: CodePackage,
  ): Deployment {
    const { account, clock, workspace, endpointUrl, issueCredentials } = this.#options;
    const isNode = settings.runtime.startsWith('nodejs');
    const nodeBinary = isNode ? (this.#options.nodePath ?? pinnedNodeBinary()) : '';
    const roleName = settings.role.slice(settings.role.lastIndexOf('/') + 1);
    const lastModified = clock.now();
    const day = lastModified.toISOString().slice(0, 10).replaceAll('-', '/');
    const pool = new EnvironmentPool(
      {
        command: isNode ? nodeBinary : join(code.folder, 'bootstrap'),
        args: isNode ? [nodeRuntime] : [],
        folder: code.folder,
        initTimeoutMs: Math.max(initLimitMs, settings.timeout * 1000),
        variables: processEnvironment({
          functionName,
          version,
          region,
          settings,
          folder: code.folder,
          nodeBinary,
          endpointUrl,
          credentials: issueCredentials(`arn:aws:sts::${account}:assumed-role/${roleName}/${functionName}`),
          logStreamName: `${day}/[${version}]${randomBytes(16).toString('hex')}`,
        }),
      },
      workspace,
    );
    const deployment = { version, settings, code, lastModified, pool };
    code.retain();
    this.#deployments.add(deployment);
    return deployment;
  }

  /** Takes a version out of use: its processes end when they are idle, then its code goes. */
  retire(deployment: Deployment): void {
    const retired = deployment.pool.retire().then(() => deployment.code.release());
    // A folder that could not be removed goes with the whole workspace.
    const settled = retired
      .catch(() => undefined)
      .then(() => {
        this.#deployments.delete(deployment);
        this.#retiring.delete(settled);
      });
    this.#retiring.add(settled);
  }

  /** Kills every process of every function. */
  async close(): Promise<void> {
    await Promise.all([...this.#deployments].map((deployment) => deployment.pool.close()));
    await Promise.all(this.#retiring);
  }
}
