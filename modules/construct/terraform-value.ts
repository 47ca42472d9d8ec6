import { Token } from 'cdktf';
import { camelCase } from '../authoring/camel-case.ts';
import type { Type } from '../authoring/types.ts';

/**
 * Writes a property of a construct as the value of a variable: names of attributes become those of Terraform, and keys
 * of maps, which are the caller's own, stay. What is only known later stays as it is.
 *
 * @param path where the value stands, for a message
 * @throws TypeError where an object has a property that the module does not know: Terraform would drop it
 */
export function terraformValue(value: unknown, type: Type, path: string): unknown {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  switch (type.kind) {
    case 'list':
    case 'set':
      return Array.isArray(value)
        ? value.map((item, index) => terraformValue(item, type.element, `${path}[${index}]`))
        : value;
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          terraformValue(item, type.element, `${path}.${key}`),
        ]),
      );
    case 'object':
      return terraformValues(value, type.attributes, path);
    default:
      return value;
  }
}

/** The same for all properties of an object, by the types of what they become. Undefined ones are left out. */
export function terraformValues(
  properties: object,
  attributes: Readonly<Record<string, { readonly type: Type }>>,
  path: string,
): Record<string, unknown> {
  const names = new Map(Object.keys(attributes).map((name) => [camelCase(name), name]));
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([property, value]) => {
      const name = names.get(property);
      const attribute = name === undefined ? undefined : attributes[name];
      if (name === undefined || attribute === undefined) {
        throw new TypeError(
          `${path} has no property ${property}. It has: ${[...names.keys()].sort().join(', ')}.`,
        );
      }
      return [name, terraformValue(value, attribute.type, `${path}.${property}`)];
    }),
  );
}
