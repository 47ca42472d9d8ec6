import { ApiError } from '../service.ts';

/**
 * The shape of a member of a request: what the service's model says of it. `parse` returns the value and adds
 * a sentence to `problems` for each constraint that it breaks.
 */
export interface Shape<T> {
  readonly sensitive?: boolean;
  parse(value: unknown, path: string, problems: string[]): T;
}

/** The members of a structure; those that are not marked `required` may be absent. */
export type Members = Readonly<Record<string, Shape<unknown>>>;
/** The type of a value of this shape. */
export type Parsed<S> = S extends Shape<infer T> ? T : never;

interface Required<T> extends Shape<T> {
  readonly required: true;
}
type Structure<M extends Members> = {
  readonly [K in keyof M as M[K] extends { required: true } ? K : never]: Parsed<M[K]>;
} & {
  readonly [K in keyof M as M[K] extends { required: true } ? never : K]?: Parsed<M[K]> | undefined;
};

/** A string; lengths in characters. A `sensitive` one is never repeated in an error, a record or an event. */
export function text(
  limits: {
    min?: number;
    max?: number;
    pattern?: RegExp;
    oneOf?: readonly string[];
    sensitive?: boolean;
  } = {},
): Shape<string> {
  return {
    sensitive: limits.sensitive ?? false,
    parse(value, path, problems) {
      if (typeof value !== 'string') throw wrongType(path, 'a string', value);
      const shown = limits.sensitive ? '' : ` '${value}'`;
      const broken = (constraint: string): void => {
        problems.push(`Value${shown} at '${path}' failed to satisfy constraint: Member must ${constraint}`);
      };
      if (value.length < (limits.min ?? 0)) broken(`have length greater than or equal to ${limits.min}`);
      if (value.length > (limits.max ?? Infinity)) broken(`have length less than or equal to ${limits.max}`);
      if (limits.pattern?.test(value) === false) {
        broken(`satisfy regular expression pattern: ${limits.pattern.source}`);
      }
      if (limits.oneOf?.includes(value) === false)
        broken(`satisfy enum value set: [${limits.oneOf.join(', ')}]`);
      return value;
    },
  };
}

/** Binary data as base64; limits in bytes. Parsed to base64 in its one canonical spelling. */
export function blob(limits: { min: number; max: number }): Shape<string> {
  return {
    sensitive: true,
    parse(value, path, problems) {
      if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
        throw wrongType(path, 'base64 text', value);
      }
      const bytes = Buffer.from(value, 'base64');
      if (bytes.length < limits.min || bytes.length > limits.max) {
        problems.push(
          `Value at '${path}' failed to satisfy constraint: Member must have length between ${limits.min} and ${limits.max}`,
        );
      }
      return bytes.toString('base64');
    },
  };
}

/** A whole number. */
export function integer(limits: { min?: number; max?: number } = {}): Shape<number> {
  return {
    parse(value, path, problems) {
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'an integer', value);
      const broken = (constraint: string): void => {
        problems.push(
          `Value '${value}' at '${path}' failed to satisfy constraint: Member must ${constraint}`,
        );
      };
      if (value < (limits.min ?? -Infinity)) broken(`have value greater than or equal to ${limits.min}`);
      if (value > (limits.max ?? Infinity)) broken(`have value less than or equal to ${limits.max}`);
      return value;
    },
  };
}

/** A boolean. */
export const flag: Shape<boolean> = {
  parse(value, path) {
    if (typeof value !== 'boolean') throw wrongType(path, 'a boolean', value);
    return value;
  },
};

/** A list; limits in entries. */
export function list<T>(member: Shape<T>, limits: { min?: number; max?: number } = {}): Shape<readonly T[]> {
  return {
    parse(value, path, problems) {
      if (!Array.isArray(value)) throw wrongType(path, 'a list', value);
      const broken = (constraint: string): void => {
        problems.push(`Value at '${path}' failed to satisfy constraint: Member must ${constraint}`);
      };
      if (value.length < (limits.min ?? 0)) broken(`have length greater than or equal to ${limits.min}`);
      if (value.length > (limits.max ?? Infinity)) broken(`have length less than or equal to ${limits.max}`);
      return value.map((entry, index) => member.parse(entry, `${path}.${index + 1}.member`, problems));
    },
  };
}

/** Marks a member that must be present. */
export function required<T>(shape: Shape<T>): Required<T> {
  return { ...shape, required: true };
}

/** A structure. Members that it does not name are ignored, as the service ignores them; `null` means absent. */
export function structure<const M extends Members>(
  members: M,
): Shape<Structure<M>> & { readonly members: M } {
  return {
    members,
    parse(value, path, problems) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw wrongType(path, 'a structure', value);
      }
      const given = value as Readonly<Record<string, unknown>>;
      const parsed: Record<string, unknown> = {};
      for (const [name, shape] of Object.entries(members)) {
        const memberPath = path === '' ? lowerCamel(name) : `${path}.${lowerCamel(name)}`;
        const member = Object.hasOwn(given, name) ? (given[name] ?? undefined) : undefined;
        if (member !== undefined) parsed[name] = shape.parse(member, memberPath, problems);
        else if ('required' in shape) {
          problems.push(
            `Value null at '${memberPath}' failed to satisfy constraint: Member must not be null`,
          );
        }
      }
      // The loop has gone through exactly the members of M, which a mapped type cannot follow.
      return parsed as Structure<M>;
    },
  };
}

/**
 * Parses a request.
 *
 * @throws ApiError SerializationException for a value of another type, ValidationException (with all
 *   broken constraints) otherwise
 */
export function parseRequest<T>(shape: Shape<T>, body: unknown): T {
  const problems: string[] = [];
  const parsed = shape.parse(body, '', problems);
  if (problems.length > 0) {
    const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
    throw new ApiError('ValidationException', `${count}: ${problems.join('; ')}`);
  }
  return parsed;
}

/** The spelling of a member in paths and in CloudTrail: `SecretId` → `secretId`, `ARN` → `arn`. */
export function lowerCamel(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (start) => start.toLowerCase());
}

function wrongType(path: string, expected: string, value: unknown): ApiError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  const where = path === '' ? 'The request' : `'${path}'`;
  return new ApiError('SerializationException', `${where} must be ${expected}, but ${found} was given.`);
}
