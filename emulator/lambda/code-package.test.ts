import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodePackage } from './code-package.ts';
import { Workspace } from './workspace.ts';

/** Where a zip's central directory begins, and where an entry in it has the size of its file (APPNOTE.TXT 4.3.12). */
const centralDirectory = Buffer.from('PK\x01\x02', 'latin1');
const uncompressedSizeOffset = 24;

let workspace: Workspace;

beforeEach(() => {
  workspace = new Workspace();
});

afterEach(async () => {
  await workspace.close();
});

function zip(entries: Zippable): Buffer {
  return Buffer.from(zipSync(entries));
}

/** Puts another name into a finished zip, where the library that wrote it would refuse it. */
function renamed(original: Buffer, from: string, to: string): Buffer {
  return Buffer.from(original.toString('latin1').replaceAll(from, to), 'latin1');
}

describe('unpacking code', () => {
  it('writes files, folders and permission bits', async () => {
    const unpacked = await CodePackage.unpack(
      zip({
        bootstrap: [strToU8('#!/bin/sh'), { os: 3, attrs: 0o100755 << 16 }],
        lib: { 'index.js': [strToU8('exports.a = 1'), { os: 3, attrs: 0o100644 << 16 }] },
      }),
      workspace,
    );

    expect((await stat(join(unpacked.folder, 'bootstrap'))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(unpacked.folder, 'lib/index.js'), 'utf8')).toBe('exports.a = 1');
  });

  it('goes away with its last user', async () => {
    const unpacked = await CodePackage.unpack(zip({ a: strToU8('a') }), workspace);
    unpacked.retain();

    await unpacked.release();
    const used = existsSync(unpacked.folder);
    await unpacked.release();

    expect([used, existsSync(unpacked.folder)]).toEqual([true, false]);
  });

  it.each([
    [
      'a name that climbs out',
      renamed(zip({ 'aa/outside': strToU8('x') }), 'aa/outside', '../outside'),
      /Could not unzip.*relative path/,
    ],
    [
      'an absolute name',
      renamed(zip({ 'atmp-outside': strToU8('x') }), 'atmp-outside', '/tmp-outside'),
      /Could not unzip.*absolute path/,
    ],
    [
      'a backslash',
      renamed(zip({ 'aa/outside': strToU8('x') }), 'aa/outside', '..\\outside'),
      /Could not unzip/,
    ],
    [
      'a symbolic link',
      zip({ link: [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] }),
      /link is a symbolic link/,
    ],
    ['what is no zip', Buffer.from('PK no'), /Could not unzip/],
    ['nothing', Buffer.alloc(0), /Could not unzip/],
  ])('refuses %s and leaves nothing', async (_, archive, message) => {
    const unpacking = CodePackage.unpack(archive, workspace);

    await expect(unpacking).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringMatching(message),
    });
    const folder = workspace.folder ?? '';
    expect(await readdir(folder)).toEqual([]);
    expect((await readdir(dirname(folder))).filter((name) => name.includes('outside'))).toEqual([]);
  });

  it('refuses more than 250 MB', async () => {
    const archive = zip({ a: strToU8('a') });
    archive.writeUInt32LE(262_144_001, archive.indexOf(centralDirectory) + uncompressedSizeOffset);

    const unpacking = CodePackage.unpack(archive, workspace);

    await expect(unpacking).rejects.toThrow('Unzipped size must be smaller than 262144000 bytes');
  });

  it('refuses a file that is larger than its zip says', async () => {
    const archive = zip({ a: [new Uint8Array(1_000_000), { level: 9 }] });
    archive.writeUInt32LE(10, archive.indexOf(centralDirectory) + uncompressedSizeOffset);

    const unpacking = CodePackage.unpack(archive, workspace);

    await expect(unpacking).rejects.toThrow(/Could not unzip.*too many bytes/);
  });
});
