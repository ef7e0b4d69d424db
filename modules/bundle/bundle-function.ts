// Bundling is the slow part of a synthesis (loading esbuild alone costs more than the rest), so an unchanged function is taken
// from dist/functions/ without it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Zippable } from "fflate";
import * as z from "zod";
import { dependencies, sideEffects } from "../../package.json";
import { BUNDLE_OPTIONS, bundleSource, FUNCTIONS_FRAMEWORK } from "./bundle-source";
import { PROTOCOL_ROOTS, protocolFiles } from "./vertex-protocol";

export interface BundledFunction {
  /** The zip: index.js, a file for each `*.lazy` module that it imports when needed, and what its platform wants beside them. */
  readonly zipPath: string;
  /** Base64 SHA-256 of the zip's bytes, as Terraform's `source_code_hash` wants it. */
  readonly sha256: string;
}

const recordSchema = z.object({ key: z.string(), inputs: z.array(z.string()), sha256: z.string() });

/**
 * The bundle of a function: `entry`, a path within `projectDir`, with all that it imports. Equal sources give equal bytes in any
 * folder, on any machine. The packed package has no sources, but their bundles.
 * @throws Error when esbuild cannot bundle the entry, or a packed bundle is not what was packed
 */
export function bundleFunction(projectDir: string, entry: string): BundledFunction {
  const folder = bundleFolder(projectDir, entry);
  if (!existsSync(join(projectDir, entry))) return packed(folder, entry);
  return cached(projectDir, folder, entry) ?? build(projectDir, folder, entry);
}

/** The folder of a function's bundle: its zip, and bundle.json, which says what it was made of. */
export function bundleFolder(projectDir: string, entry: string): string {
  return join(projectDir, "dist", "functions", entry.replace(/\.ts$/, "").replaceAll("/", "-"));
}

function packed(folder: string, entry: string): BundledFunction {
  const zipPath = join(folder, "function.zip");
  const [zip, record] = [zipPath, join(folder, "bundle.json")].map((file) => (existsSync(file) ? readFileSync(file) : undefined));
  if (zip === undefined || record === undefined) {
    throw new Error(`got neither ${entry} nor its bundle in ${folder}; install the package again`);
  }
  const { sha256 } = recordSchema.parse(JSON.parse(record.toString("utf8")));
  if (sha256 !== sha256Of(zip)) throw new Error(`got a zip in ${zipPath} that is not the packed one; install the package again`);
  return { zipPath, sha256 };
}

function cached(projectDir: string, folder: string, entry: string): BundledFunction | undefined {
  try {
    const { key, inputs, sha256 } = recordSchema.parse(JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8")));
    const zipPath = join(folder, "function.zip");
    return key === cacheKey(projectDir, entry, inputs) && sha256 === sha256Of(readFileSync(zipPath))
      ? { zipPath, sha256 }
      : undefined;
  } catch {
    // No bundle yet, a source that is gone, a file cut short: whatever it is, building anew repairs it.
    return undefined;
  }
}

function build(projectDir: string, folder: string, entry: string): BundledFunction {
  const files: Record<string, string> = packageFiles(entry);
  const inputs = new Set<string>();
  const protocolReaders = new Set<string>();
  const waiting = new Map([["index.js", entry]]);
  for (const [name, source] of waiting) {
    const bundled = bundleSource(projectDir, source);
    files[name] = bundled.code;
    for (const input of bundled.inputs) inputs.add(input);
    for (const reader of bundled.protocolReaders) protocolReaders.add(reader);
    for (const [lazyName, lazySource] of bundled.lazy) waiting.set(lazyName, lazySource);
  }
  const zip = deterministicZip({ ...files, ...protocolFiles(projectDir, [...protocolReaders]) });
  const sha256 = sha256Of(zip);
  mkdirSync(folder, { recursive: true });
  const zipPath = join(folder, "function.zip");
  writeWhole(zipPath, zip);
  const key = cacheKey(projectDir, entry, [...inputs]);
  writeWhole(join(folder, "bundle.json"), JSON.stringify({ key, inputs: [...inputs], sha256 }));
  return { zipPath, sha256 };
}

function cacheKey(projectDir: string, entry: string, inputs: readonly string[]): string {
  const hash = createHash("sha256");
  const { version }: { version: string } = require("esbuild/package.json");
  hash.update(JSON.stringify([version, BUNDLE_OPTIONS, sideEffects, packageFiles(entry), PROTOCOL_ROOTS]));
  for (const file of ["package-lock.json", ...inputs]) hash.update(JSON.stringify([file, digestOf(join(projectDir, file))]));
  return hash.digest("hex");
}

/** Functions share most of their sources, so each is read once in a synthesis. */
const digests = new Map<string, { readonly stamp: string; readonly digest: string }>();

function digestOf(path: string): string {
  const { mtimeNs, ctimeNs, size } = statSync(path, { bigint: true });
  const stamp = `${mtimeNs} ${ctimeNs} ${size}`;
  const known = digests.get(path);
  if (known?.stamp === stamp) return known.digest;
  const digest = sha256Of(readFileSync(path));
  digests.set(path, { stamp, digest });
  return digest;
}

/** Regular file, rw-r--r--, as Unix writes it into the upper half of a zip's attributes. */
const MODE_0644 = 0o100644 * 0x10000;
const UNIX = 3;

/** A zip whose bytes depend on the names and texts of its files alone: not on order, clock, timezone, modes or Node's zlib. */
export function deterministicZip(files: Readonly<Record<string, string>>): Uint8Array {
  const { strToU8, zipSync }: typeof import("fflate") = require("fflate");
  // A zip holds local time without a zone, and 1980 is its first year: local components give the same bytes everywhere.
  const mtime = new Date(1980, 0, 1);
  const entries = Object.keys(files)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => [name, [strToU8(files[name] ?? ""), { level: 9, mtime, os: UNIX, attrs: MODE_0644 }]]);
  return zipSync(Object.fromEntries(entries) as Zippable);
}

/** Two syntheses may run at once: neither sees a file that the other has half written. */
function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

/** Functions of Google Cloud; what Lambda runs needs no package.json. */
const GOOGLE_ENTRIES = "functions/gcp/";

/**
 * The files that a function's platform wants beside its code. Google Cloud installs the server that calls the function as the
 * package.json says, and loads what `main` names: https://docs.cloud.google.com/run/docs/runtimes/nodejs-dependencies
 */
function packageFiles(entry: string): Record<string, string> {
  if (!entry.startsWith(GOOGLE_ENTRIES)) return {};
  const content = {
    name: "retrigger-function",
    private: true,
    main: "index.js",
    dependencies: { [FUNCTIONS_FRAMEWORK]: dependencies[FUNCTIONS_FRAMEWORK] },
  };
  return { "package.json": `${JSON.stringify(content, null, 2)}\n` };
}
