// Prints the parts of an installation by size: `npm run sizes`, or `npm run sizes -- <folder>` of another one, such as a user's.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const MB = 1_000_000;
/** Parts below it are summed up. */
const LEAST_MB = 8;

function main(folder: string): void {
  const modules = join(folder, "node_modules");
  const seen = new Set<number>();
  const sizes = packagesOf(modules).map((name) => ({ name, bytes: sizeOf(join(modules, name), seen) }));
  const whole = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const large = sizes.filter(({ bytes }) => bytes >= LEAST_MB * MB).sort((a, b) => b.bytes - a.bytes);
  const rest = whole - large.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [...large, { name: `${sizes.length - large.length} others`, bytes: rest }, { name: "**all**", bytes: whole }];
  console.log(`Node ${process.versions.node}, ${process.platform}-${process.arch}, ${modules}\n\n| package | MB |\n|---|---|`);
  for (const { name, bytes } of rows) console.log(`| ${name} | ${(bytes / MB).toFixed(1)} |`);
}

function packagesOf(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

/** Bytes on the disk; a file with several names counts once. */
function sizeOf(path: string, seen: Set<number>): number {
  const { ino, nlink, blocks } = lstatSync(path);
  if (nlink > 1 && !lstatSync(path).isDirectory()) {
    if (seen.has(ino)) return 0;
    seen.add(ino);
  }
  const own = blocks * 512;
  if (!lstatSync(path).isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), seen), own);
}

main(process.argv[2] ?? ".");
