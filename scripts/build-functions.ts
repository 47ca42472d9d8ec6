import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFunction } from './bundling/lean-bundle.ts';
import { reproducibleZip } from './bundling/reproducible-zip.ts';

/** The engines; each has a folder in functions/ and a zip in bundles/. */
const engines = ['postgres', 'mysql'];

/** Largest zip of each engine, in bytes: what is loaded at a cold start is what counts. */
const budgets: Readonly<Record<string, number>> = { postgres: 86_000, mysql: 127_000 };

const root = join(import.meta.dirname, '..');

await mkdir(join(root, 'bundles'), { recursive: true });
for (const engine of engines) {
  const { code } = await bundleFunction(join(root, 'functions', engine, 'index.ts'));
  const zip = reproducibleZip({ 'index.js': code });
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const budget = budgets[engine] ?? 0;
  if (zip.length > budget) {
    throw new Error(
      `bundles/${engine}.zip is ${zip.length} bytes, over its budget of ${budget}. See what grew with esbuild's metafile.`,
    );
  }
  await writeFile(join(root, 'bundles', `${engine}.zip`), zip);
  await writeFile(join(root, 'bundles', `${engine}.zip.sha256`), `${sha256}  ${engine}.zip\n`);
  console.log(`bundles/${engine}.zip  ${zip.length} bytes  sha256 ${sha256}`);
}
