import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/** What the package's own files leave to the installation: one copy of cdktf for it and for the app around it. */
const EXTERNAL = ["cdktf", "constructs", "esbuild"];

const OPTIONS = {
  bundle: true,
  platform: "node",
  target: "node20",
  external: EXTERNAL,
  // Names stay as they are, in stack traces and for cdktf, which tells some classes by them.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "error",
} as const;

/** Parts of the library that others import, by the names of their files: `retrigger/aws` and so on. */
export const PUBLIC_PARTS = ["aws", "gcp", "config"] as const;

/**
 * Writes what the package runs into `folder`: main.js, which cdktf.json names, a file for each public part, and the command line,
 * with all that they import but cdktf and constructs.
 */
export async function buildBundles(root: string, folder: string): Promise<Metafile[]> {
  const library = await build({
    ...OPTIONS,
    external: [...EXTERNAL],
    entryPoints: [join(root, "packaging/library.ts")],
    outfile: join(folder, "library.js"),
  });
  writeFileSync(join(folder, "main.js"), `require("./library.js").app();\n`);
  for (const part of PUBLIC_PARTS) writeFileSync(join(folder, `${part}.js`), await publicPart(root, part));
  const cli = await build({
    ...OPTIONS,
    external: [...EXTERNAL],
    entryPoints: [
      { in: join(root, "cli/retrigger.ts"), out: "retrigger" },
      { in: join(root, "cli/simulate/simulation-worker.ts"), out: "simulation-worker" },
    ],
    outdir: join(folder, "cli"),
  });
  return [library.metafile, cli.metafile];
}

/** The face of a part. The names stand in it for ES modules, which read them from the text of a CommonJS file. */
async function publicPart(root: string, part: string): Promise<string> {
  const { metafile } = await build({
    entryPoints: [join(root, `packaging/public/${part}.ts`)],
    bundle: true,
    platform: "node",
    packages: "external",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  return `module.exports = require("./library.js").${part}();\n0 && (module.exports = { ${names.join(", ")} });\n`;
}
