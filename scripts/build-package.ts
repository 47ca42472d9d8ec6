import { execFileSync } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

// Builds dist/, which is what the npm package holds: the Terraform module, and the construct over it for CDKTF and for
// its continuation, CDK Terrain. Both have the same names, so that one source serves both.
const toolkits = ['cdktf', 'cdktn'];

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
await copyModule(join(dist, 'module'));
const declarations = await compileDeclarations();
for (const toolkit of toolkits) {
  await bundleConstruct(toolkit, join(dist, toolkit));
  await writeDeclarations(declarations, toolkit, join(dist, toolkit));
}
console.log(`dist/  the module, and the construct for ${toolkits.join(' and ')}`);

/** Copies what Terraform reads, and nothing that it was written from. */
async function copyModule(target: string): Promise<void> {
  for await (const file of glob(['*.tf', 'modules/*/*.tf', 'bundles/*.zip'], { cwd: root })) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(root, file), join(target, file));
  }
}

/** Compiles the declarations of the construct: the text of each by its name. */
async function compileDeclarations(): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'rotating-secret-declarations-'));
  try {
    const project = join(root, 'modules', 'construct', 'tsconfig.json');
    execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['--project', project, '--outDir', folder], {
      stdio: 'inherit',
    });
    const texts = new Map<string, string>();
    const compiled = join(folder, 'modules', 'construct');
    for await (const name of glob('*.d.ts', { cwd: compiled })) {
      const text = await readFile(join(compiled, name), 'utf8');
      // What reaches outside of the folder is no part of the construct's face.
      if (!text.includes("from '../")) texts.set(name, text);
    }
    return texts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes one file that both `require` and `import` can load, since many apps of CDKTF are CommonJS. */
async function bundleConstruct(toolkit: string, folder: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'modules', 'construct', 'index.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    alias: { cdktf: toolkit },
    external: ['constructs', ...toolkits],
    define: { 'import.meta.dirname': '__dirname' },
    // The names of classes are the types of constructs in what is synthesised.
    keepNames: true,
    logLevel: 'warning',
  });
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

async function writeDeclarations(
  declarations: ReadonlyMap<string, string>,
  toolkit: string,
  folder: string,
): Promise<void> {
  for (const [name, text] of declarations) {
    const written = text
      .replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.js'")
      .replaceAll("from 'cdktf'", `from '${toolkit}'`);
    await writeFile(join(folder, name), written);
  }
}
