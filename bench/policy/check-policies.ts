// `npm run policy` looks at every example as a company would: by conftest with docs/examples/policy, and by Checkov, each of whose
// findings is settled by a reason. A tool that is not found is left out, and said to be.
import "../../stacks/fast-start";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import * as z from "zod";
import { openConfig } from "../../config/load-config";
import { WITHOUT_BUNDLES } from "../../modules/bundle/function-bundle";
import { addStacks } from "../../stacks/add-stacks";
import { readReasons, type SettledFindings, settleFindings } from "./checkov-findings";

const POLICY = "docs/examples/policy";
const REASONS = join(POLICY, "checkov-reasons.yaml");
/** What the fixtures of a company set, and so have to keep. */
const COMPANY = join(POLICY, "company.yaml");
const OF_COMPANY = /[/]company-[a-z]+[.]/;
const FOLDERS = ["docs/examples", "test/fixtures/config"];

function checkPolicies(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-policy-"));
  try {
    const files = exampleFiles().flatMap((file) => writeStacks(file, folder));
    console.log(`${files.length} stacks of ${exampleFiles().length} examples, in each environment of theirs`);
    const keepsPolicy = runConftest(files);
    const isSettled = runCheckov(folder);
    return keepsPolicy && isSettled;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function exampleFiles(): string[] {
  const inFolders = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return ["retrigger.yaml", ...inFolders.filter((file) => file.endsWith(".yaml"))];
}

/**
 * Writes the stacks of a file, for each of its environments, as `cdktf synth` does, but for functions' code, and for `moved` and
 * `required_version`, which Checkov cannot parse and which are instructions to Terraform.
 */
function writeStacks(file: string, folder: string): string[] {
  const opened = openConfig(file);
  return opened.environments.flatMap((environment) => {
    const outdir = mkdtempSync(join(tmpdir(), "retrigger-synth-"));
    try {
      const app = new App({ outdir, context: { [WITHOUT_BUNDLES]: true } });
      const { config } = opened.load(environment);
      return addStacks(app, { config, configDir: dirname(file) }).map(({ stack }) => {
        const path = join(folder, `${basename(file, ".yaml")}.${environment}`, stack.node.id, "cdk.tf.json");
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify(scannedJson(stack), null, 2));
        return path;
      });
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  });
}

function scannedJson(stack: TerraformStack): object {
  const { moved, terraform, ...resources } = stack.toTerraform();
  const { required_version, ...settings } = terraform;
  return { ...resources, terraform: settings };
}

/** The program that a variable names, or that is on the path; undefined where there is none. */
function programOf(variable: string, name: string): string | undefined {
  const program = process.env[variable] || name;
  if (spawnSync(program, ["--version"]).error === undefined) return program;
  console.log(`${name}: skipped, as neither ${variable} nor the path names it (docs/ci.md)`);
  return undefined;
}

function runConftest(files: readonly string[]): boolean {
  const conftest = programOf("CONFTEST", "conftest");
  if (conftest === undefined) return true;
  const test = (data: readonly string[], stacks: readonly string[]) =>
    spawnSync(conftest, ["test", "--policy", POLICY, ...data, ...stacks], { stdio: "inherit" }).status === 0;
  const keepsAll = test([], files);
  const ofCompany = files.filter((file) => OF_COMPANY.test(file));
  return test(["--data", COMPANY], ofCompany) && ofCompany.length > 0 && keepsAll;
}

function runCheckov(folder: string): boolean {
  const checkov = programOf("CHECKOV", "checkov");
  if (checkov === undefined) return true;
  const flags = ["--framework", "terraform_json", "--compact", "--quiet", "--output", "json"];
  const { stdout, stderr } = spawnSync(checkov, ["--directory", folder, ...flags], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  const typeOf = (file: string, id: string) => typeIn(join(folder, file), id);
  const settled = settleFindings(stdout, readReasons(readFileSync(REASONS, "utf8")), typeOf);
  tell(settled, stderr);
  return settled.passed > 0 && settled.unsettled.length === 0 && settled.idle.length === 0;
}

const stackSchema = z.object({ resource: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** The type of the resource of an id in a stack: ids are made of paths, which are unique. */
function typeIn(file: string, id: string): string {
  const { resource } = stackSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return Object.keys(resource).find((type) => Object.hasOwn(resource[type] ?? {}, id)) ?? "";
}

function tell({ passed, settled, unsettled, idle }: SettledFindings, problems: string): void {
  console.log(`checkov: ${passed} checks passed, ${settled.length + unsettled.length} kinds of findings`);
  for (const { check, type, count, reason } of settled) console.log(`  ${check} ${type} (${count}): ${reason}`);
  for (const { check, type, count, name } of unsettled) {
    console.log(`  ${check} ${type} (${count}): ${name}; NOT SETTLED: fix it, or give a reason in ${REASONS}`);
  }
  for (const { check, type } of idle) console.log(`  ${check} ${type}: no finding; remove it from ${REASONS}`);
  if (passed === 0) console.log(`  nothing was checked: ${problems.slice(-400)}`);
}

process.exitCode = checkPolicies() ? 0 : 1;
