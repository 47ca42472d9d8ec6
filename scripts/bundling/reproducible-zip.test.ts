import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { reproducibleZip } from './reproducible-zip.ts';

describe('reproducibleZip', () => {
  const one = new TextEncoder().encode('one');
  const two = new TextEncoder().encode('two');

  it('gives the same bytes whenever and in whatever order the files come', async () => {
    const first = reproducibleZip({ 'a.js': one, 'b.js': two });
    await new Promise((resolve) => setTimeout(resolve, 2_100)); // a zip's clock ticks every two seconds

    expect(Buffer.from(reproducibleZip({ 'b.js': two, 'a.js': one }))).toEqual(Buffer.from(first));
  });

  it('holds the files', () => {
    expect(unzipSync(reproducibleZip({ 'a.js': one }))).toEqual({ 'a.js': one });
  });

  it('lets everybody read what is unpacked', () => {
    const zip = Buffer.from(reproducibleZip({ 'a.js': one }));
    const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));

    // APPNOTE.TXT 4.4.15: the upper half of the external attributes holds the Unix mode.
    expect((zip.readUInt32LE(directory + 38) >>> 16) & 0o777).toBe(0o644);
  });
});
