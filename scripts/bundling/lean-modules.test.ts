import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from './lean-bundle.ts';

/** What the bundle has in the place of iconv-lite. */
interface Decoders {
  getDecoder(name: string): { write(bytes: Buffer): string };
  getEncoder(name: string): unknown;
}

describe('the replacement of iconv-lite', () => {
  let folder: string;
  let decoders: Decoders;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lean-modules-'));
    const entry = join(folder, 'entry.ts');
    await writeFile(entry, "export { getDecoder, getEncoder } from 'iconv-lite';");
    const { code } = await bundleFunction(entry);
    await writeFile(join(folder, 'bundle.cjs'), code);
    decoders = createRequire(import.meta.url)(join(folder, 'bundle.cjs')) as Decoders;
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads the greeting of a server', () => {
    expect(decoders.getDecoder('cesu8').write(Buffer.from('8.4.0-größe'))).toBe('8.4.0-größe');
    expect(decoders.getDecoder('gbk').write(Buffer.from([0xc3, 0xfb]))).toBe('名');
  });

  it.each(['cp850', 'armscii8'])('refuses %s by a code that the engine knows', (name) => {
    const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_CHARACTER_SET' });

    expect(() => decoders.getDecoder(name)).toThrow(unsupported);
    expect(() => decoders.getEncoder(name)).toThrow(unsupported);
  });
});
