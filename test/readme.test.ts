import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/load-config";
import { PLACEHOLDERS } from "../functions/core/coordination/render-parameters";
import { scripts } from "../package.json";

const ROOT = join(__dirname, "..");
const PAGES = ["README.md", "CONTRIBUTING.md"];
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
    const text = readFileSync(join(ROOT, page), "utf8");
    const named = [...text.matchAll(/npm run ([a-z]+)/g)].map((match) => match[1] ?? "");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? "");

    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
    expect(named.length + links.length).toBeGreaterThan(0);
  });

  it("should have a row in its table of files for every top-level folder with code", () => {
    const tracked = execFileSync("git", ["ls-files", "*.ts"], { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
    const folders = new Set(tracked.filter((file) => file.includes("/")).map((file) => `${file.split("/")[0]}/`));

    expect([...folders].filter((folder) => !README.includes(`[${folder}`))).toEqual([]);
  });
});
