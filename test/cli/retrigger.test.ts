import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { version } from "../../package.json";
import { decisionOf, NOW } from "../contracts/coordination-samples";
import { describeWithDynamoDb } from "../contracts/dynamodb-endpoint";
import { temporaryFolder } from "../modules/temporary-project";
import { checkOf, idOf } from "../simulation/candidates";
import { dataRequest, driftRequest, localRun, localRunWrittenAt } from "./local-run";
import { promotedRun } from "./promoted-run";
import { rollingRun, STARTED } from "./rolling-run";

const ROOT = join(__dirname, "../..");
/** Below the packages that the bundle leaves out. */
const BUNDLE = join(ROOT, "dist/test/cli/retrigger.js");

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "cli/retrigger.ts"), ...flags]);
});

/** What a person may type or paste by mistake. */
const TYPED = `data/\u001b[31m\u009b2J${"y".repeat(3_000)}`;

describe("retrigger", () => {
  it("should explain itself with examples", () => {
    const { status, stdout } = retrigger(ROOT, "--help");

    expect(status).toBe(0);
    expect(stdout).toContain("$ retrigger why data/flight-delay/1");
  });

  it("should write a configuration with --yes, and not ask where there is no terminal", () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-init-"));

    const refused = retrigger(folder, "init");
    const written = retrigger(folder, "init", "--yes", "--offline", "--json");
    const again = retrigger(folder, "init", "--yes", "--offline");

    rmSync(folder, { recursive: true });
    expect(refused).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^init asks questions.* use --yes/) });
    expect({ ...written, stdout: JSON.parse(written.stdout).written }).toEqual({
      status: 0,
      stdout: ["retrigger.yaml", "cdktf.json"],
      stderr: "",
    });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining("retrigger.yaml exists already") });
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
    const { status, stderr } = retrigger(await localRun(dataRequest(1)), "why", "data/flight-delay/\u001b[31m1");

    expect(status).toBe(1);
    expect(stderr).toMatch(/^no request data\/flight-delay\/\\u001b\[31m1; /);
  });

  it.each([
    ["why", TYPED],
    ["rollout", `candidate/flight-delay/${TYPED}`],
    ["drift", TYPED],
    ["state", TYPED],
    ["approve", TYPED],
    ["why", `candidate/${TYPED}`],
    ["reject", `candidate/${TYPED}`],
    ["why", `candidate/flight-delay/${TYPED}`],
    ["candidates", TYPED],
    ["freeze", TYPED, "--why", "x"],
    ["thaw", TYPED],
    ["settle", TYPED, "--status", "failed"],
    ["trigger", TYPED, "--why", TYPED.slice(0, 200)],
    ["trigger", "west-coast", "--why", "x", "--with", TYPED],
    ["pause", TYPED, "--why", TYPED.slice(0, 200)],
    ["resume", "west-coast", "--catch-up", TYPED],
    ["decisions", "--since", TYPED],
    ["decisions", "--stack", "gcp", "--state", TYPED],
    ["redrive", "--queue-name", TYPED],
    ["redrive", "--environment", TYPED, "--stack", "aws", "--state", TYPED],
    ["rules", "test", "--event", TYPED],
    [TYPED],
    [`--${TYPED}`],
  ])("should print nothing that was typed as a terminal would obey it, nor all of what is too long: %#", async (...args) => {
    const { status, stdout, stderr } = retrigger(await localRun(dataRequest(1)), ...args);

    expect(status).toBeGreaterThan(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|y{301}/);
    expect(stderr).not.toContain("    at ");
    expect(stdout + stderr).not.toBe("");
  });

  it("should end with 1 and a message when it cannot answer", async () => {
    expect(retrigger(await localRun(dataRequest(1)), "why", "nonsense")).toEqual({
      status: 1,
      stdout: "",
      stderr: "no request nonsense; retrigger decisions lists them\n",
    });
  });

  it.each([
    [["trigger", "west-coast"], "required option '--why <text>' not specified"],
    [["decisions", "--limit", "0"], "Expected a whole number from 1 to 10000."],
    [["drift"], "missing required argument 'model'"],
    [["drift", "m", "--limit", "0"], "Expected a whole number from 1 to 10000."],
    [["resume", "m", "--catch-up", "some"], "Allowed choices are merged, all, skip."],
    [["thaw", "m", "--catch-up", "some"], "Allowed choices are merged, all, skip."],
    [["freeze", "m"], "required option '--why <text>' not specified"],
    [["candidates", "m", "--limit", "0"], "Expected a whole number from 1 to 10000."],
    [["explode"], "unknown command 'explode'"],
    [["decisoins"], "Did you mean decisions?"],
    [["history", "imprt"], "Did you mean import?"],
    [["rules", "tets"], "Did you mean test?"],
    [["decisions", "--modle", "m"], "Did you mean --model?"],
    [["decisions", "--outcome", "started"], "Allowed choices are start, defer"],
    [["decisions", "--stack", "azure"], "Allowed choices are local, aws, gcp."],
    [["state", "one", "two"], "too many arguments"],
    [[], "Commands:"],
    [["rules"], "Commands:"],
    [["rules", "test"], "required option '--event <path...>' not specified"],
    [["drift"], "--help after the command tells what it takes"],
  ])("should end with 2 for %j", (args, message) => {
    const { status, stderr } = retrigger(ROOT, ...args);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    [["decisions", "--since", "yesterday"], "--since yesterday: expected how long ago"],
    [["decisions", "--since", "2026-02-30"], "--since 2026-02-30: there is no such day or time"],
    [["decisions", "--until", "2026-02-01T25:00Z"], "--until 2026-02-01T25:00Z: there is no such day or time"],
    [["decisions", "--export", "--until", "2026-04-31"], "--until 2026-04-31: there is no such day or time"],
    [["redrive", "--since", "2026-13-01"], "--since 2026-13-01: there is no such day or time"],
    [
      ["decisions", "--since", "2026-02-02", "--until", "2026-02-01"],
      "--since 2026-02-02 is after --until 2026-02-01: 2026-02-02 00:00:00 and 2026-02-01 00:00:00 UTC; exchange them",
    ],
    [["decisions", "--export", "--limit", "3", "--since", "1h", "--until", "2h"], "--since 1h is after --until 2h"],
    [["redrive", "--since", "yesterday"], "--since yesterday: expected how long ago"],
    [["trigger", "west-coast", "--why", ""], "--why: got a blank text"],
    [["pause", "west-coast", "--why", "x", "--by", " "], "--by: got a blank text"],
    [["erase-person", " "], "name the person"],
    [["state", "--stack", "aws"], "or the state table with --state or RETRIGGER_STATE"],
    [["state", "--environment", "prod", "--queue", "q"], "--environment and --queue: only what is deployed has these; add --stack"],
    [["state", "--stack", "gcp", "--state", "x"], "got the state database x; expected projects/"],
  ])("should end with 2 for what only a command can tell to be wrong: %j", async (args, message) => {
    const { status, stdout, stderr } = retrigger(await localRun(dataRequest(1)), ...args);

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([
    [["decisions", "--since", "2026-02-30"], "--since 2026-02-30: there is no such day or time"],
    [["decisions", "--export", "--since", "1h", "--until", "2h"], "--since 1h is after --until 2h"],
    [["redrive", "--stack", "aws", "--since", "2026-13-01"], "--since 2026-13-01: there is no such day or time"],
    [["hold", "west-coast", "--why", " "], "--why: got a blank text"],
  ])("should end with 2 for wrong usage before it looks for a coordinator: %j", (args, message) => {
    const { status, stdout, stderr } = retrigger(temporaryFolder({}), ...args);

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("should export as many as a limit says, the newest, and all without one", async () => {
    const folder = await localRun(dataRequest(1), dataRequest(2));

    const lines = (...args: string[]) =>
      retrigger(folder, "decisions", "--export", ...args)
        .stdout.split("\n")
        .filter(Boolean);

    expect(lines()).toHaveLength(2);
    expect(lines("--limit", "1")).toEqual(lines().slice(0, 1));
  });

  it("should tell its version", () => {
    expect(retrigger(ROOT, "--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("should test rules without a coordinator, and end with 1 when an event is broken", () => {
    const { status, stdout, stderr } = retrigger(ROOT, "rules", "test", "--event", "package.json", "--json");

    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ receipts: [], broken: [{ file: "package.json" }] });
  });

  it("should tell of candidates, and answer about them", async () => {
    const folder = await promotedRun({}, [{ judgement: { checks: [checkOf("not-known")] } }]);

    const listed = retrigger(folder, "candidates", "flight-delay", "--json");
    const told = retrigger(folder, "why", idOf(1));
    const expired = retrigger(folder, "approve", idOf(1));

    expect(JSON.parse(listed.stdout)).toMatchObject({
      candidates: [{ candidate: { id: idOf(1) }, standing: "waits-for-approval" }],
    });
    expect(told).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("not-known     champion: ") });
    expect(expired).toMatchObject({ status: 1, stderr: expect.stringContaining("its approval has expired") });
  });

  it.each<[string, (rollout: Record<string, unknown>) => void]>([
    ["lacks its settings", (rollout) => void delete rollout.settings],
    ["lacks its windows", (rollout) => void delete rollout.windows],
    ["names a time after the last one", (rollout) => void Object.assign(rollout, { since: 9e15 })],
    ["is at no known position", (rollout) => void Object.assign(rollout, { at: { is: "sideways" } })],
  ])("should say which file is broken where a rollout %s", async (_, spoil) => {
    const { folder } = await rollingRun({ seen: STARTED });
    const path = join(folder, ".retrigger/promotions.json");
    const promotions = JSON.parse(readFileSync(path, "utf8"));
    spoil(promotions["flight-delay"].state.current.rollout);
    writeFileSync(path, JSON.stringify(promotions));

    for (const args of [["rollout", "flight-delay"], ["candidates"], ["rollback", "flight-delay", "--why", "errors"]]) {
      const { status, stdout, stderr } = retrigger(folder, ...args);

      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/^\S*promotions\.json is broken \(✖ .* → at \S+\.state\.current\.rollout\..*\); npm start -- --fresh/);
    }
  });

  it("should say on the error output what an order does before it is given, and what came of it in JSON", async () => {
    const { folder } = await rollingRun({ seen: STARTED });

    const early = retrigger(folder, "promote", "flight-delay", "--why", "we hurry");
    const silent = retrigger(folder, "promote", "flight-delay", "--now");
    const shown = retrigger(folder, "rollout", "flight-delay", "--json");
    const back = retrigger(folder, "rollback", idOf(1), "--why", "complaints", "--by", "ada", "--json");
    const again = retrigger(folder, "rollback", "flight-delay", "--why", "complaints", "--by", "ada");

    expect(early).toMatchObject({ status: 2, stderr: expect.stringContaining("--now gives one in a rollout all of the traffic") });
    expect(silent).toMatchObject({ status: 2, stderr: "--why is missing: the reason, for the record\n" });
    expect(JSON.parse(shown.stdout)).toMatchObject({ traffic: "5% to the candidate" });
    expect(back.stderr).toMatch(
      /^rollback candidate\/\S+ on delays: traffic goes from 5% to the candidate to the champion alone, .*\n$/,
    );
    expect(JSON.parse(back.stdout)).toMatchObject({ answer: "taken", steps: [{ by: "ada (declared)" }] });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining("goes back to the champion already") });
  });

  it("should end with 1 where nothing is frozen", async () => {
    const { status, stderr } = retrigger(await localRun(), "thaw", "west-coast");

    expect({ status, stderr }).toEqual({ status: 1, stderr: "west-coast is not frozen\n" });
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
