import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..");
const DEPCRUISE = join(ROOT, "node_modules/.bin/depcruise");
const FOLDERS = [
  "main.ts",
  "config",
  "stacks",
  "modules",
  "operations",
  "eventbridge",
  "functions",
  "local",
  "cli",
  "packaging",
  "bench",
  "test",
];

describe("the dependency rules", () => {
  it("should hold, and see every TypeScript file", () => {
    const { summary, modules } = cruise(ROOT, FOLDERS);

    const seen = new Set(modules.map(({ source }) => source));
    const files = git("ls-files", "--cached", "--others", "--exclude-standard", "*.ts").filter((file) => !file.startsWith("dist/"));
    expect(summary.violations).toEqual([]);
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  it("should break, each where an arrow points the wrong way", () => {
    const broken = {
      "functions/core/clock.ts": ["core-is-pure", "node:os"],
      "functions/core/sdk.ts": ["core-is-pure", "@aws-sdk/client-sqs"],
      "functions/memory/cloud.ts": ["memory-imports-core", "../aws/handler"],
      "functions/aws/other.ts": ["aws-stays-on-aws", "../gcp/handler"],
      "functions/gcp/other.ts": ["gcp-stays-on-gcp", "../aws/handler"],
      "modules/aws/trigger.ts": ["modules-know-only-core", "../../functions/aws/handler"],
      "modules/aws/mirror.ts": ["clouds-apart-in-modules", "../gcp/mirror"],
      "modules/aws/barrel.ts": ["no-provider-barrel", "@cdktf/provider-aws"],
      "modules/aws/nowhere.ts": ["not-unresolvable", "./no-such-file"],
      "local/start.ts": ["nothing-imports-test", "../test/fixture"],
      "local/round.ts": ["no-cycles", "./round"],
    } as const;
    const tree = sketchTree(Object.fromEntries(Object.entries(broken).map(([file, [, target]]) => [file, `import "${target}";`])));

    const { summary } = cruise(tree, ["modules", "functions", "local", "test"]);

    rmSync(tree, { recursive: true });
    const found = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
    const expected = Object.entries(broken).map(([file, [rule]]) => `${file} ${rule}`);
    expect(found).toEqual(expect.arrayContaining(expected));
  });
});

describe("the layout", () => {
  it("should have an own test folder or file for every part", () => {
    const parts = readdirSync(join(ROOT, "functions/core"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const tested = readdirSync(join(ROOT, "test/core"));

    expect(parts.map(({ name }) => name).filter((name) => !tested.includes(name))).toEqual([]);
  });

  it("should keep source files short: 300 lines are the exception, which says why", () => {
    const long = sources().filter((file) => linesOf(file) > 300);

    expect(long).toEqual(Object.keys(LONG_FILES));
  });

  it("should have folders that one can look over, and few files for its lines", () => {
    const files = sources().filter((file) => !file.startsWith("bench/"));
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const full = folders.filter((folder) => files.filter((file) => dirname(file) === folder).length > 20);

    expect(full).toEqual([]);
    expect((files.length / files.reduce((sum, file) => sum + linesOf(file), 0)) * 1000).toBeLessThanOrEqual(11);
  });

  it("should wrap comments at the width of the formatter, but for addresses", () => {
    const { formatter } = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8"));
    const comments = git("ls-files", "--cached", "--others", "--exclude-standard", "*.ts").flatMap((file) =>
      readFileSync(join(ROOT, file), "utf8")
        .split("\n")
        .filter((line) => /^ *(?:\*|\/\/|\/\*\*) /.test(line) && !/biome-ignore|https?:/.test(line))
        .map((line) => `${file}: ${line}`),
    );

    expect(comments.filter((comment) => comment.slice(comment.indexOf(": ") + 2).length > formatter.lineWidth)).toEqual([]);
  });
});

// Helpers

/** Files of more than 300 lines, and why. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** Every source file but those of the tests. */
function sources(): string[] {
  return git("ls-files", "--cached", "--others", "--exclude-standard", "*.ts").filter((file) => !file.startsWith("test/"));
}

function linesOf(file: string): number {
  return readFileSync(join(ROOT, file), "utf8").split("\n").length - 1;
}

interface CruiseResult {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] };
  readonly modules: readonly { readonly source: string }[];
}

function cruise(cwd: string, folders: readonly string[]): CruiseResult {
  const { stdout, stderr } = spawnSync(process.execPath, [DEPCRUISE, "--output-type", "json", ...folders], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (stdout === "") throw new Error(`dependency-cruiser printed nothing: ${stderr}`);
  return JSON.parse(stdout);
}

/** A small tree of the same layout, ruled by the project's own configuration. */
function sketchTree(files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(tmpdir(), "retrigger-arrows-"));
  for (const config of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) cpSync(join(ROOT, config), join(tree, config));
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  const sketch = {
    "functions/core/decide.ts": "",
    "functions/memory/store.ts": "",
    "functions/aws/handler.ts": "",
    "functions/gcp/handler.ts": "",
    "modules/gcp/mirror.ts": "",
    "local/replay.ts": "",
    "test/fixture.ts": "",
    ...files,
  };
  for (const [file, text] of Object.entries(sketch)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${text}\nexport {};\n`);
  }
  return tree;
}

function git(...words: string[]): string[] {
  return execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean);
}
