/** A template string of Terraform, in the order of its parts. */
type Part = { readonly kind: 'text' | 'sequence'; readonly text: string };

/**
 * Gives the expression of a string that is one interpolation and nothing else (`"${var.name}"`), without the
 * braces; undefined for every other string.
 */
export function soleExpression(template: string): string | undefined {
  const [first, second] = split(template);
  const isSole = first?.kind === 'sequence' && second === undefined && first.text.startsWith('${');
  return isSole ? first.text.slice(2, -1) : undefined;
}

/** Writes a string between quotes; interpolations and directives stay as they are, unless the text is `literal`. */
export function quote(text: string, literal: boolean): string {
  const parts: Part[] = literal
    ? [{ kind: 'text', text: text.replaceAll(/([$%])\{/g, '$1$1{') }]
    : split(text);
  return `"${parts.map((part) => (part.kind === 'text' ? escapeText(part.text) : part.text)).join('')}"`;
}

/** HCL knows `\n \r \t \" \\ \uNNNN`, so that other control characters are written by number. */
function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(
      /[\u0000-\u001f\u007f]/g,
      (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** Splits a template at its `${…}` and `%{…}`; the escapes `$${` and `%%{` are text. */
function split(template: string): Part[] {
  const parts: Part[] = [];
  let text = '';
  for (let at = 0; at < template.length; ) {
    const three = template.slice(at, at + 3);
    if (three === '$${' || three === '%%{') {
      text += three;
      at += 3;
    } else if (three.startsWith('${') || three.startsWith('%{')) {
      const end = endOfSequence(template, at + 2);
      if (text !== '') parts.push({ kind: 'text', text });
      parts.push({ kind: 'sequence', text: template.slice(at, end) });
      text = '';
      at = end;
    } else {
      text += template[at];
      at += 1;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

/** The position after the brace that closes a sequence whose inside starts at `at`. */
function endOfSequence(template: string, at: number): number {
  let depth = 1;
  for (let index = at; index < template.length; index += 1) {
    const character = template[index];
    if (character === '"') index = endOfQuoted(template, index + 1);
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  throw new Error(`A template is not closed: ${template}`);
}

/** The position of the quote that ends a string whose inside starts at `at`; templates may nest in it. */
function endOfQuoted(template: string, at: number): number {
  for (let index = at; index < template.length; index += 1) {
    const rest = template.slice(index, index + 3);
    if (rest.startsWith('\\')) index += 1;
    else if (rest.startsWith('"')) return index;
    else if (rest === '$${' || rest === '%%{') index += 2;
    else if (rest.startsWith('${') || rest.startsWith('%{')) index = endOfSequence(template, index + 2) - 1;
  }
  throw new Error(`A string is not closed: ${template}`);
}
