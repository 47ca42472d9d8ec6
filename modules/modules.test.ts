import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { TerraformDataSource, TerraformResource } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { createModules } from './app.ts';
import { isBlock } from './authoring/block-names.ts';
import { moduleFiles, withReference } from './authoring/module-files.ts';
import { snakeCase } from './authoring/snake-case.ts';
import { constructFiles } from './construct/construct-files.ts';

const root = join(import.meta.dirname, '..');

describe.each(createModules().modules.map((module) => [module.folder, module] as const))(
  '%s',
  (folder, { document, stack }) => {
    const files = moduleFiles(stack);

    it('is committed as its source renders it', () => {
      for (const [name, text] of Object.entries(files)) {
        expect(readFileSync(join(root, folder, name), 'utf8'), name).toBe(text);
      }
    });

    it('is documented as its source says', () => {
      const text = readFileSync(join(root, document), 'utf8');

      expect(text).toBe(withReference(text, stack));
    });

    it('means as HCL what it means as the JSON that CDKTF makes', async () => {
      const parsed = await Promise.all(Object.entries(files).map(([name, text]) => parse(name, text)));

      const { '//': _, ...expected } = stack.toTerraform();

      expect(normal(parsed.reduce(merge, {}))).toEqual(normal(expected));
    });

    it('tells blocks from attributes as the bindings do', () => {
      const resources = stack.node
        .findAll()
        .filter((node) => TerraformResource.isTerraformResource(node) || node instanceof TerraformDataSource);

      for (const resource of resources) {
        const type = resource.terraformResourceType;
        const tree = resource.toHclTerraform() as Record<string, Record<string, Record<string, Described>>>;
        const attributes = (tree.resource ?? tree.data)?.[type]?.[resource.friendlyUniqueId] ?? {};
        for (const [name, attribute] of Object.entries(attributes)) {
          if (
            typeof attribute !== 'object' ||
            attribute.isBlock === undefined ||
            attribute.value === undefined
          )
            continue;
          expect(
            isBlock(type, snakeCase(name), typeof attribute.value === 'object' ? {} : 'text'),
            `${type}.${name}`,
          ).toBe(attribute.isBlock);
        }
      }
    });
  },
);

describe('the construct', () => {
  it('is committed as the root module renders it', () => {
    for (const [name, text] of Object.entries(constructFiles(createModules().modules)))
      expect(readFileSync(join(root, 'modules', 'construct', name), 'utf8'), name).toBe(text);
  });
});

/** An attribute as CDKTF describes it for its own HCL. */
interface Described {
  readonly isBlock?: boolean;
  readonly value?: unknown;
}

/**
 * Brings what differs in form alone to one form: JSON writes a single block with and without a list around it, a
 * type and a reference as a string.
 */
function normal(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, path));
    return items.length === 1 && typeof items[0] === 'object' ? items[0] : items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([name, inner]) => name !== '//' && inner !== undefined);
    return Object.fromEntries(entries.map(([name, inner]) => [name, normal(inner, [...path, name])]));
  }
  if (typeof value !== 'string') return value;
  const text = value.replaceAll(/\n */g, '\n');
  const name = path.at(-1) ?? '';
  const isBare =
    (name === 'type' && path[0] === 'variable') || ['depends_on', 'ignore_changes'].includes(name);
  return isBare ? text.replace(/^\$\{(.*)\}$/s, '$1') : text;
}

function merge(left: Record<string, unknown>, right: Record<string, unknown>): Record<string, unknown> {
  const locals = [...asList(left.locals), ...asList(right.locals)];
  return { ...left, ...right, ...(locals.length > 0 ? { locals: Object.assign({}, ...locals) } : {}) };
}

const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
