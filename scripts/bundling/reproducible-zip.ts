import { zipSync } from 'fflate';

/** The earliest date that a zip can hold; a fixed one, so that the same content gives the same bytes. */
const date = new Date(1980, 0, 1);

/** Zips files such that the bytes depend on their names and contents alone. */
export function reproducibleZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  // Permissions of a Unix file, rw-r--r--: without them Lambda cannot read what it unpacked.
  return zipSync(Object.fromEntries(sorted), { level: 9, mtime: date, os: 3, attrs: 0o100644 << 16 });
}
