import { isBlock } from './block-names.ts';
import type { Block } from './declarations.ts';
import type { Body, Json } from './json.ts';
import { attributeName, renderAssignments, renderBare, renderValue } from './render-value.ts';

/** Attributes that open a body, apart from the rest. */
const OPENING = ['for_each', 'count', 'source'];

/** Attributes that follow the others, apart from them. */
const CLOSING = ['tags'];

/** What stands after every nested block. */
const LAST = ['depends_on'];

/** Blocks whose attributes have one conventional order, and between which no empty line stands. */
const COMPACT = new Set(['variable', 'output', 'validation', 'precondition', 'postcondition', 'assert']);

const RULE = `#${'-'.repeat(110)}`;

/** Renders blocks as HCL in the layout of `terraform fmt`, in the order given. */
export function renderHcl(blocks: readonly Block[]): string {
  return `${blocks.map(renderBlock).join('\n\n')}\n`;
}

function renderBlock({ keyword, labels, body, comment, section }: Block): string {
  const banner = section === undefined ? [] : [RULE, `# ${section}`, RULE, ''];
  const note = comment === undefined ? [] : comment.split('\n').map((line) => `# ${line}`);
  const head = [keyword, ...labels.map((label) => `"${label}"`)].join(' ');
  const lines = renderBody(body, keyword, '  ');
  const block = lines.length === 0 ? [`${head} {}`] : [`${head} {`, ...lines, '}'];
  return [...banner, ...note, ...block].join('\n');
}

type Entry = readonly [name: string, value: Json];

function renderBody(body: Body, owner: string, indent: string): string[] {
  const entries = Object.entries(body).filter(([name, value]) => name !== '//' && value !== undefined);
  const attributes = entries.filter(([name, value]) => !isBlock(owner, name, value));
  const nested = entries.filter(([name, value]) => isBlock(owner, name, value));
  const place = { indent, literal: owner === 'variable' };
  const render = (group: readonly Entry[]): string[] =>
    renderAssignments(
      group.map(([name, value]) => [
        attributeName(name),
        isBare(owner, name) ? renderBare(value, place) : renderValue(value, place),
      ]),
      indent,
      !COMPACT.has(owner),
    );

  const { opening, middle, closing, last } = groups(owner, attributes);
  const blocks = [
    ...nested.filter(([name]) => name !== 'lifecycle'),
    ...nested.filter(([name]) => name === 'lifecycle'),
  ];
  return [
    render(opening),
    render(middle),
    render(closing),
    ...blocks.flatMap(([name, value]) => renderNested(name, value, indent)),
    render(last),
  ]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Parts attributes into those that stand together. Locals have names of their own, which mean nothing here. */
function groups(
  owner: string,
  attributes: readonly Entry[],
): Record<'opening' | 'middle' | 'closing' | 'last', readonly Entry[]> {
  const named = (names: readonly string[]) =>
    owner === 'locals' || COMPACT.has(owner)
      ? []
      : names.flatMap((name) => attributes.filter(([key]) => key === name));
  const [opening, closing, last] = [named(OPENING), named(CLOSING), named(LAST)];
  const apart = [...opening, ...closing, ...last];
  return { opening, closing, last, middle: attributes.filter((entry) => !apart.includes(entry)) };
}

function renderNested(name: string, value: Json, indent: string): string[][] {
  const inner = `${indent}  `;
  if (name === 'dynamic') {
    return Object.entries(value as Body).map(([label, body]) => [
      `${indent}dynamic "${label}" {`,
      ...renderBody(body as Body, 'dynamic', inner),
      `${indent}}`,
    ]);
  }
  const bodies = Array.isArray(value) ? (value as readonly Body[]) : [value as Body];
  return bodies.map((body) => [`${indent}${name} {`, ...renderBody(body, name, inner), `${indent}}`]);
}

/** Tells whether an attribute holds references or a type, which stand without quotes. */
function isBare(owner: string, name: string): boolean {
  if (name === 'type') return owner === 'variable';
  if (name === 'ignore_changes') return owner === 'lifecycle';
  return name === 'depends_on' && owner !== 'locals';
}
