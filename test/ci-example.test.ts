import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readReasons, settleFindings } from "../bench/policy/checkov-findings";
import { dependencies, scripts } from "../package.json";

const ROOT = join(__dirname, "..");
const WORKFLOW = readFileSync(join(ROOT, "docs/examples/ci/github-actions.yml"), "utf8");
const PAGE = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const POLICY = join(ROOT, "docs/examples/policy");
const TAGS = { application: "retrigger", environment: "dev" };
const CONFTEST = process.env.CONFTEST ?? "";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const JOB = parse(WORKFLOW, { uniqueKeys: true }).jobs.stacks;
const STEPS: readonly Step[] = JOB.steps;
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
    expect([...RUN.matchAll(/npx (\S+ \S+)/g)].map((match) => match[1])).toEqual([
      "retrigger validate",
      "retrigger plan",
      "cdktf synth",
    ]);
    expect(dependencies["cdktf-cli"]).toBeDefined();
    expect(RUN).toContain('--policy "$POLICY"');
    expect(JOB.env.POLICY).toMatch(/^node_modules\/retrigger\//);
    expect(existsSync(join(ROOT, JOB.env.POLICY.replace("node_modules/retrigger/", "")))).toBe(true);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are expressions of the workflow
  it("should look at each environment alone: what it plans, synthesises, compares and checks", () => {
    const folder = "terraform-${{ matrix.environment }}";
    const synthesis = STEPS.find(({ run }) => run === `npx cdktf synth --output ${folder}`);

    expect(JOB.strategy.matrix.environment).toEqual(["dev", "prod"]);
    expect(synthesis?.env).toEqual({ RETRIGGER_ENVIRONMENT: "${{ matrix.environment }}" });
    expect(RUN).toContain("retrigger plan --environment ${{ matrix.environment }}\n");
    expect(RUN.split(`${folder}/stacks/*`)).toHaveLength(4);
    expect(RUN).not.toMatch(/terraform\/stacks|-- terraform(\s|$)/);
    expect(RUN).toContain(`git diff --exit-code --stat -- ${folder}`);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the rest has none

  it("should fix the version of each tool that it installs, as the page does", () => {
    const tools = [...RUN.matchAll(/\S+@v\d\S+|\S+==\S+/g)].map(([tool]) => tool);

    expect(tools).toHaveLength(2);
    for (const tool of tools) expect(PAGE).toContain(tool);
  });

  it("should be of shell lines that bash can read", () => {
    for (const { run } of STEPS) if (run !== undefined) execFileSync("bash", ["-n", "-c", run]);
  });
});

const withConftest = CONFTEST === "" ? describe.skip : describe;

withConftest(`the policy${CONFTEST === "" ? ", which needs the program that CONFTEST names" : ""}`, () => {
  it("should pass what is right", () => {
    expect(failuresOf(stackWith({}))).toEqual([]);
  });

  it.each([
    ["aws_sqs_queue.x is not encrypted", stackWith({ aws_sqs_queue: { x: { sqs_managed_sse_enabled: false } } })],
    ["aws_sns_topic.x is not encrypted", stackWith({ aws_sns_topic: { x: {} } })],
    ["aws_dynamodb_table.x has no server-side", stackWith({ aws_dynamodb_table: { x: {} } })],
    ["google_storage_bucket.x may become public", stackWith({ google_storage_bucket: { x: {} } })],
    ["the provider aws sets no tag environment", stackWith({}, { application: "retrigger" })],
    ["aws_iam_role_policy.x allows s3:*", stackWith({ aws_iam_role_policy: { x: policyOf({ Action: ["s3:*"] }) } })],
    ["aws_iam_policy.x allows s3:*", stackWith({ aws_iam_policy: { x: policyOf({ Action: "s3:*" }) } })],
    ["aws_iam_policy.x allows all actions but some", stackWith({ aws_iam_policy: { x: policyOf({ NotAction: "s3:GetObject" }) } })],
    ["aws_iam_policy.x cannot be read", stackWith({ aws_iam_policy: { x: { policy: "made elsewhere" } } })],
    ["the provider google sets no label environment", { provider: { google: [{ default_labels: { application: "retrigger" } }] } }],
  ])("should refuse one thing: %s", (message, stack) => {
    expect(failuresOf(stack)).toMatchObject([{ msg: expect.stringContaining(message) }]);
  });
});

withConftest(`a company's policy${CONFTEST === "" ? ", which needs the program that CONFTEST names" : ""}`, () => {
  const { company } = parse(readFileSync(join(POLICY, "company.yaml"), "utf8"));
  const tagged = { ...TAGS, "cost-center": "4711", team: "ml" };
  const role = { permissions_boundary: company.aws.permissions_boundary, path: company.aws.path };
  const queue = { sqs_managed_sse_enabled: true, kms_master_key_id: company.aws.key };
  const right = { aws_sqs_queue: { q: queue }, aws_iam_role: { r: role } };
  const labelled = (labels: Readonly<Record<string, string>>) => ({ provider: { google: [{ default_labels: labels }] } });
  const bucket = (encryption: Readonly<Record<string, string>>) => ({
    aws_s3_bucket_server_side_encryption_configuration: { x: { rule: [{ apply_server_side_encryption_by_default: encryption }] } },
  });

  it("should pass what is right, and a bucket with a key of its own", () => {
    const stack = stackWith(
      { ...right, ...bucket({ kms_master_key_id: "arn:aws:kms:eu-central-1:111122223333:key/other" }) },
      tagged,
    );

    expect(failuresOf(stack, "company.yaml")).toEqual([]);
  });

  it("should ask for nothing without its data", () => {
    expect(failuresOf(stackWith({ aws_iam_role: { x: {} } }))).toEqual([]);
  });

  it.each([
    [
      "aws_iam_role.x does not have the permissions boundary",
      stackWith({ ...right, aws_iam_role: { x: { path: role.path } } }, tagged),
    ],
    ["aws_iam_role.x does not have the path", stackWith({ ...right, aws_iam_role: { x: { ...role, path: "/" } } }, tagged)],
    [
      "aws_sqs_queue.x is not encrypted with the key",
      stackWith({ aws_sqs_queue: { x: { sqs_managed_sse_enabled: true } } }, tagged),
    ],
    ["aws_lambda_function.x is not encrypted with the key", stackWith({ ...right, aws_lambda_function: { x: {} } }, tagged)],
    ["configuration.x is not encrypted with the key", stackWith({ ...right, ...bucket({ sse_algorithm: "AES256" }) }, tagged)],
    ["aws_kms_key.x is a key beside that of the company", stackWith({ ...right, aws_kms_key: { x: {} } }, tagged)],
    ["the provider aws sets no tag team", stackWith(right, { ...TAGS, "cost-center": "4711" })],
    ["google_pubsub_topic.x is not encrypted with the key", { resource: { google_pubsub_topic: { x: {} } } }],
    ["the provider google sets no label team", labelled({ ...TAGS, "cost-center": "4711" })],
  ])("should refuse one thing: %s", (message, stack) => {
    expect(failuresOf(stack, "company.yaml")).toMatchObject([{ msg: expect.stringContaining(message) }]);
  });
});

describe("the findings of Checkov", () => {
  const reasons = readReasons(readFileSync(join(POLICY, "checkov-reasons.yaml"), "utf8"));

  it("should each have one reason, told in the page too", () => {
    const keys = reasons.map(({ check, type }) => `${check} ${type}`);

    expect(new Set(keys).size).toBe(keys.length);
    expect(reasons.filter(({ check }) => !PAGE.includes(check))).toEqual([]);
    expect([...PAGE.matchAll(/CKV_\w+/g)].filter(([check]) => !reasons.some((entry) => entry.check === check))).toEqual([]);
  });

  it("should be settled by their check and type alone, and a reason without a finding be told", () => {
    const failed_checks = [
      { check_id: "CKV_AWS_50", check_name: "X-Ray", resource: "resource.a", file_path: "/aws-stack/cdk.tf.json" },
      { check_id: "CKV_AWS_50", check_name: "X-Ray", resource: "aws_lambda_function.b", file_path: "/aws-stack/cdk.tf.json" },
      { check_id: "CKV_AWS_27", check_name: "Encrypted queue", resource: "resource.q", file_path: "/aws-stack/cdk.tf.json" },
    ];
    const typeOf = (file: string, id: string) =>
      id === "a" ? "aws_lambda_function" : `${file === "/aws-stack/cdk.tf.json" ? "aws" : "google"}_sqs_queue`;
    const report = JSON.stringify({ results: { failed_checks }, summary: { passed: 4, parsing_errors: 0 } });
    const given = [
      { check: "CKV_AWS_50", type: "aws_lambda_function", reason: "it costs money" },
      { check: "CKV_AWS_27", type: "aws_sns_topic", reason: "of another type" },
    ];

    const settled = settleFindings(report, given, typeOf);

    expect(settled).toEqual({
      passed: 4,
      settled: [{ check: "CKV_AWS_50", type: "aws_lambda_function", name: "X-Ray", count: 2, reason: "it costs money" }],
      unsettled: [{ check: "CKV_AWS_27", type: "aws_sqs_queue", name: "Encrypted queue", count: 1 }],
      idle: [{ check: "CKV_AWS_27", type: "aws_sns_topic", reason: "of another type" }],
    });
  });

  it("should not be believed of a file that Checkov cannot parse", () => {
    const report = JSON.stringify({ results: { failed_checks: [] }, summary: { passed: 0, parsing_errors: 1 } });

    expect(() => settleFindings(report, [], () => "")).toThrow("got 1 files that Checkov cannot parse; expected none");
  });
});

describe("the exit codes of the page", () => {
  const BUNDLE = join(ROOT, "dist/test/ci/retrigger.js");
  const NONE = mkdtempSync(join(tmpdir(), "retrigger-exit-"));
  const run = (...args: string[]) => spawnSync(process.execPath, [BUNDLE, ...args], { cwd: NONE, encoding: "utf8" });

  beforeAll(() => {
    const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
    execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "cli/retrigger.ts"), ...flags]);
  });

  it("should be all that the command has", () => {
    expect([...PAGE.matchAll(/^\| (\d+) \|/gm)].map((match) => match[1])).toEqual(["0", "1", "2", "130"]);
  });

  it.each([
    [0, ["validate", join(ROOT, "retrigger.yaml")]],
    [0, ["validate", join(ROOT, "docs/examples/every-target.yaml")]],
    [1, ["validate", "--strict", join(ROOT, "test/fixtures/config/minimal.yaml")]],
    [1, ["validate", "nowhere.yaml"]],
    [1, ["plan", "--config", "nowhere.yaml"]],
    [1, ["why", "nonsense"]],
    [2, ["explode"]],
    [2, ["decisions", "--modle", "m"]],
    [2, ["decisions", "--limit", "0"]],
  ])("should be %d for %j", (code, args) => {
    expect(run(...args)).toMatchObject({ status: code, signal: null });
  });
});

// Helpers

/** A right stack, and these resources. */
function stackWith(resource: Readonly<Record<string, unknown>>, tags: Readonly<Record<string, string>> = TAGS) {
  const right = {
    aws_sqs_queue: { q: { sqs_managed_sse_enabled: true } },
    aws_iam_role_policy: { p: policyOf({ Action: "sqs:SendMessage" }) },
  };
  return { provider: { aws: [{ default_tags: [{ tags }] }] }, resource: { ...right, ...resource } };
}

function policyOf(statement: Readonly<Record<string, unknown>>) {
  return { policy: JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] }) };
}

/** @param data file beside the policy, with its parameters */
function failuresOf(stack: unknown, data?: string): unknown[] {
  const file = join(mkdtempSync(join(tmpdir(), "retrigger-policy-")), "cdk.tf.json");
  writeFileSync(file, JSON.stringify(stack));
  const parameters = data === undefined ? [] : ["--data", join(POLICY, data)];
  const { stdout } = spawnSync(CONFTEST, ["test", "--policy", POLICY, ...parameters, "--output", "json", file], {
    encoding: "utf8",
  });
  const [result] = JSON.parse(stdout);
  return result.failures ?? [];
}
