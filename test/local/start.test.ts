import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDynamoDb } from "../../local/files/dynamodb-process";

const ROOT = join(__dirname, "../..");
/** Below the packages that the bundle leaves out. */
const BUNDLE = join(ROOT, "dist/test/local/start.js");
const TWO_DAYS = ["--until", "2001-01-03"];

const dynamo = findDynamoDb();

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), ...flags]);
});

describe("npm start", () => {
  it("should replay two days of real flights, and balance", () => {
    const { status, stdout, stderr, read } = start(TWO_DAYS);

    const summary = JSON.parse(read("summary.json"));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("(missing 0, twice 0)");
    expect(stdout).not.toContain("\u001b");
    expect(summary).toMatchObject({ seed: 1, flights: 31_678, isBalanced: true });
    expect(summary.deadLetters).toHaveLength(5);
    expect(read("runs.jsonl").trim().split("\n")).toHaveLength(summary.runs.started);
    expect(summary.requests).toMatchObject({
      startedTwice: 0,
      unpaired: 0,
      missingInRuns: 0,
      own: { lost: 0 },
      merged: { lost: 0 },
    });
    expect(Object.keys(JSON.parse(read("state.json")).states)).toEqual(["flight-delay", "west-coast"]);
  });

  it("should show every outcome within the first twelve days", () => {
    const { status, read } = start(["--until", "2001-01-13"]);

    const outcomes = linesOf(read("decisions.jsonl")).map((decision) => decision.outcome);
    expect(status).toBe(0);
    expect([...new Set(outcomes)].sort()).toEqual(["ask", "defer", "duplicate", "merge", "reject", "start"]);
  });

  it("should come to the same for the same seed, and to something else for another", () => {
    const [first, again, other] = ["7", "7", "8"].map((seed) => outcomeOf(start([...TWO_DAYS, "--seed", seed])));

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  const unless = "missing" in dynamo ? it.skip : it;
  unless(`should decide the same over DynamoDB${"missing" in dynamo ? `, skipped: ${dynamo.missing}` : ""}`, () => {
    const [memory, dynamodb] = ["memory", "dynamodb"].map((store) => outcomeOf(start([...TWO_DAYS, "--store", store])));

    expect(dynamodb).toEqual(memory);
  });

  it("should decide the same on both clouds", () => {
    const { status, stdout, read } = start(["--until", "2001-01-09", "--cloud", "both", "--seed", "3"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(
      /AWS and Google Cloud: same decisions \(\d{2,}\), same runs \(\d{2,}\), same manifests \(\d{2,}\), same drift evaluations \(\d+\)\n\nTry next:\n/,
    );
    expect(read("gcp/runs.jsonl")).toContain("gs://flights-landing/retrigger/");
  });

  it("should find the drift of real flights, and say what it did about it", () => {
    const { status, stdout, read } = start(["--scenario", "drift", "--until", "2001-05-08"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(/2001-02-12 {2}delay .* detected +low +recorded/);
    expect(stdout).toMatch(/2001-04-30 {2}delay .* detected +medium +start: all-checks-passed/);
    expect(stdout).toMatch(/ distance +psi +0\.\d+ +0\.05 +0\.0005\d+ +none +none/);
    expect(stdout).toContain("Reports 14 evaluated, 0 in dead letters");
    expect(linesOf(read("drifts.jsonl"))).toHaveLength(14);
    expect(linesOf(read("decisions.jsonl")).map(({ outcome }) => outcome)).toContain("start");
  });

  it("should say what is wrong with an option, without a stack", () => {
    const { status, stderr } = start(["--until", "2002-01-01"]);

    expect(status).toBe(1);
    expect(stderr).toBe(
      "--until 2002-01-01: expected a day from 2001-01-01 to 2001-07-01, written like 2001-02-01\nnpm start -- --help tells what is allowed\n",
    );
  });

  it("should say what to set where no DynamoDB is for this machine", () => {
    const { status, stderr } = start(["--store", "dynamodb"], `Object.defineProperty(process, "arch", { value: "abacus" });`);

    expect(status).toBe(1);
    expect(stderr).toMatch(/^no DynamoDB for \w+-abacus: .* set DYNAMODB_ENDPOINT /);
    expect(stderr).not.toContain("    at ");
  });

  it("should explain itself", () => {
    const { status, stdout } = start(["--help"]);

    expect(status).toBe(0);
    expect(stdout).toContain("--store <name>");
  });
});

// Helpers

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Runs the command in a folder of its own, after `prelude`. */
function start(args: readonly string[], prelude = "") {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-start-"));
  folders.push(folder);
  const preludePath = join(folder, "prelude.cjs");
  writeFileSync(preludePath, prelude);
  const env = { ...process.env };
  if (prelude !== "") delete env.DYNAMODB_ENDPOINT;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", preludePath, BUNDLE, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  const read = (name: string) => readFileSync(join(folder, ".retrigger", name), "utf8");
  return { status, stdout, stderr, read, folder };
}

/** What a replay wrote, but for where and over which store. */
function outcomeOf({ read, folder }: ReturnType<typeof start>) {
  const inPlace = (name: string) => read(name).replaceAll(folder, "");
  return {
    runs: linesOf(inPlace("runs.jsonl")),
    decisions: linesOf(inPlace("decisions.jsonl")),
    summary: { ...JSON.parse(inPlace("summary.json")), store: "" },
  };
}

/** Parsed, because the order of an object's fields says nothing. */
function linesOf(text: string): { readonly outcome: string }[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
