import { build, type Metafile } from 'esbuild';
import { leanModules } from './lean-modules.ts';

/** A function's code, ready to be zipped. */
export interface Bundle {
  /** What Lambda loads as `index.js`. */
  readonly code: Uint8Array;
  /** Which source files went into it; for checks of what must not. */
  readonly metafile: Metafile;
}

/**
 * Bundles an engine's function with everything it needs, for Lambda's Node.js 24.
 *
 * @param entryPoint path of its index.ts
 */
export async function bundleFunction(entryPoint: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entryPoint],
    outfile: 'index.js',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // CommonJS loads faster than modules here, and `require` in place of `import()` keeps the SDK's first call
    // from loading Node's HTTP/2 and web streams.
    format: 'cjs',
    supported: { 'dynamic-import': false },
    // The SDK's module builds leave out what is not imported; its CommonJS builds cannot.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    plugins: [leanModules],
    logLevel: 'warning',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entryPoint}`);
  return { code: output.contents, metafile };
}
