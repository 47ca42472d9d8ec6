// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform are the subject here
import { describe, expect, it } from 'vitest';
import { quote, soleExpression } from './template.ts';

describe('soleExpression', () => {
  it.each([
    ['${var.name}', 'var.name'],
    ['${merge({ a = 1 }, { b = "}" })}', 'merge({ a = 1 }, { b = "}" })'],
    ['${"${var.a}-${var.b}"}', '"${var.a}-${var.b}"'],
    ['${"\\"}"}', '"\\"}"'],
  ])('takes the braces off %s', (template, expression) => {
    expect(soleExpression(template)).toBe(expression);
  });

  it.each(['text', '${var.a}-${var.b}', 'x${var.a}', '$${var.a}', '%{if true}x%{endif}'])(
    'leaves %s alone, which is no single interpolation',
    (template) => {
      expect(soleExpression(template)).toBeUndefined();
    },
  );

  it('refuses a template that is never closed', () => {
    expect(() => soleExpression('${var.name')).toThrow('not closed');
  });
});

describe('quote', () => {
  it('escapes text and leaves what stands in an interpolation', () => {
    expect(quote('say "hi" to ${lookup(var.a, "b")}\\', false)).toBe(
      '"say \\"hi\\" to ${lookup(var.a, "b")}\\\\"',
    );
  });

  it('keeps a template escape of a template, and makes one of literal text', () => {
    expect(quote('$${x}', false)).toBe('"$${x}"');
    expect(quote('${x} %{y}', true)).toBe('"$${x} %%{y}"');
  });

  it('writes control characters by name or number', () => {
    expect(quote('a\nb\tc\u0001', false)).toBe('"a\\nb\\tc\\u0001"');
  });
});
