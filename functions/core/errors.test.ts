import { describe, expect, it } from 'vitest';
import { UnexpectedError } from './errors.ts';

describe('UnexpectedError', () => {
  it('keeps the name and the frames of the original and drops its message, in the stack too', () => {
    const original = new TypeError('cannot read "hunter2"\n of hunter2');

    const error = new UnexpectedError(original);

    expect(error.message).toContain('TypeError');
    expect(error.stack).toMatch(/errors\.test\.ts/);
    expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
    expect(error.cause).toBeUndefined();
  });
});
