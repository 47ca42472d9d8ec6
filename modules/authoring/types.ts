/** A value that a variable may default to. */
export type Literal =
  | string
  | number
  | boolean
  | null
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** The type of a variable, as data: its HCL, its documentation and its TypeScript are all written from it. */
export type Type =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'map' | 'set'; readonly element: Type }
  | { readonly kind: 'object'; readonly name: string; readonly attributes: Attributes };

/** The attributes of an object, by their names in HCL. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One attribute of an object. */
export interface Attribute {
  readonly type: Type;
  /** One or two sentences in Markdown. */
  readonly description: string;
  readonly optional: boolean;
  /** What an absent optional attribute becomes; null when there is none. */
  readonly default: Literal;
}

export const string: Type = { kind: 'string' };
export const number: Type = { kind: 'number' };
export const bool: Type = { kind: 'bool' };

/** A list of `element`. */
export const list = (element: Type): Type => ({ kind: 'list', element });

/** A map from strings to `element`. */
export const map = (element: Type): Type => ({ kind: 'map', element });

/**
 * An object of these attributes; Terraform drops any other silently.
 *
 * @param name what a programming language calls it; Terraform's types have no names
 */
export const object = (name: string, attributes: Attributes): Type => ({ kind: 'object', name, attributes });

/** An attribute that every caller gives. */
export const required = (type: Type, description: string): Attribute => ({
  type,
  description,
  optional: false,
  default: null,
});

/** An attribute that becomes `fallback`, or null, where a caller leaves it out. */
export const optional = (type: Type, description: string, fallback: Literal = null): Attribute => ({
  type,
  description,
  optional: true,
  default: fallback,
});

/** Writes a type as Terraform reads it, each attribute of an object under a comment that describes it. */
export function typeToHcl(type: Type, indent = ''): string {
  switch (type.kind) {
    case 'list':
    case 'map':
    case 'set':
      return `${type.kind}(${typeToHcl(type.element, indent)})`;
    case 'object':
      return `object({\n${attributesToHcl(type.attributes, `${indent}  `)}\n${indent}})`;
    default:
      return type.kind;
  }
}

function attributesToHcl(attributes: Attributes, indent: string): string {
  return Object.entries(attributes)
    .map(([name, { type, description, optional, default: fallback }]) => {
      const inner = typeToHcl(type, indent);
      const value = fallback === null ? inner : `${inner}, ${literalToHcl(fallback)}`;
      const comment = wrap(description, 110 - indent.length).map((line) => `${indent}# ${line}\n`);
      return `${comment.join('')}${indent}${name} = ${optional ? `optional(${value})` : inner}`;
    })
    .join('\n');
}

/** Writes a default inside of a type; a template sequence in a string is escaped. */
export function literalToHcl(value: Literal): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value).replaceAll(/([$%])\{/g, '$1$1{');
  if (isArray(value)) return `[${value.map(literalToHcl).join(', ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${key} = ${literalToHcl(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

const isArray: (value: Literal) => value is readonly Literal[] = Array.isArray;

/** Breaks a text into lines of at most `width` characters, at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
