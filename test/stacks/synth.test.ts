// Runs the app as `cdktf synth` does, on a copy of the project.
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "../modules/temporary-project";

const ROOT = join(__dirname, "../..");
const COPIED = [
  "main.ts",
  "cdktf.json",
  "package.json",
  "package-lock.json",
  "retrigger.yaml",
  "config",
  "stacks",
  "modules",
  "operations",
  "eventbridge",
  "functions",
];

describe("the app", () => {
  /** Its functions are bundled once for all tests that are not about bundling. */
  let bundled = "";
  beforeAll(() => {
    bundled = copyOf("a");
  });

  it("should write the same bytes in every folder and timezone, and no absolute path", () => {
    const projects = [bundled, copyOf("a/longer/path with spaces")];

    const outputs = projects.map((project, index) => {
      const { status, stderr } = synthesize(project, { TZ: ["UTC", "Pacific/Kiritimati"][index] });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return outputOf(project);
    });

    expect([...(outputs[0]?.keys() ?? [])].filter((name) => name.endsWith(".zip"))).toHaveLength(9);
    expect(outputs[1]).toEqual(outputs[0]);
    for (const content of outputs[0]?.values() ?? []) {
      for (const place of [...projects, ROOT, homedir()]) expect(content.includes(place)).toBe(false);
    }
  });

  it("should load esbuild only when the sources of a function have changed", () => {
    const project = copyOf("a");
    const hook =
      'process.on("exit", () => { if (Object.keys(require.cache).some((f) => /esbuild.lib/.test(f))) process.exitCode = 7; });';
    const watched = {
      NODE_OPTIONS: `--require=${join(temporaryFolder({ "hook.cjs": hook }), "hook.cjs")}`,
      RETRIGGER_CONFIG: join(ROOT, "test/fixtures/config/minimal.yaml"),
    };

    const first = synthesize(project, watched);
    const unchanged = synthesize(project, watched);
    appendFileSync(join(project, "functions/core/errors.ts"), "export const ADDED = 1;\n");
    const changed = synthesize(project, watched);

    expect([first, unchanged, changed].map(({ status }) => status)).toEqual([7, 0, 7]);
  });

  it.each([
    ["minimal.yaml", "aws-stack", "google"],
    ["minimal-gcp.yaml", "gcp-stack", "aws"],
  ])("should write one stack for %s, and load no provider of the other cloud", (file, stack, other) => {
    const hook = `process.on("exit", () => { if (Object.keys(require.cache).some((f) => f.includes("provider-${other}"))) process.exitCode = 7; });`;
    const NODE_OPTIONS = `--require=${join(temporaryFolder({ "hook.cjs": hook }), "hook.cjs")}`;

    rmSync(join(bundled, "cdktf.out"), { recursive: true, force: true });
    const { status } = synthesize(bundled, { NODE_OPTIONS, RETRIGGER_CONFIG: join(ROOT, "test/fixtures/config", file) });

    expect(status).toBe(0);
    expect(readdirSync(join(bundled, "cdktf.out/stacks"))).toEqual([stack]);
  });

  it.each(["retrigger.yaml", "docs/examples/every-target.yaml", "docs/examples/platform-team.yaml"])(
    "should synthesise %s where there is no Terraform",
    (file) => {
      const { status, stderr } = synthesize(bundled, { RETRIGGER_CONFIG: join(ROOT, file) });

      expect(spawnSync("terraform", ["version"], { env: { PATH: withoutTerraform() } }).error).toMatchObject({ code: "ENOENT" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    },
  );

  it("should make the folder that it writes to, and those above it", () => {
    const folder = temporaryFolder({ file: "" });
    const RETRIGGER_CONFIG = join(ROOT, "test/fixtures/config/minimal.yaml");

    const made = synthesize(bundled, { RETRIGGER_CONFIG, CDKTF_OUTDIR: join(folder, "a/b") });
    const refused = synthesize(bundled, { RETRIGGER_CONFIG, CDKTF_OUTDIR: join(folder, "file/b") });

    expect({ status: made.status, stacks: readdirSync(join(folder, "a/b/stacks")) }).toEqual({ status: 0, stacks: ["aws-stack"] });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^.+file\/b: cannot be made \(\S[^\n]+\); expected a folder [^\n]+\n$/);
  });

  it("should print warnings on its standard output, since cdktf calls the lines of the other stream errors", () => {
    const file = join(ROOT, "test/fixtures/config/minimal.yaml");

    const { status, stdout, stderr } = synthesize(bundled, { RETRIGGER_CONFIG: file });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^warning .+minimal\.yaml:2:1 aws\.operations: nobody is notified/),
      "",
    ]);
  });

  it("should print the mistakes of a configuration, without a stack trace, and fail", () => {
    const folder = temporaryFolder({ "other.yaml": "environment: dev\nmodel: {}" });

    const { status, stderr } = synthesize(bundled, { RETRIGGER_CONFIG: join(folder, "other.yaml") });

    const file = join(folder, "other.yaml");
    expect(status).toBe(1);
    expect(stderr).toBe(
      `${file}: 2 mistakes
  ${file}:1:1 aws: missing, as is gcp; expected at least one of them; add aws: {region}, or gcp: {project, region}
  ${file}:2:1 model: unknown key; did you mean models? allowed here: environment, backend, aws, gcp, operations, models, rules, namePrefix, terraform, defaults, environments
`,
    );
  });
});

// Helpers

function copyOf(path: string): string {
  const project = join(temporaryFolder({ [`${path}/.keep`]: "" }), path);
  for (const name of COPIED) cpSync(join(ROOT, name), join(project, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  return project;
}

function synthesize(project: string, environment: Readonly<Record<string, string | undefined>> = {}) {
  const { app }: { app: string } = JSON.parse(readFileSync(join(project, "cdktf.json"), "utf8"));
  // Bundling the app itself needs esbuild in any case.
  const [bundling = "", running = ""] = app.split(" && ");
  const { RETRIGGER_CONFIG: _mine, CDKTF_OUTDIR: _out, ...inherited } = process.env;
  spawnSync(bundling, { cwd: project, shell: true, env: inherited });
  const { status, stdout, stderr } = spawnSync(running, {
    cwd: project,
    shell: true,
    encoding: "utf8",
    env: { ...inherited, PATH: withoutTerraform(), ...environment },
  });
  return { status, stdout, stderr };
}

/** A PATH that leads to this Node alone. */
function withoutTerraform(): string {
  const folder = temporaryFolder({ ".keep": "" });
  symlinkSync(process.execPath, join(folder, "node"));
  return folder;
}

/** Every file of the output, by path. */
function outputOf(project: string): Map<string, string> {
  const out = join(project, "cdktf.out");
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(out.length), readFileSync(path, "latin1")]),
  );
}
