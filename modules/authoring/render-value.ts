import type { Json } from './json.ts';
import { quote, soleExpression } from './template.ts';

/** Where a value stands. */
export interface Place {
  /** The spaces before the line that the value begins in. */
  readonly indent: string;
  /** Whether `${` in a string is text, as it is in the default of a variable, and not a template. */
  readonly literal: boolean;
}

/** A list on one line ends here at the latest. */
const LIST_WIDTH = 90;

/** Renders a value of Terraform's JSON syntax as an HCL expression. */
export function renderValue(value: Json, place: Place): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return renderString(value, place);
  const inner = { ...place, indent: `${place.indent}  ` };
  if (isList(value)) {
    return renderList(
      value.map((item) => renderValue(item, inner)),
      place.indent,
    );
  }
  const entries = Object.entries(value).map(
    ([key, item]) => [attributeName(key), renderValue(item, inner)] as const,
  );
  if (entries.length === 0) return '{}';
  return `{\n${renderAssignments(entries, inner.indent, false).join('\n')}\n${place.indent}}`;
}

const isList: (value: Json) => value is readonly Json[] = Array.isArray;

/** Renders what stands without quotes: a type, a reference, or a list of references. */
export function renderBare(value: Json, { indent }: Place): string {
  return isList(value) ? renderList(value.map(String), indent) : shift(String(value), indent);
}

/**
 * Renders lines of `key = text`. Neighbours of one line each are aligned, as `terraform fmt` does; a text of
 * several lines is not, and stands between empty lines where `spaced`.
 */
export function renderAssignments(
  entries: readonly (readonly [key: string, text: string])[],
  indent: string,
  spaced: boolean,
): string[] {
  const runs: (typeof entries)[] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    const joins = [...(last ?? []), entry].every(([, text]) => !text.includes('\n'));
    if (last !== undefined && joins) runs[runs.length - 1] = [...last, entry];
    else runs.push([entry]);
  }
  const blocks = runs.map((run) => {
    const width = Math.max(...run.map(([key]) => key.length));
    return run.map(([key, text]) => `${indent}${key.padEnd(width)} = ${text}`);
  });
  return blocks.flatMap((block, index) => (spaced && index > 0 ? ['', ...block] : block));
}

/** A key of an object or body: bare when it is an identifier, in quotes otherwise. */
export function attributeName(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : quote(key, false);
}

function renderList(items: readonly string[], indent: string): string {
  const line = `[${items.join(', ')}]`;
  if (!line.includes('\n') && indent.length + line.length <= LIST_WIDTH) return line;
  return `[\n${items.map((item) => `${indent}  ${item},`).join('\n')}\n${indent}]`;
}

function renderString(value: string, { indent, literal }: Place): string {
  const expression = literal ? undefined : soleExpression(value);
  return expression === undefined ? quote(value, literal) : shift(expression, indent);
}

/** Moves the second and later lines of a text in by `indent`. */
function shift(text: string, indent: string): string {
  return text.replaceAll(/\n(?!\n)/g, `\n${indent}`);
}
