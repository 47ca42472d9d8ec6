import { App } from 'cdktf';
import { expect, it } from 'vitest';
import { expr } from './expression.ts';
import { ModuleStack } from './module-stack.ts';
import { renderReference } from './render-reference.ts';
import { bool, map, object, optional, required, string } from './types.ts';

it('documents variables with their attributes, and outputs', () => {
  class Documented extends ModuleStack {}
  const stack = new Documented(new App({ skipValidation: true }), 'documented');
  const inner = object('Inner', { on: optional(bool, 'Whether, or not | never.', true) });
  stack.variable('things', {
    description: 'The things.',
    type: map(object('Thing', { name: required(string, 'Its name.'), inner: optional(inner, 'Inner.', {}) })),
    default: {},
  });
  stack.output('names', { description: 'Their names.', value: expr`keys(var.things)` });

  expect(renderReference(stack)).toBe(`## Inputs

### things

The things. (\`map(object)\`, \`{}\` by default)

| Attribute | Type | Default | Description |
| --- | --- | --- | --- |
| \`name\` | \`string\` | required | Its name. |
| \`inner\` | \`object\` | \`{}\` | Inner. |
| \`inner.on\` | \`bool\` | \`true\` | Whether, or not \\| never. |

## Outputs

| Name | Description |
| --- | --- |
| \`names\` | Their names. |`);
});
