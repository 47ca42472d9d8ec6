import { describe, expect, it } from 'vitest';
import { jsonLogger } from './logger.ts';

describe('jsonLogger', () => {
  it('writes one JSON object a line', () => {
    const lines: string[] = [];

    jsonLogger((line) => lines.push(line)).info('Rotation step ended.', {
      step: 'setSecret',
      detail: 'two\nlines',
    });

    expect(lines).toEqual([
      '{"level":"INFO","message":"Rotation step ended.","step":"setSecret","detail":"two\\nlines"}\n',
    ]);
  });
});
