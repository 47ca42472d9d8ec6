import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createModules } from '../modules/app.ts';
import { moduleFiles, withReference } from '../modules/authoring/module-files.ts';
import { constructFiles } from '../modules/construct/construct-files.ts';

// Writes the Terraform files of every module, the tables in its documentation, and what the construct's inputs and outputs are; with --check it writes nothing and fails where one is out of date.
const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const { modules } = createModules();
const written = [
  ...modules.flatMap(({ folder, document, stack }) => [
    ...filesIn(folder, moduleFiles(stack)),
    { path: document, text: withReference(readFileSync(join(root, document), 'utf8'), stack) },
  ]),
  ...filesIn('modules/construct', constructFiles(modules)),
];
const stale = written.filter(
  ({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
);

for (const { path, text } of stale) {
  if (!check) writeFileSync(join(root, path), text);
  console.log(check ? `${path} is out of date` : `wrote ${path}`);
}
if (check && stale.length > 0) {
  console.error(
    'The committed modules differ from their sources: run `npm run synth` and commit what it writes.',
  );
  process.exitCode = 1;
}

function filesIn(folder: string, files: Readonly<Record<string, string>>) {
  return Object.entries(files).map(([name, text]) => ({ path: join(folder, name), text }));
}
