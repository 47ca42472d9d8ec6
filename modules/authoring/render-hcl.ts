import { isBlock } from './block-names.ts';
import type { Block, Body, Json } from './module-stack.ts';
import { quote, soleExpression } from './template.ts';

/** Where a rendered value stands: how far in, and whether `${` in it is a template or text. */
interface Place {
  readonly indent: string;
  /** Terraform reads these strings of its JSON syntax as they are. */
  readonly literal: boolean;
}

/** Attributes whose strings are references or types, and stand without quotes. */
const BARE = new Set(['type', 'depends_on', 'ignore_changes', 'replace_triggered_by', 'provider']);

/** Meta-arguments that open a block, apart from the rest. */
const OPENING = ['for_each', 'count', 'source'];

/** Attributes that close a block, apart from the rest. */
const CLOSING = ['tags', 'depends_on'];

/** Blocks of a few attributes that belong together, between which no empty line stands. */
const COMPACT = new Set(['variable', 'output', 'validation', 'precondition', 'postcondition', 'assert']);

/** Renders blocks as HCL in the layout of `terraform fmt`, in the order given. */
export function renderHcl(blocks: readonly Block[]): string {
  return `${blocks.map(renderBlock).join('\n\n')}\n`;
}

function renderBlock({ keyword, labels, body, comment, section }: Block): string {
  const banner = section === undefined ? [] : [RULE, `# ${section}`, RULE, ''];
  const note = comment === undefined ? [] : comment.split('\n').map((line) => `# ${line}`);
  const head = [keyword, ...labels.map((label) => `"${label}"`)].join(' ');
  const lines = keyword === 'terraform' ? renderRequirements(body) : renderBody(body, keyword, '  ');
  return [...banner, ...note, lines.length === 0 ? `${head} {}` : `${head} {\n${lines.join('\n')}\n}`].join(
    '\n',
  );
}

const RULE = `#${'-'.repeat(110)}`;

function renderRequirements({ required_version, required_providers }: Body): string[] {
  const providers = renderAttributes(
    Object.entries(required_providers as Body),
    { indent: '    ', literal: true },
    false,
  );
  return [
    `  required_version = ${quote(String(required_version), true)}`,
    '',
    '  required_providers {',
    ...providers,
    '  }',
  ];
}

function renderBody(body: Body, owner: string, indent: string): string[] {
  const entries = Object.entries(body).filter(([key, value]) => key !== '//' && value !== undefined);
  const attributes = entries.filter(([key, value]) => !isBlock(owner, key, value));
  const pick = (names: readonly string[]) =>
    names.flatMap((name) => attributes.filter(([key]) => key === name && owner !== 'locals'));
  const outer = owner === 'variable' || owner === 'output' ? [] : [...OPENING, ...CLOSING];
  const literal = owner === 'variable';
  const groups = [
    ...(outer.length === 0 ? [] : [pick(OPENING)]),
    attributes.filter(([key]) => owner === 'locals' || !outer.includes(key)),
    ...(outer.length === 0 ? [] : CLOSING.map((name) => pick([name]))),
  ].map((group) => renderAttributes(group, { indent, literal }, !COMPACT.has(owner)));
  const blocks = entries
    .filter(([key, value]) => isBlock(owner, key, value))
    .sort(([a], [b]) => Number(a === 'lifecycle') - Number(b === 'lifecycle'))
    .flatMap(([key, value]) => renderNested(key, value, indent));
  return [...groups, ...blocks]
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : ['', ...group]));
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

function renderAttributes(
  attributes: readonly (readonly [string, Json])[],
  place: Place,
  spaced: boolean,
): string[] {
  const texts = attributes.map(
    ([key, value]) => [attributeName(key), renderAttribute(key, value, place)] as const,
  );
  return assignments(texts, place.indent, spaced);
}

/**
 * Aligns neighbours of one line each, as `terraform fmt` does. A value of several lines is never aligned, and
 * stands between empty lines where `spaced`.
 */
function assignments(
  texts: readonly (readonly [string, string])[],
  indent: string,
  spaced: boolean,
): string[] {
  const runs: (readonly (readonly [string, string])[])[] = [];
  for (const entry of texts) {
    const last = runs.at(-1);
    const joins = last?.every(([, text]) => !text.includes('\n')) && !entry[1].includes('\n');
    if (last !== undefined && joins) runs[runs.length - 1] = [...last, entry];
    else runs.push([entry]);
  }
  const blocks = runs.map((run) => {
    const width = Math.max(...run.map(([key]) => key.length));
    return run.map(([key, text]) => `${indent}${key.padEnd(width)} = ${text}`);
  });
  return blocks.flatMap((block, index) => (spaced && index > 0 ? ['', ...block] : block));
}

function renderAttribute(key: string, value: Json, place: Place): string {
  if (!BARE.has(key)) return renderValue(value, literalWhere(key, place));
  if (Array.isArray(value)) return renderList(value.map(String), place.indent);
  return typeof value === 'string' && soleExpression(value) === undefined
    ? shift(value, place.indent)
    : renderValue(value, place);
}

/** Conditions and messages of a variable's validation are templates, unlike its default and description. */
function literalWhere(key: string, place: Place): Place {
  return { ...place, literal: place.literal && (key === 'default' || key === 'description') };
}

function renderValue(value: Json, place: Place): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return renderString(value, place);
  if (Array.isArray(value)) {
    return renderList(
      value.map((item) => renderValue(item, { ...place, indent: `${place.indent}  ` })),
      place.indent,
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const inner = { ...place, indent: `${place.indent}  ` };
  const texts = entries.map(([key, item]) => [attributeName(key), renderValue(item, inner)] as const);
  return `{\n${assignments(texts, inner.indent, false).join('\n')}\n${place.indent}}`;
}

function renderList(items: readonly string[], indent: string): string {
  const line = `[${items.join(', ')}]`;
  if (!line.includes('\n') && indent.length + line.length <= 90) return line;
  return `[\n${items.map((item) => `${indent}  ${item},`).join('\n')}\n${indent}]`;
}

function renderString(value: string, { indent, literal }: Place): string {
  const expression = literal ? undefined : soleExpression(value);
  return expression === undefined ? quote(value, literal) : shift(expression, indent);
}

/** Moves the second and later lines of a text in by `indent`. */
function shift(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : `${indent}${line}`))
    .join('\n');
}

/** A key of an object or body: bare when it is an identifier, in quotes otherwise. */
function attributeName(key: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return key;
  const expression = soleExpression(key);
  return expression === undefined ? quote(key, false) : `(${expression})`;
}
