import { expect, it } from 'vitest';
import { nativeVerifier } from './verifier.ts';

it('is what SELECT PASSWORD() of the server gives', () => {
  expect(nativeVerifier('two')).toBe('*A41BEE51488264C01B96DE959A9142AF1A75205E');
});
