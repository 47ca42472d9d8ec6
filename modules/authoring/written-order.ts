import type { Body, Json } from './json.ts';
import { snakeCase } from './snake-case.ts';

/** Orders a body as its author wrote it, which CDKTF's bindings forget; what they added follows. */
export function inWrittenOrder(body: Body, written: unknown): Body {
  if (typeof written !== 'object' || written === null) return body;
  const order = Object.entries(written).map(([key, value]) => [snakeCase(key), value] as const);
  const ordered: Record<string, Json> = {};
  for (const [key, inner] of order) if (key in body) ordered[key] = reorder(body[key], inner);
  return { ...ordered, ...Object.fromEntries(Object.entries(body).filter(([key]) => !(key in ordered))) };
}

function reorder(value: Json, written: unknown): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => reorder(item, Array.isArray(written) ? written[index] : written));
  }
  if (typeof value === 'object' && value !== null) return inWrittenOrder(value as Body, written);
  return value;
}
