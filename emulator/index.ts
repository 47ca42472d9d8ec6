import { type Clock, systemClock } from './clock.ts';
import { History } from './history.ts';
import { awsJson } from './http/aws-json.ts';
import { Callers } from './http/callers.ts';
import { inspection } from './http/inspection.ts';
import { restJson } from './http/rest-json.ts';
import { HttpServer } from './http/server.ts';
import { sts } from './http/sts.ts';
import { Lambda, Workspace } from './lambda/index.ts';
import { type RotationOptions, SecretsManager } from './secrets-manager/index.ts';
import type { ServiceContext } from './service.ts';

export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts';
export type {
  ApiCall,
  Caller,
  EventBridgeEvent,
  History,
  HistoryListener,
  Invocation,
  KmsCall,
} from './history.ts';
export type { RotationOptions } from './secrets-manager/index.ts';

/** How to start an emulator; all of it has defaults. */
export interface EmulatorOptions {
  /** Of 127.0.0.1; default 0, any that is free. */
  readonly port?: number;
  /** The region that the emulator names as its own; default us-east-1. Each request says in its SigV4 scope which region it means. */
  readonly region?: string;
  /** Twelve digits; default 123456789012. */
  readonly account?: string;
  /** Default: the machine's. Function processes run in real time whatever the clock says. */
  readonly clock?: Clock;
  /** Entries kept of each kind; default 10,000. */
  readonly historyLimit?: number;
  readonly rotation?: RotationOptions;
  /** The Node binary that functions run on; default: the pinned Node 24. */
  readonly nodePath?: string;
}

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** The endpoint for Secrets Manager, Lambda and STS. */
  readonly url: string;
  readonly port: number;
  readonly region: string;
  readonly account: string;
  readonly clock: Clock;
  readonly history: History;
  readonly secretsManager: SecretsManager;
  readonly lambda: Lambda;
  /** Ends the server, kills every function process, and removes the temporary folder. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts AWS Secrets Manager and Lambda on 127.0.0.1.
 * @throws RangeError for an option that cannot be; Error when the port is in use
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, region = 'us-east-1', account = '123456789012', clock = systemClock } = options;
  check('port', String(port), /^\d{1,5}$/.test(String(port)) && port <= 65_535, 'a number from 0 to 65535');
  check('region', region, /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region), 'a name such as us-east-1');
  check('account', account, /^\d{12}$/.test(account), 'twelve digits');

  const history = new History(options.historyLimit);
  const context: ServiceContext = { clock, history, account };
  const server = await HttpServer.listen(port);
  const url = `http://127.0.0.1:${server.port}`;
  const callers = new Callers(account);
  const workspace = new Workspace();
  const lambda = new Lambda(context, {
    workspace,
    endpointUrl: url,
    issueCredentials: (arn) => callers.issue(arn),
    ...(options.nodePath === undefined ? {} : { nodePath: options.nodePath }),
  });
  const secretsManager = new SecretsManager(context, lambda, options.rotation);
  server.serve({
    callers,
    inspection: inspection(history, clock),
    services: new Map([
      ['secretsmanager', awsJson(secretsManager)],
      ['lambda', restJson(lambda)],
      ['sts', sts(account)],
    ]),
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      secretsManager.close();
      await server.close();
      await lambda.close();
      await workspace.close();
    })();
    return closing;
  };
  return {
    url,
    port: server.port,
    region,
    account,
    clock,
    history,
    secretsManager,
    lambda,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function check(name: string, found: string, isValid: boolean, expected: string): void {
  if (!isValid) throw new RangeError(`${name}: expected ${expected}, found ${found}`);
}
