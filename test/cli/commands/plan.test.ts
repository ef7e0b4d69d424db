import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../modules/temporary-project";
import { buildCommand, type Ended, emptyHome, runCommand } from "../run-command";

const BUNDLE = buildCommand("plan-command");
const ROLE = "arn:aws:iam::111122223333:role/pipelines";
const DEFINITION = JSON.stringify({
  Version: "2020-12-01",
  Parameters: [{ Name: "ManifestUri", Type: "String" }],
  Steps: [{ Name: "Train", Type: "Training", Arguments: {} }],
});

const HEAD = "aws: { region: eu-central-1 }\n";
const MODEL = "models: { one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: train-one } } }\n";
const DIRECT = "models: { one: { pipeline: { name: train-one }, schedule: { mode: direct, rate: 24h } } }\n";
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:ended";
const RULES = `rules: { ended: { type: custom, on: { event: tuning-job }, targets: [{ type: sns, arn: "${TOPIC}" }] } }
`;

describe("retrigger plan", () => {
  it.each([
    [
      "direct schedules",
      `${HEAD}${DIRECT}`,
      ["0 models with data", "1 SQS queue", "At rest: nothing that costs money."],
      ["Each training", "custom metrics", "landed objects"],
    ],
    ["rules beside one", `${HEAD}${DIRECT}${RULES}`, ["0 models with data", "At rest"], ["Each training", "custom metrics"]],
  ])("should be of a file that has only %s", async (_what, text, expected, unexpected) => {
    const { status, stdout, stderr } = await planned(`environment: dev\n${text}`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const part of expected) expect(stdout).toContain(part);
    for (const part of unexpected) expect(stdout).not.toContain(part);
  });

  it("should end with all mistakes of a file, and without a stack trace", async () => {
    const { status, stdout, stderr } = await planned(
      `environment: dev\naws: { region: 5 }\n${MODEL.replace("bucket: acme", "bucket: A")}`,
    );

    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("aws.region");
    expect(stderr).toContain("models.one.data.bucket");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("should name the file that is not there, and no stack", async () => {
    const folder = temporaryFolder({});
    const { status, stderr } = await runPlan(["--config", join(folder, "none.yaml")]);

    expect(status).toBe(1);
    expect(stderr).toContain("none.yaml");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("should ask which of several environments is meant, and plan the one that is named", async () => {
    const text = `${HEAD}${MODEL}environments: { dev: {}, prod: { aws: { region: us-east-1 } } }\n`;
    const unnamed = await planned(text);
    const named = await planned(text, ["--environment", "prod"]);
    const unknown = await planned(text, ["--environment", "test"]);

    expect(unnamed).toMatchObject({ status: 1, stdout: "" });
    for (const { stderr } of [unnamed, unknown]) {
      expect(stderr).toContain("dev");
      expect(stderr).toContain("prod");
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(unknown.status).toBe(1);
    expect(named.status).toBe(0);
    expect(named.stdout).toContain("AWS, us-east-1");
  });

  it("should read a definition beside the file, from wherever it is called, and write nothing", async () => {
    const pipeline = `{ name: train-one, definitionFile: ./pipeline.json, roleArn: "${ROLE}" }`;
    const text = `environment: dev\n${HEAD}${MODEL.replace("{ name: train-one }", pipeline)}`;
    const folder = temporaryFolder({ "retrigger.yaml": text, "pipeline.json": DEFINITION });
    const current = temporaryFolder({ "other.txt": "stays" });
    const temporary = temporaryFolder({});
    const before = readdirSync(folder);
    const { status, stdout, stderr } = await runPlan(["--config", join(folder, "retrigger.yaml")], {
      cwd: current,
      TMPDIR: temporary,
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("1 SageMaker pipeline");
    expect(readdirSync(folder)).toEqual(before);
    expect(readdirSync(current)).toEqual(["other.txt"]);
    expect(readFileSync(join(current, "other.txt"), "utf8")).toBe("stays");
    // What Node.js compiled, which the command keeps between its runs.
    expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
  });

  it("should tell in JSON which prices are not confirmed, and what essential watching would cost", async () => {
    const { stdout } = await planned(`environment: dev\n${HEAD}${MODEL}`, ["--json"]);
    const { stacks, largest, withEssential } = JSON.parse(stdout);
    const doubtful = stacks[0].atRest.flatMap(({ item, doubt }: { item: string; doubt?: string }) =>
      doubt === undefined ? [] : [item],
    );

    expect(doubtful).toEqual(["composite alarms", "schedules", "stored log"]);
    expect(withEssential.largestUsd).toBeLessThan(largest.usd);
  });
});

// Helpers

async function planned(text: string, args: readonly string[] = []): Promise<Ended> {
  const folder = temporaryFolder({});
  writeFileSync(join(folder, "retrigger.yaml"), text);
  return runPlan(["--config", join(folder, "retrigger.yaml"), ...args]);
}

function runPlan(args: readonly string[], { cwd, ...env }: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runCommand(BUNDLE, ["plan", ...args], { ...emptyHome(), ...env }, cwd);
}
