import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';

describe('Deadline', () => {
  it.each([
    [60_000, 56_000],
    [10_000, 6_000],
    [8_000, 4_000],
    [3_000, 1_500],
    [7_001.5, 3_500],
    [0, 1],
  ])('of an invocation with %d ms left leaves %d ms', (remainingMs, expectedMs) => {
    const left = Deadline.ofInvocation(remainingMs).remainingMs();

    expect(left).toBeLessThanOrEqual(expectedMs);
    expect(left).toBeGreaterThanOrEqual(Math.max(1, expectedMs - 1_000));
  });

  it('aborts its signal when the time is up, and never reports less than a millisecond', async () => {
    const deadline = Deadline.in(5);

    await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));

    expect(deadline.remainingMs()).toBe(1);
  });
});
