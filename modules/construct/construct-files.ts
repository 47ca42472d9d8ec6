import type { GeneratedModule } from '../app.ts';
import { renderInputs, renderOutputs } from '../authoring/render-typescript.ts';

/**
 * Renders what the construct has from the root module: the text of each generated file by name.
 *
 * @throws Error when there is no root module
 */
export function constructFiles(modules: readonly GeneratedModule[]): Readonly<Record<string, string>> {
  const root = modules.find(({ folder }) => folder === '.');
  if (root === undefined)
    throw new Error('The construct stands for the module at the root, which is missing');
  return {
    'inputs.ts': renderInputs('RotatingSecretInputs', root.stack.variables),
    'outputs.ts': renderOutputs('RotatingSecretOutputs', root.stack.outputs),
  };
}
