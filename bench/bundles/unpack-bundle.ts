import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { bundleFunction } from "../../modules/bundle/bundle-function";

export interface UnpackedBundle {
  /** What the cloud loads. */
  readonly index: string;
  readonly bytes: number;
  /** Of all other files. */
  readonly lazyBytes: number;
}

/** The files that a cloud would have of a function, in a folder of their own. */
export function unpackBundle(entry: string): UnpackedBundle {
  const { zipPath } = bundleFunction(process.cwd(), entry);
  const folder = resolve("dist", "bench", entry.replace(/\.ts$/, "").replaceAll("/", "-"));
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  let lazyBytes = 0;
  for (const [file, content] of Object.entries(unzipSync(readFileSync(zipPath)))) {
    writeFileSync(join(folder, file), content);
    if (file === "index.js") bytes = content.length;
    else lazyBytes += content.length;
  }
  return { index: join(folder, "index.js"), bytes, lazyBytes };
}
