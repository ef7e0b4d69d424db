import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadConfig } from "../config/load-config";
import { PLACEHOLDERS } from "../functions/core/coordination/render-parameters";
import { scripts } from "../package.json";

const ROOT = join(__dirname, "..");
const DOCS = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => `docs/${file}`);
const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...DOCS];
/** Longer than a page that one reads to the end. */
const README_LINES = 125;
const README = readFileSync(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  it("should show the smallest configuration as it is tested, in at most ten lines", () => {
    const file = "test/fixtures/config/minimal.yaml";
    const shown = /```yaml\n([^`]*)```/.exec(README)?.[1] ?? "";

    expect(shown).toBe(readFileSync(join(ROOT, file), "utf8"));
    expect(shown.trim().split("\n").length).toBeLessThanOrEqual(10);
    expect(loadConfig(join(ROOT, file)).environment).toBe("dev");
  });

  it("should name every placeholder of a parameter", () => {
    expect(Object.keys(PLACEHOLDERS).filter((name) => !README.includes(`\`{${name}}\``))).toEqual([]);
  });

  it.each(PAGES)("should name in %s only scripts and files that exist", (page) => {
    const named = [...textOf(page).matchAll(/npm run ([a-z]+)/g)].map((match) => match[1] ?? "");

    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect(linksOf(page).filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });

  it("should fit on a few screens", () => {
    expect(README.split("\n").length).toBeLessThanOrEqual(README_LINES);
  });

  it("should lead to every page, by docs/index.md", () => {
    const index = linksOf("docs/index.md");
    const isListed = (page: string) => index.some((link) => link === page || page.startsWith(`${link}/`));

    expect(linksOf("README.md")).toContain("docs/index.md");
    expect(PAGES.filter((page) => page !== "docs/index.md" && !isListed(page))).toEqual([]);
  });

  it("should have a row in its table of files for every top-level folder with code", () => {
    const tracked = execFileSync("git", ["ls-files", "*.ts"], { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
    const folders = new Set(tracked.filter((file) => file.includes("/")).map((file) => `${file.split("/")[0]}/`));

    expect([...folders].filter((folder) => !README.includes(`[${folder}`))).toEqual([]);
  });
});

// Helpers

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** The files that a page links to, from the root. */
function linksOf(page: string): string[] {
  return [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => join(dirname(page), link));
}
