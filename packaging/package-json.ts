import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PUBLIC_PARTS } from "./bundles";
import { TERMINAL } from "./cdktf-command";

/** Newer ones of the living fork, cdktn, satisfy it too, under the name cdktf. */
const CDKTF = ">=0.21.0 <1";
const CONSTRUCTS = "^10.4.2";

/**
 * The package.json of the package, of that of the project: its bundles hold what they import, so it depends on cdktf and constructs
 * alone, of which an app must have one copy; on the terminal library of the command `cdktf`; and on zod, which is in the types of a
 * configuration.
 */
export function packageJson(root: string): Record<string, unknown> {
  const project = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { name, version, description, license, engines, dependencies, devDependencies } = project;
  const [, terminalVersion] = /@([^@]+)$/.exec(devDependencies["@cdktf/node-pty-prebuilt-multiarch"]) ?? [];
  const parts = PUBLIC_PARTS.map((part) => [
    `./${part}`,
    { types: `./types/packaging/public/${part}.d.ts`, default: `./dist/${part}.js` },
  ]);
  return {
    name,
    version,
    description,
    license,
    engines,
    bin: { retrigger: "bin/retrigger.cjs", cdktf: "dist/cdktf-cli/bundle/bin/cdktf.cjs" },
    exports: { ...Object.fromEntries(parts), "./*.schema.json": "./*.schema.json", "./package.json": "./package.json" },
    // For what resolves modules as Node 10 did, and reads no `exports`.
    typesVersions: { "*": Object.fromEntries(PUBLIC_PARTS.map((part) => [part, [`types/packaging/public/${part}.d.ts`]])) },
    peerDependencies: { cdktf: CDKTF, constructs: CONSTRUCTS },
    dependencies: { [TERMINAL]: terminalVersion, zod: dependencies.zod },
  };
}
