const redacted = '[redacted]';

/**
 * A value that must not be printed. Whatever turns it into text (string conversion, JSON, `util.inspect`)
 * gets `[redacted]`; only {@link Sensitive.reveal} gives the value, so that a search for `.reveal(` finds
 * every place that sees a secret.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted;
  }
}
