// Packs the package as it is released, and uses it as somebody would who installed it into an empty folder. Nothing is fetched: its
// own dependencies are links to those of the project.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { version } from "../../package.json";
import { buildPackage } from "../../packaging/build-package";
import { deployedFunctions } from "../../packaging/function-zips";
import { temporaryFolder } from "../modules/temporary-project";

const ROOT = join(__dirname, "../..");
/** More than twice what it takes on a busy machine with one core. */
const BUILD_MS = 600_000;
const MAX_PACKED_BYTES = 16_000_000;

const CDKTF_JSON = {
  language: "typescript",
  app: "node node_modules/retrigger/dist/main.js",
  projectId: "0b9f5f4e-3c57-4e0e-9a55-6f1d2c7e8a41",
  sendCrashReports: "false",
};

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;
/** The folder of somebody who installed the package. */
let user: string;

beforeAll(async () => {
  const work = temporaryFolder({ "user/retrigger.yaml": readFileSync(join(ROOT, "retrigger.yaml"), "utf8") });
  await buildPackage(ROOT, join(work, "package"));
  const [result] = JSON.parse(run(join(work, "package"), "npm", "pack", "--json", "--pack-destination", work).stdout);
  packed = result;
  user = join(work, "user");
  const modules = join(user, "node_modules");
  mkdirSync(modules);
  run(modules, "tar", "-xzf", join(work, packed.filename));
  cpSync(join(modules, "package"), join(modules, "retrigger"), { recursive: true });
  rmSync(join(modules, "package"), { recursive: true });
  const { peerDependencies, dependencies } = JSON.parse(readFileSync(join(modules, "retrigger/package.json"), "utf8"));
  for (const name of Object.keys({ ...peerDependencies, ...dependencies })) link(name);
  writeFileSync(join(user, "cdktf.json"), JSON.stringify(CDKTF_JSON));
}, BUILD_MS);

describe("the packed package", () => {
  it("should hold what its users run and read, and nothing else", () => {
    const kinds = new Set(packed.files.map(({ path }) => kindOf(path)));

    expect([...kinds].sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD-PARTY-NOTICES.txt",
      "bin",
      "dist",
      "docs",
      "package.json",
      "schema",
      "types",
    ]);
    expect(packed.size).toBeLessThan(MAX_PACKED_BYTES);
    const sources = packed.files.map(({ path }) => path).filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
    expect(sources.filter((path) => !path.startsWith("dist/cdktf-cli/"))).toEqual([]);
  });

  it("should hold the bundle of every function that can be deployed", () => {
    const zips = packed.files.map(({ path }) => path).filter((path) => path.endsWith("function.zip"));

    expect(zips).toHaveLength(deployedFunctions(ROOT).length);
    expect(deployedFunctions(ROOT).length).toBeGreaterThan(12);
  });

  it("should name the licence of all code that is in its bundles", () => {
    const notices = readFileSync(join(user, "node_modules/retrigger/THIRD-PARTY-NOTICES.txt"), "utf8");

    for (const name of ["@aws-sdk/client-dynamodb", "@cdktf/provider-aws", "cdktf-cli", "commander", "zod"]) {
      expect(notices).toMatch(new RegExp(`^${name} [0-9.]+: [A-Z]`, "m"));
    }
  });

  it("should answer on the command line, and fetch or build nothing for it", () => {
    const { status, stdout, stderr } = run(user, process.execPath, binOf("retrigger"), "--version");

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    expect(run(user, process.execPath, binOf("retrigger"), "decisions").status).toBe(1);
    expect(readdirSync(user).sort()).toEqual(["cdktf.json", "node_modules", "retrigger.yaml"]);
  });

  it("should synthesise the same bytes as the project does, by the command cdktf that comes with it", () => {
    const { status } = run(user, process.execPath, binOf("cdktf"), "synth");
    const mine = outputOf(synthesised());

    expect(status).toBe(0);
    expect(mine.size).toBeGreaterThan(10);
    expect(outputOf(join(user, "cdktf.out"))).toEqual(mine);
  });

  it("should refuse a function that is not what was packed", () => {
    const zip = join(user, "node_modules/retrigger/dist/functions/functions-aws-deployed-sweeper/function.zip");
    const whole = readFileSync(zip);
    truncateSync(zip, 100);

    const { status, stderr } = run(user, process.execPath, "node_modules/retrigger/dist/main.js");

    writeFileSync(zip, whole);
    expect(status).toBe(1);
    expect(stderr).toContain("that is not the packed one; install the package again");
  });

  it("should print the mistakes of a configuration without a stack trace", () => {
    writeFileSync(join(user, "wrong.yaml"), "environment: dev\naws: { region: eu-central-1 }\nmodels: {}\n");

    const { status, stderr } = run(user, process.execPath, "node_modules/retrigger/dist/main.js", {
      RETRIGGER_CONFIG: "wrong.yaml",
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^wrong\.yaml: 1 mistake\n {2}wrong\.yaml:3:1 models: [^\n]+\n$/);
  });

  it("should let editors and programs resolve its schemas", () => {
    const resolved = require.resolve("retrigger/retrigger.schema.json", { paths: [user] });

    expect(readFileSync(resolved, "utf8")).toBe(readFileSync(join(ROOT, "retrigger.schema.json"), "utf8"));
  });
});

