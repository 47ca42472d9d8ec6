import type { FunctionRegistry } from '../function-registry.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { RequestFields } from '../request-fields.ts';

/** A call of an operation, with the members of path, query and body in one. */
export interface OperationCall {
  readonly region: string;
  readonly request: RequestFields;
  readonly registry: FunctionRegistry;
}

/** Operations by name. Each returns the members of its response. */
export type Operations = Readonly<
  Record<string, (call: OperationCall) => Record<string, unknown> | Promise<Record<string, unknown>>>
>;

/**
 * Finds the function that a request names, and the qualifier if it names one.
 * @throws ApiError `ResourceNotFoundException`
 */
export function namedFunction(call: OperationCall): {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
} {
  const reference = call.registry.reference(call.region, call.request);
  const target = call.registry.get(call.region, reference);
  return reference.qualifier === undefined ? { target } : { target, qualifier: reference.qualifier };
}
