import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { decisionOf, NOW } from "../contracts/coordination-samples";
import { describeWithDynamoDb } from "../contracts/dynamodb-endpoint";
import { dataRequest, driftRequest, localRun, localRunWrittenAt } from "./local-run";

const ROOT = join(__dirname, "../..");
/** Below the packages that the bundle leaves out. */
const BUNDLE = join(ROOT, "dist/test/cli/retrigger.js");

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "cli/retrigger.ts"), ...flags]);
});

describe("retrigger", () => {
  it("should explain itself with examples", () => {
    const { status, stdout } = retrigger(ROOT, "--help");

    expect(status).toBe(0);
    expect(stdout).toContain("$ retrigger why data/flight-delay/1");
  });

  it("should answer in text without colours when piped, or in JSON", async () => {
    const folder = await localRun(dataRequest(1), dataRequest(2));

    const text = retrigger(folder, "decisions");
    const json = retrigger(folder, "decisions", "--json");

    expect({ ...text, stdout: "" }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(text.stdout).toMatch(/^ {2}decided {14}outcome {2}request/);
    expect(text.stdout).not.toContain("\u001b");
    expect(JSON.parse(json.stdout)).toHaveLength(2);
  });

  it.each([
    [["decisions"]],
    [["why", "data/flight-delay/1"]],
    [["state"]],
    [["backlog"]],
    [["decisions", "--json"]],
    [["decisions", "--export"]],
  ])("should obey nothing that stands in a decision: %j", async (args) => {
    const why = "new\u001b]0;owned\u0007 labels\u202e\u009b2J\nforged: line";
    const folder = await localRun({ ...dataRequest(1), causes: [{ type: "manual", by: "ada\u001b[2J", why }] });

    const { status, stdout, stderr } = retrigger(folder, ...args);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]|^forged/m);
    expect(stdout.length).toBeGreaterThan(10);
  });

  it("should obey nothing that stands in a message of its own", async () => {
    const { status, stderr } = retrigger(await localRun(dataRequest(1)), "why", "none\u001b[2J\u009b31m");

    expect(status).toBe(1);
    expect(stderr).toBe("no request none\\u001b[2J\\u009b31m; the nearest are data/flight-delay/1\n");
  });

  it("should end with 1 and a message when it cannot answer", async () => {
    expect(retrigger(await localRun(dataRequest(1)), "why", "nonsense")).toEqual({
      status: 1,
      stdout: "",
      stderr: "no request nonsense; the nearest are data/flight-delay/1\n",
    });
  });

  it.each([
    [["trigger", "west-coast"], "required option '--why <text>' not specified"],
    [["decisions", "--limit", "0"], "Expected a whole number from 1 to 10000."],
    [["drift"], "missing required argument 'model'"],
    [["drift", "m", "--limit", "0"], "Expected a whole number from 1 to 10000."],
    [["resume", "m", "--catch-up", "some"], "Allowed choices are merged, all, skip."],
    [["explode"], "unknown command 'explode'"],
    [["rules"], "Commands:"],
    [["rules", "test"], "required option '--event <path...>' not specified"],
  ])("should end with 2 for %j", (args, message) => {
    const { status, stderr } = retrigger(ROOT, ...args);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it("should test rules without a coordinator, and end with 1 when an event is broken", () => {
    const { status, stdout, stderr } = retrigger(ROOT, "rules", "test", "--event", "package.json", "--json");

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ receipts: [], broken: [{ file: "package.json" }] });
  });

  it("should take what a person decided into the files", async () => {
    const folder = await localRunWrittenAt(Date.now(), driftRequest());

    const { status, stdout } = retrigger(folder, "approve", "drift/flight-delay/1", "--by", "grace");

    const read = (name: string) => readFileSync(join(folder, ".retrigger", name), "utf8");
    const { approval, runs } = JSON.parse(read("state.json")).states["flight-delay"].state;
    expect({ status, approval }).toEqual({ status: 0, approval: undefined });
    expect(stdout).toContain("approved by grace");
    expect(runs).toMatchObject([{ requestId: "drift/flight-delay/1", runId: JSON.parse(read("runs.jsonl")).runId }]);
  });
});

describeWithDynamoDb("retrigger over DynamoDB", (dynamoDb) => {
  it("should list what it can read, tell what it leaves out, and end with 1", async () => {
    // Arrange
    const { client, createTable, endpoint } = dynamoDb();
    const table = await createTable();
    const log = dynamoDecisionLog(client, table);
    for (const n of [1, 2]) await log.record(decisionOf({ requestId: `data/flights/${n}`, decidedAt: NOW + n }));
    const Key = { pk: { S: "request#data/flights/2" }, sk: { S: `decision#00${NOW + 2}#defer` } };
    const raise = { UpdateExpression: "SET shape = :two", ExpressionAttributeValues: { ":two": { N: "2" } } };
    await client.send(new UpdateItemCommand({ TableName: table, Key, ...raise }));

    // Act
    const access = { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_REGION: "eu-central-1" };
    const env = { ...process.env, ...access, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    const args = ["decisions", "--model", "flights", "--json", "--stack", "aws", "--state", table];
    const { status, stdout, stderr } = spawnSync(process.execPath, [BUNDLE, ...args], { cwd: ROOT, encoding: "utf8", env });

    // Assert
    expect(stderr).toMatch(
      /^left out: Error: the item request#data\/flights\/2, decision#.* got a row of shape 2, expected at most 1.*\n$/,
    );
    expect(JSON.parse(stdout)).toMatchObject([{ requestId: "data/flights/1" }]);
    expect(status).toBe(1);
  });
});

// Helpers

function retrigger(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUNDLE, ...args], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}
