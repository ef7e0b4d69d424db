import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** The packages whose code is in bundles, each with its licence: most licences ask for it. */
export function thirdPartyNotices(root: string, metafiles: readonly Metafile[]): string {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const notices = [...folders].sort().map((folder) => notice(join(root, folder)));
  return `The bundles of this package hold code of these packages. Their sources are in the npm registry.\n\n${notices.join("\n\n")}\n`;
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined || !existsSync(join(folder, file)) ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  return `${"-".repeat(80)}\n${name} ${version}: ${typeof license === "string" ? license : "see its text"}${text}`;
}
