// Finds a function's handler as Lambda's Node runtime does: "folder/file.export", CommonJS or ECMAScript module.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** An error whose type Lambda gives, not the function's code. */
export class RuntimeError extends Error {
  constructor(type, message) {
    super(message);
    this.name = type;
  }
}

/** Loads the handler that `name` stands for, below `root`. Throws what the module throws, or a RuntimeError. */
export async function loadHandler(root, name) {
  const match = /^(?<file>(?:.*\/)?[^./][^.]*)\.(?<path>.+)$/.exec(name);
  if (match === null || name.includes('..'))
    throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler: ${name}`);
  const file = findFile(resolve(root, match.groups.file), match.groups.file);
  const module = await load(file, root);
  const handler = match.groups.path.split('.').reduce((value, key) => value?.[key], module);
  if (handler === undefined)
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function')
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

function findFile(base, name) {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const file = `${base}${extension}`;
    if (existsSync(file) && statSync(file).isFile()) return file;
  }
  throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
}

async function load(file, root) {
  try {
    return isModule(file, root) ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw typed('Runtime.UserCodeSyntaxError', error);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw typed('Runtime.ImportModuleError', error);
    }
    throw error;
  }
}

function typed(type, error) {
  const wrapped = new RuntimeError(type, String(error));
  wrapped.stack = error.stack;
  return wrapped;
}

function isModule(file, root) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  }
  return false;
}
