import type { Block, ModuleStack } from './module-stack.ts';
import { renderHcl } from './render-hcl.ts';

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
