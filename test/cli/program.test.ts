import { join } from "node:path";
import { build, type Metafile } from "esbuild";

const ROOT = join(__dirname, "../..");

describe("the command line", () => {
  it("should load a client of a cloud for the commands alone that ask it, so that all others start at once", async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["cli/retrigger.ts"],
      bundle: true,
      platform: "node",
      packages: "external",
      write: false,
      metafile: true,
    });

    const packages = loadedAtStart(metafile, "cli/retrigger.ts").filter((path) => !/^node:|\.(?:ts|json)$/.test(path));

    expect(new Set(packages)).toEqual(new Set(["commander", "fastest-levenshtein", "zod", "zod/mini"]));
  });
});

// Helpers

/** All that a file imports, and what that imports, but for what is imported when it is needed. */
function loadedAtStart({ inputs }: Metafile, file: string): string[] {
  const loaded = new Set([file]);
  for (const path of loaded) {
    for (const { path: imported, kind } of inputs[path]?.imports ?? []) if (kind !== "dynamic-import") loaded.add(imported);
  }
  return [...loaded].filter((path) => path !== file);
}
