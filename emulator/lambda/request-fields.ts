import { ApiError } from '../service.ts';

/** The members of a request, read with the type that the API gives them; every reader's error is AWS's. */
export class RequestFields {
  readonly #members: ReadonlyMap<string, unknown>;

  /** @throws ApiError `InvalidRequestContentException` when the body is no JSON object */
  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new ApiError(
        'InvalidRequestContentException',
        'Could not parse request body into json: expected an object',
      );
    }
    // A map has no prototype that a member named `__proto__` could reach. Null means absent.
    this.#members = new Map(Object.entries(body).filter(([, value]) => value !== null));
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** The member as it came; for what is recorded and given back. */
  raw(name: string): unknown {
    return this.#members.get(name);
  }

  string(name: string): string | undefined {
    const value = this.#members.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(name, 'a string', value);
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw constraint(name, 'null', 'Member must not be null');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#members.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrongType(name, 'a boolean', value);
  }

  /** An integer from `minimum` to `maximum`, both included. */
  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#members.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'an integer', value);
    if (value < minimum)
      throw constraint(name, value, `Member must have value greater than or equal to ${minimum}`);
    if (value > maximum)
      throw constraint(name, value, `Member must have value less than or equal to ${maximum}`);
    return value;
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.#members.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrongType(name, 'a list of strings', value);
  }

  stringMap(name: string): ReadonlyMap<string, string> | undefined {
    const entries = this.object(name)?.entries();
    return (
      entries &&
      new Map(
        entries.map(([key, value]) => {
          if (typeof value !== 'string') throw wrongType(`${name}.${key}`, 'a string', value);
          return [key, value];
        }),
      )
    );
  }

  object(name: string): RequestFields | undefined {
    const value = this.#members.get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(name, 'an object', value);
    return new RequestFields(value);
  }

  entries(): [string, unknown][] {
    return [...this.#members];
  }
}

/** The error of a member that breaks a rule of the API's model. */
export function constraint(name: string, value: unknown, rule: string): ApiError {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return new ApiError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

function wrongType(name: string, expected: string, found: unknown): ApiError {
  const kind = Array.isArray(found) ? 'a list' : typeof found;
  return new ApiError('SerializationException', `${name}: expected ${expected}, found ${kind}`);
}
