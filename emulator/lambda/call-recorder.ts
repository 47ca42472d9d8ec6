import { ApiError, type ServiceContext, type ServiceRequest } from '../service.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { RequestFields } from './request-fields.ts';

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

/** Carries out a call and records it in the history, whether it succeeds or fails. */
export async function recordCall<T>(
  { clock, history }: ServiceContext,
  registry: FunctionRegistry,
  request: ServiceRequest,
  body: unknown,
  work: (fields: RequestFields) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  const time = clock.now();
  let fields: RequestFields | undefined;
  let errorName: string | undefined;
  try {
    fields = new RequestFields(body);
    return await work(fields);
  } catch (error) {
    errorName = error instanceof ApiError ? error.code : 'ServiceException';
    throw error;
  } finally {
    const resource = fields && functionArn(registry, request.region, fields);
    history.recordApiCall({
      time,
      service: 'lambda',
      operation: request.operation,
      region: request.region,
      caller: request.caller,
      requestId: request.requestId,
      userAgent: request.userAgent,
      ...(resource === undefined ? {} : { resource }),
      parameters: fields === undefined ? {} : visible(fields),
      durationMs: performance.now() - startedMs,
      ...(errorName === undefined ? {} : { errorName }),
    });
  }
}

/** The ARN of the function that the request names, where there is such a function. */
function functionArn(registry: FunctionRegistry, region: string, fields: RequestFields): string | undefined {
  const named = fields.raw('FunctionName') ?? fields.raw('Resource');
  if (typeof named !== 'string') return undefined;
  try {
    return registry.get(region, registry.parse(region, named)).arn;
  } catch {
    return undefined;
  }
}

function visible(fields: RequestFields): Record<string, unknown> {
  return Object.fromEntries(
    recordedMembers.filter((name) => fields.has(name)).map((name) => [name, fields.raw(name)]),
  );
}
