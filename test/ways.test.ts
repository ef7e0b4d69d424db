import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const PAGES = ["docs/ways.md", "CONTRIBUTING.md"];

describe("the ways through the code", () => {
  const named = PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/`([\w./-]+\.ts) › (\w+)`/g)].map(([, file = "", name = ""]) => ({
      page,
      file,
      name,
    })),
  );

  it.each(named)("should find $name declared or called in $file, as $page says", ({ file, name }) => {
    const path = join(ROOT, file);

    const text = existsSync(path) ? readFileSync(path, "utf8") : "";

    expect(text).toMatch(new RegExp(`\\b(?:(?:function\\*?|class|const|interface|type) ${name}\\b|${name}\\()`));
  });

  it("should be four, and none of them short", () => {
    const ways = readFileSync(join(ROOT, "docs/ways.md"), "utf8").split(/^## /m).slice(1);

    expect(ways.map((way) => way.split("\n").filter((line) => line.startsWith("| `")).length >= 8)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});
