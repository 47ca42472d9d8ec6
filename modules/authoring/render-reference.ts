import type { Variable } from './declarations.ts';
import type { ModuleStack } from './module-stack.ts';
import { type Attribute, type Attributes, literalToHcl, type Type } from './types.ts';

/** Renders the inputs and outputs of a module as Markdown, from what its variables are made of. */
export function renderReference(stack: ModuleStack): string {
  const inputs = [...stack.variables].map(([name, variable]) => input(name, variable));
  const outputs = [...stack.outputs].map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return [
    '## Inputs',
    ...inputs,
    '## Outputs',
    ['| Name | Description |', '| --- | --- |', ...outputs].join('\n'),
  ].join('\n\n');
}

function input(name: string, { description, type, default: fallback, ephemeral }: Variable): string {
  const facts = [
    `\`${shortType(type)}\``,
    fallback === undefined ? 'required' : defaultOf(fallback),
    ...(ephemeral ? ['ephemeral'] : []),
  ];
  const attributes = attributesOf(type);
  const table =
    attributes === undefined
      ? []
      : [
          '',
          '| Attribute | Type | Default | Description |',
          '| --- | --- | --- | --- |',
          ...rows(attributes, ''),
        ];
  return [`### ${name}`, '', `${description} (${facts.join(', ')})`, ...table].join('\n');
}

function defaultOf(fallback: NonNullable<Variable['default']> | null): string {
  return fallback === null ? 'optional' : `\`${literalToHcl(fallback)}\` by default`;
}

/** One row an attribute, those of a nested object under the name of the outer one. */
function rows(attributes: Attributes, prefix: string): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => [
    row(`${prefix}${name}`, attribute),
    ...rows(
      attributesOf(attribute.type) ?? {},
      `${prefix}${name}${attribute.type.kind === 'object' ? '.' : '[].'}`,
    ),
  ]);
}

function row(name: string, { type, description, optional, default: fallback }: Attribute): string {
  const value = !optional ? 'required' : fallback === null ? '' : `\`${literalToHcl(fallback)}\``;
  return `| \`${name}\` | \`${shortType(type)}\` | ${cell(value)} | ${cell(description)} |`;
}

function attributesOf(type: Type): Attributes | undefined {
  switch (type.kind) {
    case 'object':
      return type.attributes;
    case 'list':
    case 'map':
    case 'set':
      return attributesOf(type.element);
    default:
      return undefined;
  }
}

function shortType(type: Type): string {
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'set':
      return `${type.kind}(${shortType(type.element)})`;
    default:
      return type.kind;
  }
}

/** A text as it may stand in a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
