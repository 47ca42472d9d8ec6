/** What an expression may interpolate: a piece of HCL as text, never a token of CDKTF. */
type Fragment = string | number | boolean;

/**
 * Writes a Terraform expression: `` expr`var.create ? 1 : 0` `` gives `"${var.create ? 1 : 0}"`.
 *
 * The text between the backticks is HCL and reaches the module verbatim, over as many lines as it has; common
 * indentation is taken away, and an interpolation of HCL inside of its strings is written `\${…}`. It stands in for
 * CDKTF's `Fn`, `Op` and `conditional`, which lose nulls, escape `path.module`, and nest `${}` wrongly after an object
 * literal.
 *
 * The type is what the attribute expects, since Terraform decides it only when the expression is evaluated.
 */
export function expr<T = string>(strings: TemplateStringsArray, ...fragments: Fragment[]): T {
  return `\${${hcl(strings, ...fragments)}}` as unknown as T;
}

/** Writes a piece of HCL to be used inside of an {@link expr}, without the braces around it. */
export function hcl(strings: TemplateStringsArray, ...fragments: Fragment[]): string {
  const raw = strings.raw.map((text) => text.replaceAll('\\${', '${').replaceAll('\\`', '`'));
  const written = fragments.reduce<string>(
    (text, fragment, index) => text + indented(String(fragment), text) + (raw[index + 1] ?? ''),
    raw[0] ?? '',
  );
  return dedent(written);
}

/** Moves the further lines of a fragment in as far as the line that it is put into. */
function indented(fragment: string, before: string): string {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return fragment.replaceAll('\n', `\n${' '.repeat(line.length - line.trimStart().length)}`);
}

function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.slice(text.startsWith('\n') ? 0 : 1).filter((line) => line.trim() !== '');
  const common = Math.min(...indents.map((line) => line.length - line.trimStart().length), Infinity);
  return lines
    .map((line, index) =>
      index === 0 && !text.startsWith('\n') ? line : line.slice(Number.isFinite(common) ? common : 0),
    )
    .join('\n')
    .trim();
}

/**
 * Writes a string that Terraform interpolates: `` template`found \${var.name}` ``. Where a whole value is one
 * expression, {@link expr} says so.
 */
export const template = hcl;
