import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { PUBLIC_PARTS } from "./bundles";

/** Writes the declarations of the public parts, with those that they refer to, below `target`. @throws Error when tsc cannot */
export function copyDeclarations(root: string, target: string): void {
  const drafts = mkdtempSync(join(tmpdir(), "retrigger-types-"));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", join(root, "packaging"), "--outDir", drafts], { stdio: "inherit" });
  const waiting = new Set(PUBLIC_PARTS.map((part) => join(drafts, `packaging/public/${part}.d.ts`)));
  for (const file of waiting) {
    cpSync(file, join(target, relative(drafts, file)));
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]*)"/g)) {
      const declaration = join(dirname(file), `${path}.d.ts`);
      if (existsSync(declaration)) waiting.add(declaration);
    }
  }
  rmSync(drafts, { recursive: true });
}
