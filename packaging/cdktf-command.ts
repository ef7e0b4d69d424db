// cdktf-cli 0.21 cannot be a dependency of a package: its terminal library has no binary for Node 24, which only the root of an
// installation may replace, and most of its 260 MB is for converting HCL, and for other languages. So the package brings the two
// files of which the command consists, with the terminal library that works, and without these.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

/** The terminal library that package.json puts in the place of cdktf-cli's own. */
export const TERMINAL = "@lydell/node-pty";

/** Packages that read a file beside their code keep a folder of their own, beside `bundle`. */
const IN_OWN_FOLDER: Readonly<Record<string, string>> = { "@cdktf/hcl2json": "hcl2json", "@cdktf/hcl-tools": "hcl-tools" };
const BESIDE = "main.wasm.gz";

/** It evaluates code that refers to its own names, so it is copied as it is. */
const YOGA = "yoga-layout-prebuilt";

const FACE = `#!/usr/bin/env node
// The cdktf-cli of the app, if it has one; else the one that is brought along.
let command = "./cdktf.js";
try {
  command = require.resolve("cdktf-cli/bundle/bin/cdktf.js", { paths: [process.cwd()] });
} catch {}
require(command);
`;

const ENTRIES = ["bundle/bin/cdktf", "bundle/bin/cmds/handlers"];

/** Writes the command into `folder`, to be run as its bundle/bin/cdktf.cjs. */
export async function buildCdktfCommand(root: string, folder: string): Promise<Metafile[]> {
  const source = join(root, "node_modules/cdktf-cli");
  mkdirSync(folder, { recursive: true });
  // The command tells its version by the package.json above it, and lists the templates of `cdktf init` when it starts.
  const { name, version, license, dependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const { cdktf, constructs } = dependencies;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, license, dependencies: { cdktf, constructs } }));
  cpSync(join(source, "bundle/templates"), join(folder, "bundle/templates"), { recursive: true });
  cpSync(join(root, "node_modules", YOGA), join(folder, "yoga"), { recursive: true });
  const common = {
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
    // Ours would make all of it strict.
    tsconfigRaw: {},
    metafile: true,
    logLevel: "error",
  } as const;
  const command = await build({
    ...common,
    entryPoints: ENTRIES.map((entry) => ({ in: join(source, `${entry}.js`), out: entry })),
    external: ["cdktf", "constructs", "fsevents", "bufferutil", "utf-8-validate", TERMINAL],
    alias: { "@cdktf/hcl2cdk": join(root, "packaging/left-out/index.cjs"), "@cdktf/node-pty-prebuilt-multiarch": TERMINAL },
    plugins: [ownFolders, withoutLanguages],
    outdir: folder,
  });
  const metafiles = [command.metafile];
  for (const [packageName, ownFolder] of Object.entries(IN_OWN_FOLDER)) {
    const main = require.resolve(packageName, { paths: [source] });
    const { metafile } = await build({
      ...common,
      entryPoints: [main],
      // Nobody has it: its reader falls back on it where Node has no performance of its own.
      external: ["performance"],
      outfile: join(folder, ownFolder, "lib/index.js"),
    });
    copyFileSync(join(root, "node_modules", packageName, BESIDE), join(folder, ownFolder, BESIDE));
    metafiles.push(metafile);
  }
  writeFileSync(join(folder, "bundle/bin/cdktf.cjs"), FACE, { mode: 0o755 });
  return metafiles;
}

const ownFolders: Plugin = {
  name: "own-folders",
  setup({ onResolve }) {
    onResolve({ filter: /^(@cdktf\/hcl|yoga-)/ }, ({ path, importer }) => {
      const file = path === YOGA ? "yoga/yoga-layout/dist/entry-browser.js" : `${IN_OWN_FOLDER[path]}/lib/index.js`;
      if (path !== YOGA && !Object.hasOwn(IN_OWN_FOLDER, path)) return undefined;
      // Whoever imports it is in one of the two entries, the latter but for this one.
      return { path: `${dirname(importer).endsWith("bin") ? "../.." : "../../.."}/${file}`, external: true };
    });
  },
};

/** Where cdktf-cli looks, at its start, for the compilers of `cdktf get` in other languages than TypeScript. */
const COMPILERS = ["jsii/bin/jsii", "jsii-pacmak/bin/jsii-pacmak"];

const withoutLanguages: Plugin = {
  name: "without-languages",
  setup({ onLoad }) {
    onLoad({ filter: /handlers\.js$/ }, async ({ path }) => {
      const code = await readFile(path, "utf8");
      const missing = COMPILERS.filter((compiler) => !code.includes(`require.resolve("${compiler}")`));
      if (missing.length > 0) throw new Error(`${path} does not look for ${missing.join(", ")}; expected cdktf-cli 0.21.0`);
      return { contents: COMPILERS.reduce((text, name) => text.replaceAll(`require.resolve("${name}")`, `"${name}"`), code) };
    });
  },
};
