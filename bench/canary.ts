// Proves that the step to the living fork of CDKTF is a rename: installs cdktn under the name cdktf into a folder of
// its own, and compares what both synthesise. Asks the npm registry, so it is no test: `npm run canary`.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** docs/decisions/0001 */
const CDKTN = "0.24.0";
/** Both clouds, every section, and every kind of target. */
const CONFIGURATIONS = ["retrigger.yaml", "docs/examples/every-target.yaml"];
/** What tells of the synthesis itself and not of resources: cdktf's metadata. */
const METADATA = "//";

const FORK = resolve("dist/canary");
const APP = resolve("dist/canary-cdktf.js");
const FORK_APP = join(FORK, "main.js");

function main(): boolean {
  rmSync(FORK, { recursive: true, force: true });
  mkdirSync(FORK, { recursive: true });
  install();
  const external = ["cdktf", "constructs", "esbuild"].map((name) => `--external:${name}`);
  execFileSync("node_modules/.bin/esbuild", [
    resolve("main.ts"),
    "--bundle",
    "--platform=node",
    "--log-level=error",
    ...external,
    `--outfile=${APP}`,
  ]);
  cpSync(APP, FORK_APP);
  return CONFIGURATIONS.map(isEqual).every(Boolean);
}

/** cdktn as cdktf; whatever else the app needs is found in the project, whose folder this is in. */
function install(): void {
  const dependencies = { cdktf: `npm:cdktn@${CDKTN}`, constructs: installedVersion("constructs") };
  writeFileSync(join(FORK, "package.json"), JSON.stringify({ name: "retrigger-canary", private: true, dependencies }));
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error"];
  execFileSync("npm", ["install", ...options], { cwd: FORK, stdio: "inherit" });
}

function isEqual(file: string): boolean {
  const [old, fork] = [synthesised(file, APP, installedVersion("cdktf")), synthesised(file, FORK_APP, CDKTN)];
  const differences = [...new Set([...old.keys(), ...fork.keys()])].filter((key) => old.get(key) !== fork.get(key));
  const versions = `cdktf ${installedVersion("cdktf")} and cdktn ${CDKTN}`;
  if (differences.length === 0) {
    console.log(`${file}: ${versions} synthesise the same ${old.size} resources, data sources, outputs, providers and backends`);
    return true;
  }
  console.log(`${file}: ${versions} differ in ${differences.length} of ${old.size}:`);
  for (const key of differences)
    console.log(`  ${key}\n    cdktf: ${old.get(key) ?? "none"}\n    cdktn: ${fork.get(key) ?? "none"}`);
  return false;
}

/** What the stacks of a configuration hold, by stack, kind, type and name, as JSON. */
function synthesised(file: string, app: string, expectedVersion: string): Map<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), "retrigger-canary-out-"));
  const env = { ...process.env, CDKTF_OUTDIR: outdir, RETRIGGER_CONFIG: file };
  execFileSync(process.execPath, [app], { env, stdio: "inherit" });
  const parts = new Map<string, string>();
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    const terraform = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    const { version } = terraform[METADATA].metadata;
    if (version !== expectedVersion) throw new Error(`${app} was synthesised by ${version}; expected ${expectedVersion}`);
    for (const [kind, types] of Object.entries<Record<string, object>>(terraform)) {
      if (kind === METADATA) continue;
      for (const [type, named] of Object.entries(types)) {
        const items = kind === "resource" || kind === "data" ? Object.entries(named) : [["", named] as const];
        for (const [name, item] of items) parts.set([stack, kind, type, name].filter(Boolean).join("."), withoutMetadata(item));
      }
    }
  }
  rmSync(outdir, { recursive: true });
  return parts;
}

function withoutMetadata(item: unknown): string {
  return JSON.stringify(item, (key, value: unknown) => (key === METADATA ? undefined : value));
}

function installedVersion(name: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  return version;
}

if (!main()) process.exitCode = 1;
