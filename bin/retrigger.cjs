#!/usr/bin/env node
// Builds the command when it is called, so that it is never older than its sources, and runs it.
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const root = join(__dirname, "..");
const outfile = join(root, "dist/cli/retrigger.js");
buildSync({
  entryPoints: [join(root, "cli/retrigger.ts")],
  bundle: true,
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
  outfile,
});
require(outfile);
