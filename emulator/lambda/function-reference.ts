import { ApiError } from '../service.ts';
import { constraint } from './request-fields.ts';

/** A function as a request names it. */
export interface FunctionReference {
  readonly name: string;
  /** A version, `$LATEST`, or an alias; absent when the request names none. */
  readonly qualifier?: string;
}

const namePattern = /^[a-zA-Z0-9-_]{1,64}$/;
const qualifierPattern = /^(\$LATEST|[a-zA-Z0-9-_]{1,128})$/;
const referencePattern =
  /^(?:(?:arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?function:)?(?<name>[^:]+)(?::(?<qualifier>[^:]+))?$/;

/**
 * Reads a name, a partial ARN (`123456789012:function:name`) or an ARN, each with an optional `:qualifier`.
 * @throws ApiError `ValidationException` for what is none of them, `ResourceNotFoundException` for another region's function
 */
export function readFunctionReference(
  text: string,
  where: { readonly region: string; readonly account: string },
  separateQualifier?: string,
): FunctionReference {
  const parts = referencePattern.exec(text)?.groups;
  const name = parts?.name ?? '';
  const qualifier = separateQualifier ?? parts?.qualifier;
  if (!namePattern.test(name)) {
    throw constraint(
      'FunctionName',
      text,
      `Member must satisfy regular expression pattern: ${namePattern.source}, or be an ARN`,
    );
  }
  if (qualifier !== undefined && !qualifierPattern.test(qualifier)) {
    throw constraint(
      'Qualifier',
      qualifier,
      `Member must satisfy regular expression pattern: ${qualifierPattern.source}`,
    );
  }
  if (
    parts?.qualifier !== undefined &&
    separateQualifier !== undefined &&
    parts.qualifier !== separateQualifier
  ) {
    throw new ApiError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const region = parts?.region ?? where.region;
  if (region !== where.region) {
    throw new ApiError(
      'ResourceNotFoundException',
      `Functions from '${region}' are not reachable in this region ('${where.region}')`,
      404,
    );
  }
  if ((parts?.account ?? where.account) !== where.account) {
    throw new ApiError('ResourceNotFoundException', `Function not found: ${text}`, 404);
  }
  return { name, ...(qualifier === undefined ? {} : { qualifier }) };
}

/** The region of a function's ARN; undefined when it is none. */
export function regionOfFunctionArn(arn: string): string | undefined {
  return /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):/.exec(arn)?.[1];
}
