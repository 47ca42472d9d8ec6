import { ApiError } from '../../service.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import { constraint, type RequestFields } from '../request-fields.ts';
import { namedFunction, type OperationCall, type Operations } from './operation.ts';

/** Lambda's quota for the tags of a function. */
const maxTags = 50;

/** Tags, reserved concurrency and the code-signing configuration of a function. */
export const attributeOperations: Operations = {
  ListTags(call) {
    return { Tags: Object.fromEntries(taggedFunction(call).tags) };
  },

  TagResource(call) {
    const target = taggedFunction(call);
    const merged = new Map([...target.tags, ...readTags(call.request)]);
    if (merged.size > maxTags)
      throw new ApiError('InvalidParameterValueException', `A function has at most ${maxTags} tags`);
    for (const [key, value] of merged) target.tags.set(key, value);
    return {};
  },

  UntagResource(call) {
    const target = taggedFunction(call);
    for (const key of call.request.strings('TagKeys') ?? []) target.tags.delete(key);
    return {};
  },

  PutFunctionConcurrency(call) {
    const { target } = namedFunction(call);
    const reserved = call.request.integer('ReservedConcurrentExecutions', 0, 1000);
    if (reserved === undefined)
      throw constraint('ReservedConcurrentExecutions', 'null', 'Member must not be null');
    target.reservedConcurrency = reserved;
    return { ReservedConcurrentExecutions: reserved };
  },

  GetFunctionConcurrency(call) {
    const { reservedConcurrency } = namedFunction(call).target;
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },

  DeleteFunctionConcurrency(call) {
    namedFunction(call).target.reservedConcurrency = undefined;
    return {};
  },

  PutFunctionCodeSigningConfig(call) {
    const { target } = namedFunction(call);
    target.codeSigningConfigArn = call.request.requiredString('CodeSigningConfigArn');
    return describeCodeSigning(target);
  },

  GetFunctionCodeSigningConfig(call) {
    return describeCodeSigning(namedFunction(call).target);
  },

  DeleteFunctionCodeSigningConfig(call) {
    namedFunction(call).target.codeSigningConfigArn = undefined;
    return {};
  },
};

/** Reads the `Tags` of a request; none when it has none. */
export function readTags(request: RequestFields): ReadonlyMap<string, string> {
  const tags = request.stringMap('Tags') ?? new Map<string, string>();
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || value.length > 256 || key.toLowerCase().startsWith('aws:')) {
      throw new ApiError(
        'InvalidParameterValueException',
        `Tag ${key}: expected a key of 1 to 128 characters that does not begin with aws:, and a value of at most 256`,
      );
    }
  }
  return tags;
}

function taggedFunction({ region, request, registry }: OperationCall): LambdaFunction {
  const resource = request.requiredString('Resource');
  return registry.get(region, registry.parse(region, resource));
}

function describeCodeSigning({ name, codeSigningConfigArn }: LambdaFunction): Record<string, unknown> {
  return {
    FunctionName: name,
    ...(codeSigningConfigArn === undefined ? {} : { CodeSigningConfigArn: codeSigningConfigArn }),
  };
}
