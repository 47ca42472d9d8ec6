// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform are the subject here
import { describe, expect, it } from 'vitest';
import { expr, hcl } from './expression.ts';

describe('expr', () => {
  it('wraps an expression once', () => {
    expect(expr`var.create ? 1 : ${0}`).toBe('${var.create ? 1 : 0}');
  });

  it('keeps an interpolation and backslashes of HCL as they are written', () => {
    expect(expr`can(regex("^\\d+\${local.suffix}$", var.name))`).toBe(
      '${can(regex("^\\\\d+${local.suffix}$", var.name))}',
    );
  });

  it('takes common indentation away', () => {
    expect(expr`
      alltrue([
        true
      ])
    `).toBe('${alltrue([\n  true\n])}');
  });
});

describe('hcl', () => {
  it('moves a fragment of several lines in as far as its place', () => {
    expect(hcl`
      [
        ${'{\n  a = 1\n}'}
      ]
    `).toBe('[\n  {\n    a = 1\n  }\n]');
  });

  it('nests in an expression without braces of its own', () => {
    expect(expr`coalesce(${hcl`var.a`}, "b")`).toBe('${coalesce(var.a, "b")}');
  });
});
