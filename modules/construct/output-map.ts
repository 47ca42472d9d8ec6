import { type IResolvable, type IResolveContext, propertyAccess } from 'cdktf';

/**
 * An output that is a map: known once the module is applied, so that it can be looked up in and handed on, but not
 * listed.
 */
export class OutputMap<T> implements IResolvable {
  readonly creationStack: string[];
  readonly #expression: IResolvable;
  readonly #read: (expression: IResolvable) => T;

  private constructor(expression: IResolvable, read: (expression: IResolvable) => T) {
    this.creationStack = expression.creationStack;
    this.#expression = expression;
    this.#read = read;
  }

  /** Gives what makes a map of an expression, and a `T` of each of its values. */
  static of<T>(read: (expression: IResolvable) => T): (expression: IResolvable) => OutputMap<T> {
    return (expression) => new OutputMap(expression, read);
  }

  /** The value under a key. Terraform refuses to plan when there is none. */
  lookup(key: string): T {
    return this.#read(propertyAccess(this.#expression, [key]));
  }

  /** The whole map, for CDKTF to write. */
  resolve(context: IResolveContext): unknown {
    return this.#expression.resolve(context);
  }

  toString(): string {
    return this.#expression.toString();
  }
}
