// Bundling is the slow part of a synthesis (loading esbuild alone costs more than the rest), so an unchanged function is taken
// from dist/functions/ without it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";

export interface BundledFunction {
  /** The zip, holding index.js and a file for each `*.lazy` module that it imports when needed. */
  readonly zipPath: string;
  /** Base64 SHA-256 of the zip's bytes, as Terraform's `source_code_hash` wants it. */
  readonly sha256: string;
}

/** What `import("./x.lazy.js")` names becomes a file of its own in the zip, which is not parsed before it is needed. */
const LAZY = ".lazy.js";

/** Lambda's credentials come from the environment, so every other source of them stays out: a fifth of the code. */
const UNUSED_CREDENTIALS = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@aws-sdk/nested-clients",
  "@aws-sdk/token-providers",
  "@smithy/credential-provider-imds",
];

const OPTIONS = {
  bundle: true,
  external: [`*${LAZY}`, ...UNUSED_CREDENTIALS],
  platform: "node",
  format: "cjs",
  target: "node24",
  // The packages' ES modules, where unused parts can be dropped: less than half of what `main` gives.
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  sourcemap: false,
  charset: "utf8",
  metafile: true,
  write: false,
  logLevel: "silent",
  // Nothing of the surroundings may change the output.
  tsconfigRaw: {},
} as const;

const recordSchema = z.object({ key: z.string(), inputs: z.array(z.string()), sha256: z.string() });

/**
 * The bundle of a function: `entry`, a path within `projectDir`, with all that it imports. Equal sources give equal bytes in any
 * folder, on any machine.
 * @throws Error when esbuild cannot bundle the entry
 */
export function bundleFunction(projectDir: string, entry: string): BundledFunction {
  const folder = join(projectDir, "dist", "functions", entry.replace(/\.ts$/, "").replaceAll("/", "-"));
  return cached(projectDir, folder) ?? build(projectDir, folder, entry);
}

function cached(projectDir: string, folder: string): BundledFunction | undefined {
  try {
    const { key, inputs, sha256 } = recordSchema.parse(JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8")));
    const zipPath = join(folder, "function.zip");
    return key === cacheKey(projectDir, inputs) && sha256 === sha256Of(readFileSync(zipPath)) ? { zipPath, sha256 } : undefined;
  } catch {
    // No bundle yet, a source that is gone, a file cut short: whatever it is, building anew repairs it.
    return undefined;
  }
}

function build(projectDir: string, folder: string, entry: string): BundledFunction {
  const { deterministicZip }: typeof import("./deterministic-zip") = require("./deterministic-zip");
  const files: Record<string, string> = {};
  const inputs = new Set<string>();
  const waiting = new Map([["index.js", entry]]);
  for (const [name, source] of waiting) {
    const bundled = bundle(projectDir, source);
    files[name] = bundled.text;
    for (const input of bundled.inputs) inputs.add(input);
    for (const lazy of bundled.lazy) waiting.set(basename(lazy).replace(/\.ts$/, ".js"), lazy);
  }
  const zip = deterministicZip(files);
  const sha256 = sha256Of(zip);
  mkdirSync(folder, { recursive: true });
  const zipPath = join(folder, "function.zip");
  writeWhole(zipPath, zip);
  const key = cacheKey(projectDir, [...inputs]);
  writeWhole(join(folder, "bundle.json"), JSON.stringify({ key, inputs: [...inputs], sha256 }));
  return { zipPath, sha256 };
}

/** The text of one file, the project's own sources in it, and those that it imports lazily. */
function bundle(projectDir: string, source: string): { text: string; inputs: string[]; lazy: string[] } {
  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const { outputFiles, metafile } = buildSync({
    ...OPTIONS,
    external: [...OPTIONS.external],
    mainFields: [...OPTIONS.mainFields],
    absWorkingDir: projectDir,
    entryPoints: [source],
  });
  const sources = Object.entries(metafile.inputs).filter(([input]) => !input.includes("node_modules/"));
  const lazy = sources.flatMap(([importer, { imports }]) =>
    imports.filter(({ path }) => path.endsWith(LAZY)).map(({ path }) => join(dirname(importer), path.replace(/\.js$/, ".ts"))),
  );
  // Packages are pinned by the lock file, which is part of the key.
  return { text: outputFiles[0]?.text ?? "", inputs: sources.map(([input]) => input), lazy };
}

function cacheKey(projectDir: string, inputs: readonly string[]): string {
  const hash = createHash("sha256");
  const { version }: { version: string } = require("esbuild/package.json");
  hash.update(JSON.stringify([version, OPTIONS]));
  for (const file of ["package-lock.json", ...inputs]) {
    const content = readFileSync(join(projectDir, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  return hash.digest("hex");
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
