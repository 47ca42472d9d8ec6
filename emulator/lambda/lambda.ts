import { randomUUID } from 'node:crypto';
import {
  ApiError,
  type FunctionInvoker,
  type FunctionResult,
  type ServiceContext,
  type ServiceRequest,
} from '../service.ts';
import { FunctionHost, type FunctionHostOptions } from './function-host.ts';
import { regionOfFunctionArn } from './function-reference.ts';
import { FunctionRegistry } from './function-registry.ts';
import { FunctionRunner, type Run } from './function-runner.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { attributeOperations } from './operations/attribute-operations.ts';
import { functionOperations } from './operations/function-operations.ts';
import type { Operations } from './operations/operation.ts';
import { permissionOperations } from './operations/permission-operations.ts';
import { versionOperations } from './operations/version-operations.ts';
import { RequestFields } from './request-fields.ts';
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
      throw new ApiError(
        'UnknownOperationException',
        `this emulator has no Lambda operation ${request.operation}`,
        404,
      );
    }
    return this.#record(request, body, async (fields) =>
      operation({ region: request.region, request: fields, registry: this.#registry }),
    );
  }

  /**
   * Carries out Invoke; `members` are those of path, query and headers, and the payload is JSON text.
   * @throws ApiError when the function could not be run; a function that fails is no error
   */
  async handleInvoke(request: ServiceRequest, members: unknown, payload: Buffer): Promise<InvokeResponse> {
    return this.#record(request, members, async (fields) => {
      const reference = this.#registry.reference(request.region, fields);
      const target = this.#registry.get(request.region, reference);
      const deployment = target.deployment(reference.qualifier);
      const { version } = deployment;
      const type = fields.string('InvocationType') ?? 'RequestResponse';
      const clientContext = fields.string('ClientContext');
      const run: Run = {
        target,
        ...(reference.qualifier === undefined ? {} : { qualifier: reference.qualifier }),
        payload: checkPayload(payload),
        requestId: request.requestId,
        invokedBy: request.caller.arn,
        ...(clientContext === undefined ? {} : { clientContext }),
      };
      if (type === 'DryRun') return { status: 204, payload: Buffer.alloc(0), executedVersion: version };
      if (type === 'Event') {
        this.#runner.runLater(run);
        return { status: 202, payload: Buffer.alloc(0), executedVersion: version };
      }
      if (type !== 'RequestResponse') {
        throw new ApiError(
          'InvalidParameterValueException',
          `InvocationType: expected RequestResponse, Event or DryRun, found ${type}`,
        );
      }
      const report = await this.#runner.run(run);
      return {
        status: 200,
        payload: report.payload,
        executedVersion: version,
        ...(report.error === undefined ? {} : { functionError: 'Unhandled' }),
        ...(fields.string('LogType') === 'Tail' ? { logResult: tail(report.log) } : {}),
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
      if (found === undefined)
        throw new ApiError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404);
      const step = typeof event.Step === 'string' ? event.Step : undefined;
      const payload = Buffer.from(JSON.stringify(event));
      const { error } = await this.#runner.run({
        ...found,
        payload,
        requestId,
        invokedBy,
        ...(step === undefined ? {} : { step }),
      });
      return error === undefined ? { requestId } : { requestId, error };
    } catch (error) {
      const [type, message] =
        error instanceof Error ? [error.name, error.message] : ['ServiceException', String(error)];
      return { requestId, error: { type, message } };
    }
  }

  /** Kills every function process. */
  close(): Promise<void> {
    return this.#host.close();
  }

  #find(arn: string): { readonly target: LambdaFunction; readonly qualifier?: string } | undefined {
    try {
      const region = regionOfFunctionArn(arn) ?? '';
      const reference = this.#registry.parse(region, arn);
      const target = this.#registry.get(region, reference);
      target.deployment(reference.qualifier);
      return reference.qualifier === undefined ? { target } : { target, qualifier: reference.qualifier };
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }

  async #record<T>(
    request: ServiceRequest,
    body: unknown,
    work: (fields: RequestFields) => Promise<T>,
  ): Promise<T> {
    const startedMs = performance.now();
    const time = this.#context.clock.now();
    let fields: RequestFields | undefined;
    let errorName: string | undefined;
    try {
      fields = new RequestFields(body);
      return await work(fields);
    } catch (error) {
      errorName = error instanceof ApiError ? error.code : 'ServiceException';
      throw error;
    } finally {
      const resource = fields && this.#resource(request, fields);
      this.#context.history.recordApiCall({
        time,
        service: 'lambda',
        operation: request.operation,
        region: request.region,
        caller: request.caller,
        requestId: request.requestId,
        userAgent: request.userAgent,
        ...(resource === undefined ? {} : { resource }),
        parameters: fields === undefined ? {} : recordedParameters(fields),
        durationMs: performance.now() - startedMs,
        ...(errorName === undefined ? {} : { errorName }),
      });
    }
  }

  /** The ARN of the function that the request names, where there is such a function. */
  #resource(request: ServiceRequest, fields: RequestFields): string | undefined {
    const named = fields.raw('FunctionName') ?? fields.raw('Resource');
    if (typeof named !== 'string') return undefined;
    try {
      return this.#registry.get(request.region, this.#registry.parse(request.region, named)).arn;
    } catch {
      return undefined;
    }
  }
}

/** Members that tell calls apart; code, variables and payloads are never kept. */
const recordedMembers = [
  'FunctionName',
  'Qualifier',
  'InvocationType',
  'StatementId',
  'Principal',
  'SourceArn',
  'Name',
  'Resource',
];

function recordedParameters(fields: RequestFields): Record<string, unknown> {
  return Object.fromEntries(
    recordedMembers.filter((name) => fields.has(name)).map((name) => [name, fields.raw(name)]),
  );
}

function checkPayload(payload: Buffer): Buffer {
  if (payload.length === 0) return Buffer.from('{}');
  try {
    JSON.parse(payload.toString('utf8'));
    return payload;
  } catch (error) {
    throw new ApiError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function tail(log: string): string {
  return Buffer.from(log).subarray(-logTailBytes).toString('base64');
}
