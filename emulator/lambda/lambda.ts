import { randomUUID } from 'node:crypto';
import {
  ApiError,
  type FunctionInvoker,
  type FunctionResult,
  type ServiceContext,
  type ServiceRequest,
} from '../service.ts';
import { recordCall } from './call-recorder.ts';
import { FunctionHost, type FunctionHostOptions } from './function-host.ts';
import { regionOfFunctionArn } from './function-reference.ts';
import { FunctionRegistry } from './function-registry.ts';
import { FunctionRunner, type Run } from './function-runner.ts';
import { readInvokeRequest } from './invoke-request.ts';
import { functionNotFound, type LambdaFunction } from './lambda-function.ts';
import { attributeOperations } from './operations/attribute-operations.ts';
import { functionOperations } from './operations/function-operations.ts';
import type { Operations } from './operations/operation.ts';
import { permissionOperations } from './operations/permission-operations.ts';
import { versionOperations } from './operations/version-operations.ts';
import { allowsInvocation, type ServiceInvocation } from './resource-policy.ts';

const operations: Operations = {
  ...functionOperations,
  ...versionOperations,
  ...permissionOperations,
  ...attributeOperations,
};

/** Largest log tail in an answer of Invoke, in bytes. */
const logTailBytes = 4096;

/** How Invoke answers. */
export interface InvokeResponse {
  readonly status: 200 | 202 | 204;
  readonly payload: Buffer;
  readonly executedVersion: string;
  readonly functionError?: 'Unhandled';
  /** Base64; present when the request asked for it. */
  readonly logResult?: string;
}

/** A function, and the version or alias of it that is meant. */
interface Target {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
}

/** Lambda: deploys functions, and runs them as processes of this machine. */
export class Lambda implements FunctionInvoker {
  readonly #context: ServiceContext;
  readonly #host: FunctionHost;
  readonly #registry: FunctionRegistry;
  readonly #runner: FunctionRunner;

  constructor(context: ServiceContext, options: Omit<FunctionHostOptions, 'account' | 'clock'>) {
    this.#context = context;
    this.#host = new FunctionHost({ ...options, account: context.account, clock: context.clock });
    this.#registry = new FunctionRegistry(context.account, this.#host);
    this.#runner = new FunctionRunner(context.clock, context.history);
  }

  /**
   * Carries out an operation other than Invoke.
   * @throws ApiError with the error's name, message and status
   */
  async handle(request: ServiceRequest, body: unknown): Promise<Record<string, unknown>> {
    const operation = Object.hasOwn(operations, request.operation)
      ? operations[request.operation]
      : undefined;
    if (operation === undefined) {
      const message = `this emulator has no Lambda operation ${request.operation}`;
      throw new ApiError('UnknownOperationException', message, 404);
    }
    return recordCall(this.#context, this.#registry, request, body, async (fields) =>
      operation({ region: request.region, request: fields, registry: this.#registry }),
    );
  }

  /**
   * Carries out Invoke; `members` are those of path, query and headers, and the payload is JSON text.
   * @throws ApiError when the function could not be run; a function that fails is no error
   */
  async handleInvoke(request: ServiceRequest, members: unknown, payload: Buffer): Promise<InvokeResponse> {
    return recordCall(this.#context, this.#registry, request, members, async (fields) => {
      const reference = this.#registry.reference(request.region, fields);
      const target = this.#registry.get(request.region, reference);
      const { version: executedVersion } = target.deployment(reference.qualifier);
      const { type, wantsLog, ...event } = readInvokeRequest(fields, payload);
      const { requestId, caller } = request;
      const run: Run = { target, ...qualifierOf(reference), ...event, requestId, invokedBy: caller.arn };
      if (type === 'DryRun') return { status: 204, payload: Buffer.alloc(0), executedVersion };
      if (type === 'Event') {
        this.#runner.runLater(run);
        return { status: 202, payload: Buffer.alloc(0), executedVersion };
      }
      const report = await this.#runner.run(run);
      return {
        status: 200,
        payload: report.payload,
        executedVersion,
        ...(report.error === undefined ? {} : { functionError: 'Unhandled' }),
        ...(wantsLog
          ? { logResult: Buffer.from(report.log).subarray(-logTailBytes).toString('base64') }
          : {}),
      };
    });
  }

  mayInvoke(functionArn: string, by: ServiceInvocation): boolean {
    const found = this.#find(functionArn);
    const statements = found?.target.policies.get(found.qualifier ?? '') ?? [];
    return statements.some((statement) => allowsInvocation(statement, by));
  }

  async invoke(
    functionArn: string,
    event: Readonly<Record<string, unknown>>,
    invokedBy: string,
  ): Promise<FunctionResult> {
    const requestId = randomUUID();
    try {
      const found = this.#find(functionArn);
      if (found === undefined) throw functionNotFound(functionArn);
      const payload = Buffer.from(JSON.stringify(event));
      const step = typeof event.Step === 'string' ? { step: event.Step } : {};
      const { error } = await this.#runner.run({ ...found, payload, requestId, invokedBy, ...step });
      return error === undefined ? { requestId } : { requestId, error };
    } catch (error) {
      const [type, message] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
      return { requestId, error: { type, message } };
    }
  }

  /** Kills every function process. */
  close(): Promise<void> {
    return this.#host.close();
  }

  #find(arn: string): Target | undefined {
    try {
      const region = regionOfFunctionArn(arn) ?? '';
      const reference = this.#registry.parse(region, arn);
      const target = this.#registry.get(region, reference);
      target.deployment(reference.qualifier);
      return { target, ...qualifierOf(reference) };
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }
}

function qualifierOf({ qualifier }: { readonly qualifier?: string }): { readonly qualifier?: string } {
  return qualifier === undefined ? {} : { qualifier };
}
