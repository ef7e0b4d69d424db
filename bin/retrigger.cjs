#!/usr/bin/env node
// Builds the command when it is called, so that it is never older than its sources, and runs it.
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const root = join(__dirname, "..");
const outdir = join(root, "dist/cli");
buildSync({
  entryPoints: [
    { in: join(root, "cli/retrigger.ts"), out: "retrigger" },
    { in: join(root, "cli/simulate/simulation-worker.ts"), out: "simulation-worker" },
  ],
  bundle: true,
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
  outdir,
});
require(join(outdir, "retrigger.js"));
