/**
 * Replaces members of a JSON object's text and leaves every other byte alone, so that what a rotation does
 * not own stays value for value and in order. Parsing and printing would not: it loses the precision of long
 * numbers, moves keys that look like integers to the front, and drops duplicates.
 *
 * A member that occurs twice is replaced in both places (readers differ in which they take); one that is
 * missing is appended.
 *
 * @param text a JSON object, already known to parse
 */
export function replaceMembers(text: string, values: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [key, value] of Object.entries(values))
    result = replaceMember(result, key, JSON.stringify(value));
  return result;
}

function replaceMember(text: string, key: string, json: string): string {
  const { members, end } = topLevelMembers(text);
  const places = members.filter((member) => member.key === key);
  if (places.length === 0) {
    const separator = members.length === 0 ? '' : ',';
    const before = text.slice(0, end).trimEnd();
    return `${before}${separator}${JSON.stringify(key)}:${json}${text.slice(before.length)}`;
  }
  let result = text;
  for (const { valueStart, valueEnd } of places.toReversed()) {
    result = result.slice(0, valueStart) + json + result.slice(valueEnd);
  }
  return result;
}

interface Member {
  readonly key: string;
  /** Offsets of the value in the text, without surrounding white space. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The members of the outermost object, and the offset of its closing brace. */
function topLevelMembers(text: string): { readonly members: readonly Member[]; readonly end: number } {
  const members: Member[] = [];
  let depth = 0;
  let key: string | undefined;
  let valueStart = 0;
  const closeMember = (position: number): void => {
    if (key === undefined) return;
    const raw = text.slice(valueStart, position);
    const start = valueStart + raw.length - raw.trimStart().length;
    members.push({ key, valueStart: start, valueEnd: start + raw.trim().length });
    key = undefined;
  };
  for (let position = 0; position < text.length; position++) {
    const character = text[position];
    if (character === '"') {
      const close = endOfString(text, position);
      // Before the colon of a top-level member the string is its key; every other string is part of a value.
      if (depth === 1 && key === undefined) {
        key = JSON.parse(text.slice(position, close)) as string;
        position = text.indexOf(':', close);
        valueStart = position + 1;
      } else {
        position = close - 1;
      }
    } else if (character === '{' || character === '[') {
      depth++;
    } else if (character === ',' && depth === 1) {
      closeMember(position);
    } else if (character === '}' || character === ']') {
      if (depth === 1) {
        closeMember(position);
        return { members, end: position };
      }
      depth--;
    }
  }
  return { members, end: text.length };
}

/** The offset behind the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let position = open + 1;
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}
