import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildBundles } from "./bundles";
import { buildCdktfCommand } from "./cdktf-command";
import { copyDeclarations } from "./declarations";
import { copyFunctionZips } from "./function-zips";
import { thirdPartyNotices } from "./notices";
import { packageJson } from "./package-json";

/** Copied as they are; the rest of the documentation says how to change what is not in the package. */
const COPIED = ["README.md", "CHANGELOG.md", "LICENSE", "docs"];

const RETRIGGER = `#!/usr/bin/env node\nrequire("../dist/cli/retrigger.js");\n`;

/** Writes the package that others install into the folder `target`, which is emptied before: docs/install.md. */
export async function buildPackage(root: string, target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, "bin"), { recursive: true });
  for (const name of [...COPIED, ...readdirSync(root).filter((file) => file.endsWith(".schema.json"))]) {
    cpSync(join(root, name), join(target, name), { recursive: true });
  }
  writeFileSync(join(target, "bin/retrigger.cjs"), RETRIGGER, { mode: 0o755 });
  writeFileSync(join(target, "package.json"), `${JSON.stringify(packageJson(root), null, 2)}\n`);
  const bundles = await buildBundles(root, join(target, "dist"));
  const command = await buildCdktfCommand(root, join(target, "dist/cdktf-cli"));
  writeFileSync(join(target, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(root, [...bundles, ...command]));
  copyFunctionZips(root, target);
  copyDeclarations(root, join(target, "types"));
}
