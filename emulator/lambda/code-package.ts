import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { ApiError } from '../service.ts';
import type { Workspace } from './workspace.ts';

/** Lambda's quota for unpacked code, 250 MB. */
const maxUnpackedBytes = 262_144_000;
const fileTypeMask = 0o170000;
const symbolicLink = 0o120000;

/** Code as it was uploaded, unpacked into a folder that lives as long as a version uses it. */
export class CodePackage {
  readonly folder: string;
  /** Bytes of the zip. */
  readonly size: number;
  /** Base64, as Lambda's CodeSha256. */
  readonly sha256: string;
  #users = 1;

  private constructor(folder: string, zip: Buffer) {
    this.folder = folder;
    this.size = zip.length;
    this.sha256 = sha256(zip);
  }

  /**
   * Unpacks a zip, with the permission bits that it records. The caller is its first user, and has to release it.
   * @throws ApiError `InvalidParameterValueException` when it is no zip, too large, or reaches outside its folder
   */
  static async unpack(zip: Buffer, workspace: Workspace): Promise<CodePackage> {
    const folder = await workspace.makeFolder();
    try {
      await unpackInto(folder, zip);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error instanceof ApiError ? error : unreadable(error);
    }
    return new CodePackage(folder, zip);
  }

  retain(): void {
    this.#users += 1;
  }

  /** Removes the folder when nobody uses it any more. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The hash that Lambda gives as CodeSha256: base64, not hex. */
export function sha256(zip: Buffer): string {
  return createHash('sha256').update(zip).digest('base64');
}

async function unpackInto(folder: string, zip: Buffer): Promise<void> {
  // yauzl refuses absolute names, drive letters and "..", and a stream that is longer than its entry's recorded size.
  const archive = await yauzl.fromBufferPromise(zip, { strictFileNames: true });
  let unpackedBytes = 0;
  for await (const entry of archive.eachEntry()) {
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > maxUnpackedBytes) {
      throw new ApiError(
        'InvalidParameterValueException',
        `Unzipped size must be smaller than ${maxUnpackedBytes} bytes`,
      );
    }
    const mode = entry.externalFileAttributes >>> 16;
    if ((mode & fileTypeMask) === symbolicLink) {
      throw new ApiError(
        'InvalidParameterValueException',
        `Could not unzip uploaded file: ${entry.fileName} is a symbolic link, which this emulator refuses: pack the file itself`,
      );
    }
    const target = join(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(target));
    await chmod(target, 0o600 | (mode & 0o777));
  }
}

function unreadable(error: unknown): ApiError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError(
    'InvalidParameterValueException',
    `Could not unzip uploaded file. Please check your file, then try to upload again. (${reason})`,
  );
}
