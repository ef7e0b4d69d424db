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
import ts from "typescript";
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

const GCP_APP = `
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { App, TerraformStack } from "cdktf";
import { loadConfig } from "retrigger/config";
import { GcpRetrigger } from "retrigger/gcp";
const app = new App();
const stack = new TerraformStack(app, "ml-platform");
new GoogleProvider(stack, "google", { project: "acme-ml", region: "europe-west4" });
new GcpRetrigger(stack, "retrigger", { config: loadConfig("gcp.yaml") });
app.synth();
`;

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
    link("@cdktf/provider-google");
    link("@types/node");
    writeFileSync(join(user, "app.ts"), example);
    writeFileSync(join(user, "gcp-app.ts"), GCP_APP);
    cpSync(join(ROOT, "test/fixtures/config/minimal-gcp.yaml"), join(user, "gcp.yaml"));
  });

  it("should compile strictly, against declarations of the package that have no errors themselves", () => {
    // The libraries' own declarations are not ours to judge: with skipLibCheck off, only the files asked for are checked.
    const { Node16 } = ts.ModuleKind;
    const apps = [join(user, "app.ts"), join(user, "gcp-app.ts")];
    const target = ts.ScriptTarget.ES2022;
    const program = ts.createProgram(apps, {
      target,
      module: Node16,
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: ["node"],
    });
    const ours = program
      .getSourceFiles()
      .filter(({ fileName }) => apps.includes(fileName) || fileName.includes("/retrigger/types/"));
    const found = ours.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);

    expect(ours.length).toBeGreaterThan(10);
    expect([...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...found].map(diagnosticText)).toEqual([]);
  });

  it.each(["aws", "gcp", "config"])("should let a bundler's resolution find the declarations of retrigger/%s", (part) => {
    const options = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };

    const { resolvedModule } = ts.resolveModuleName(`retrigger/${part}`, join(user, "app.ts"), options, ts.sys);

    expect(resolvedModule?.resolvedFileName).toMatch(new RegExp(`/retrigger/types/packaging/public/${part}\\.d\\.ts$`));
  });

  it("should hold Retrigger below the construct, in the one copy of cdktf that the app has", () => {
    const flags = ["--bundle", "--packages=external", "--platform=node", "--outdir=."];
    run(user, join(ROOT, "node_modules/.bin/esbuild"), "app.ts", "gcp-app.ts", ...flags);
    const { status, stderr } = run(user, process.execPath, "app.js", { CDKTF_OUTDIR: join(user, "own.out") });
    const gcp = run(user, process.execPath, "gcp-app.js", { CDKTF_OUTDIR: join(user, "gcp.out") });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { resource, output } = JSON.parse(readFileSync(join(user, "own.out/stacks/ml-platform/cdk.tf.json"), "utf8"));
    expect(Object.keys(resource.aws_lambda_function)).toContainEqual(expect.stringMatching(/^retrigger_coordinator_function_/));
    expect(Object.keys(output)).toContain("retrigger_decisions");
    expect({ status: gcp.status, stderr: gcp.stderr }).toEqual({ status: 0, stderr: "" });
    const { resource: onGcp } = JSON.parse(readFileSync(join(user, "gcp.out/stacks/ml-platform/cdk.tf.json"), "utf8"));
    expect(Object.keys(onGcp.google_cloudfunctions2_function)).toContainEqual(expect.stringMatching(/^retrigger_/));
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

function diagnosticText({ file, start, messageText }: ts.Diagnostic): string {
  const line = file === undefined || start === undefined ? "" : `${file.getLineAndCharacterOfPosition(start).line + 1}: `;
  return `${file?.fileName ?? ""}:${line} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
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
