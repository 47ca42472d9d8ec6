import type { Block } from './declarations.ts';
import type { ModuleStack } from './module-stack.ts';
import { renderHcl } from './render-hcl.ts';
import { renderReference } from './render-reference.ts';

const HEADER = '# Generated from TypeScript by `npm run synth`. Do not edit.\n\n';

/** Which file of a module a block stands in, by convention of Terraform modules. */
function fileOf({ keyword }: Block): string {
  switch (keyword) {
    case 'variable':
      return 'variables.tf';
    case 'output':
      return 'outputs.tf';
    case 'terraform':
      return 'versions.tf';
    default:
      return 'main.tf';
  }
}

/** Renders a module: the text of each of its files by name. */
export function moduleFiles(stack: ModuleStack): Readonly<Record<string, string>> {
  const files = Map.groupBy(stack.blocks(), fileOf);
  return Object.fromEntries([...files].map(([name, blocks]) => [name, HEADER + renderHcl(blocks)]));
}

const BEGIN = '<!-- inputs and outputs: written by `npm run synth` -->';
const END = '<!-- end of inputs and outputs -->';

/**
 * Writes the inputs and outputs of a module between the two marks of its documentation.
 *
 * @throws Error when the marks are missing
 */
export function withReference(document: string, stack: ModuleStack): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin)
    throw new Error(`The documentation of ${stack.node.id} lacks the lines ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${renderReference(stack)}\n\n${document.slice(end)}`;
}
