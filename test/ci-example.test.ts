import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { dependencies, scripts } from "../package.json";

const ROOT = join(__dirname, "..");
const WORKFLOW = readFileSync(join(ROOT, "docs/examples/ci/github-actions.yml"), "utf8");
const POLICY = join(ROOT, "docs/examples/policy");
const CONFTEST = process.env.CONFTEST ?? "";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const STEPS: readonly Step[] = parse(WORKFLOW, { uniqueKeys: true }).jobs.stacks.steps;
const RUN = STEPS.map(({ run = "" }) => run).join("\n");

describe("the workflow for GitHub Actions", () => {
  it("should do one thing in each step, and name the version of each action", () => {
    expect(STEPS.length).toBeGreaterThan(8);
    for (const { uses, run } of STEPS) expect((uses === undefined) !== (run === undefined)).toBe(true);
    for (const { uses } of STEPS) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
  });

  it("should run scripts and commands that there are", () => {
    const named = [...RUN.matchAll(/npm run (\S+)/g)].map((match) => match[1] ?? "");

    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect([...RUN.matchAll(/npx (\S+)/g)].map((match) => match[1])).toEqual(["cdktf"]);
    expect(dependencies["cdktf-cli"]).toBeDefined();
    expect(existsSync(join(ROOT, /--policy (\S+)/.exec(RUN)?.[1] ?? "nowhere"))).toBe(true);
  });

  it("should fix the version of each tool that it installs, as the page does", () => {
    const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
    const tools = [...RUN.matchAll(/\S+@v\d\S+|\S+==\S+/g)].map(([tool]) => tool);

    expect(tools).toHaveLength(2);
    for (const tool of tools) expect(page).toContain(tool);
  });

  it("should be of shell lines that bash can read", () => {
    for (const { run } of STEPS) if (run !== undefined) execFileSync("bash", ["-n", "-c", run]);
  });
});

const withConftest = CONFTEST === "" ? describe.skip : describe;

withConftest(`the policy${CONFTEST === "" ? ", which needs the program that CONFTEST names" : ""}`, () => {
  it("should find what is not encrypted, has no tags, or allows all actions, and pass what is right", () => {
    const right = {
      provider: { aws: [{ default_tags: [{ tags: { application: "retrigger", environment: "dev" } }] }] },
      resource: {
        aws_sqs_queue: { q: { sqs_managed_sse_enabled: true } },
        aws_iam_role_policy: { p: { policy: '{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage"}]}' } },
      },
    };
    const wrong = {
      provider: { aws: [{ default_tags: [{ tags: { application: "retrigger" } }] }] },
      resource: {
        aws_sqs_queue: { q: {} },
        aws_sns_topic: { t: {} },
        aws_dynamodb_table: { d: {} },
        google_storage_bucket: { b: {} },
        aws_iam_role_policy: { p: { policy: '{"Statement":[{"Effect":"Allow","Action":["s3:*"]}]}' } },
      },
    };

    expect(failuresOf(right)).toEqual([]);
    expect(failuresOf(wrong)).toHaveLength(6);
  });
});

// Helpers

function failuresOf(stack: unknown): unknown[] {
  const file = join(mkdtempSync(join(tmpdir(), "retrigger-policy-")), "cdk.tf.json");
  writeFileSync(file, JSON.stringify(stack));
  const { stdout } = spawnSync(CONFTEST, ["test", "--policy", POLICY, "--output", "json", file], { encoding: "utf8" });
  const [result] = JSON.parse(stdout);
  return result.failures ?? [];
}
