import { strToU8, type Zippable, zipSync } from "fflate";

/** Regular file, rw-r--r--, as Unix writes it into the upper half of a zip's attributes. */
const MODE_0644 = 0o100644 * 0x10000;
const UNIX = 3;

/** A zip whose bytes depend on the names and texts of its files alone: not on order, clock, timezone, modes or Node's zlib. */
export function deterministicZip(files: Readonly<Record<string, string>>): Uint8Array {
  // A zip holds local time without a zone, and 1980 is its first year: local components give the same bytes everywhere.
  const mtime = new Date(1980, 0, 1);
  const entries = Object.keys(files)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => [name, [strToU8(files[name] ?? ""), { level: 9, mtime, os: UNIX, attrs: MODE_0644 }]]);
  return zipSync(Object.fromEntries(entries) as Zippable);
}