describe("an app of one's own", () => {
  /** The example of docs/constructs.md, as it stands there. */
  const example = /```ts\n([^`]*)```/.exec(readFileSync(join(ROOT, "docs/constructs.md"), "utf8"))?.[1] ?? "";

  beforeAll(() => {
    link("@cdktf/provider-aws");
    link("@types/node");
    writeFileSync(join(user, "app.ts"), example);
  });

  it.each([
    ["node16", "node16", { skipLibCheck: false }],
    // What the declarations say is checked above; here it is that they are found.
    ["esnext", "bundler", { skipLibCheck: true }],
  ])("should compile strictly with module %s and resolution %s, %j", (module, moduleResolution, checked) => {
    const compilerOptions = { target: "es2022", module, moduleResolution, strict: true, ...checked, noEmit: true };
    writeFileSync(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["app.ts"] }));

    const { status, stdout } = run(user, process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ".");

    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("should hold Retrigger below the construct, in the one copy of cdktf that the app has", () => {
    run(
      user,
      join(ROOT, "node_modules/.bin/esbuild"),
      "app.ts",
      "--bundle",
      "--packages=external",
      "--platform=node",
      "--outfile=app.js",
    );
    const { status, stderr } = run(user, process.execPath, "app.js", { CDKTF_OUTDIR: join(user, "own.out") });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { resource, output } = JSON.parse(readFileSync(join(user, "own.out/stacks/ml-platform/cdk.tf.json"), "utf8"));
    expect(Object.keys(resource.aws_lambda_function)).toContainEqual(expect.stringMatching(/^retrigger_coordinator_function_/));
    expect(Object.keys(output)).toContain("retrigger_decisions");
  });

  it("should be importable by name from an ES module, which keeps its stack traces", () => {
    const lines = [
      "const before = Error.prepareStackTrace;",
      'const { AwsRetrigger, AwsStack } = await import("retrigger/aws");',
      'const { GcpRetrigger, GcpStack } = await import("retrigger/gcp");',
      'const { ConfigError, loadConfig } = await import("retrigger/config");',
      "console.log([AwsRetrigger, AwsStack, GcpRetrigger, GcpStack, ConfigError, loadConfig].map((it) => typeof it).join());",
      "console.log(Error.prepareStackTrace === before);",
    ];
    writeFileSync(join(user, "names.mjs"), lines.join("\n"));

    const { stdout } = run(user, process.execPath, "names.mjs");

    expect(stdout).toBe(`${Array(6).fill("function").join()}\ntrue\n`);
  });

  it("should not be synthesised with a provider in another region", () => {
    writeFileSync(
      join(user, "other.yaml"),
      readFileSync(join(user, "retrigger.yaml"), "utf8").replace("eu-central-1", "us-east-1"),
    );
    const other = readFileSync(join(user, "app.js"), "utf8").replace("retrigger.yaml", "other.yaml");
    writeFileSync(join(user, "other.js"), other);

    const { status, stderr } = run(user, process.execPath, "other.js", { CDKTF_OUTDIR: join(user, "other.out") });

    expect(status).toBe(1);
    expect(stderr).toContain("got the region eu-central-1 of the provider aws, and us-east-1 in the configuration");
  });
});

// Helpers

function run(cwd: string, file: string, ...words: readonly (string | Readonly<Record<string, string>>)[]) {
  const parameters = words.filter((word) => typeof word === "string");
  const variables = words.filter((word) => typeof word !== "string");
  const { RETRIGGER_CONFIG: _config, RETRIGGER_ENVIRONMENT: _environment, CDKTF_OUTDIR: _out, ...inherited } = process.env;
  return spawnSync(file, parameters, {
    cwd,
    encoding: "utf8",
    env: Object.assign(inherited, { CHECKPOINT_DISABLE: "1", NO_UPDATE_NOTIFIER: "1", CI: "1" }, ...variables),
  });
}

function link(name: string): void {
  const place = join(user, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  // In the project the terminal library stands in the place of that of cdktf-cli.
  const source = [name, "@cdktf/node-pty-prebuilt-multiarch"].map((folder) => join(ROOT, "node_modules", folder)).find(existsSync);
  if (source !== undefined && !existsSync(place)) symlinkSync(source, place);
}

function binOf(name: string): string {
  const { bin } = JSON.parse(readFileSync(join(user, "node_modules/retrigger/package.json"), "utf8"));
  return join("node_modules/retrigger", bin[name]);
}

function kindOf(path: string): string {
  return path.endsWith(".schema.json") ? "schema" : (path.split("/")[0] ?? path);
}

/** The output of the project's own app, for the same configuration. */
function synthesised(): string {
  const folder = temporaryFolder({ ".keep": "" });
  const { app }: { app: string } = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  const built = app.replaceAll("dist/main.js", "dist/test-packaging/main.js");
  const env = { ...process.env, CDKTF_OUTDIR: join(folder, "cdktf.out"), RETRIGGER_CONFIG: "retrigger.yaml" };
  execFileSync("sh", ["-c", built], { cwd: ROOT, env });
  return join(folder, "cdktf.out");
}

/** Every file of an output, by path. */
function outputOf(out: string): Map<string, string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(out.length), readFileSync(path, "latin1")]),
  );
}
