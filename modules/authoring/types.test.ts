// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform are the subject here
import { describe, expect, it } from 'vitest';
import { bool, list, map, number, object, optional, required, string, typeToHcl, wrap } from './types.ts';

describe('typeToHcl', () => {
  it('describes each attribute of an object above it', () => {
    const type = map(
      object('Thing', {
        name: required(string, 'Its name.'),
        ports: optional(list(number), 'Its ports.', []),
      }),
    );

    expect(typeToHcl(type)).toBe(
      [
        'map(object({',
        '  # Its name.',
        '  name = string',
        '  # Its ports.',
        '  ports = optional(list(number), [])',
        '}))',
      ].join('\n'),
    );
  });

  it('nests objects, and escapes a template in a default', () => {
    const type = object('Outer', {
      inner: optional(object('Inner', { on: optional(bool, 'Whether.', true) }), 'Inner.', {}),
      text: optional(string, 'Text.', '${x}'),
    });

    expect(typeToHcl(type)).toContain('    on = optional(bool, true)\n  }), {})');
    expect(typeToHcl(type)).toContain('text = optional(string, "$${x}")');
  });
});

describe('wrap', () => {
  it('breaks at spaces only', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('averylongword b', 4)).toEqual(['averylongword', 'b']);
  });
});
