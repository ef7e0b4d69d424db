// cdktf-cli 0.21 cannot be a dependency of a package: its terminal library has no binary for Node 24, which only the root of an
// installation may override, and most of its 260 MB is for converting HCL, and for other languages. So the package brings the two
// files of which the command consists, with the terminal library that works, and without these.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";

/** The terminal library that package.json puts in the place of cdktf-cli's own. */
export const TERMINAL = "@lydell/node-pty";

/** Packages that read a file beside their code keep a folder of their own, beside `bundle`. */
const IN_OWN_FOLDER = { "@cdktf/hcl2json": "hcl2json", "@cdktf/hcl-tools": "hcl-tools" } as const;

const ENTRIES = ["bundle/bin/cdktf", "bundle/bin/cmds/handlers"];

/** Writes the command into `folder`, to be run as its bundle/bin/cdktf.js. */
export async function buildCdktfCommand(root: string, folder: string): Promise<Metafile[]> {
  const source = join(root, "node_modules/cdktf-cli");
  mkdirSync(folder, { recursive: true });
  // The command tells its version by the package.json above it, and lists the templates of `cdktf init` when it starts.
  const { name, version, license, dependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const { cdktf, constructs } = dependencies;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, license, dependencies: { cdktf, constructs } }));
  cpSync(join(source, "bundle/templates"), join(folder, "bundle/templates"), { recursive: true });
  const common = {
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "none",
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
    copyFileSync(join(root, "node_modules", packageName, "main.wasm.gz"), join(folder, ownFolder, "main.wasm.gz"));
    metafiles.push(metafile);
  }
  return metafiles;
}

const ownFolders: Plugin = {
  name: "own-folders",
  setup({ onResolve }) {
    onResolve({ filter: /^@cdktf\/hcl/ }, ({ path, importer }) => {
      if (!Object.hasOwn(IN_OWN_FOLDER, path)) return undefined;
      const ownFolder = IN_OWN_FOLDER[path as keyof typeof IN_OWN_FOLDER];
      const up = dirname(importer).endsWith("cmds") ? "../../.." : "../..";
      return { path: `${up}/${ownFolder}/lib/index.js`, external: true };
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
