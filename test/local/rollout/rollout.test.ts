import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RolloutSummary } from "../../../local/summary/rollout-summary";
import { seededRandom } from "../../../local/world/time-and-chance";

const ROOT = join(__dirname, "../../..");

/** Below the packages that the bundles leave out. */
const BUNDLES = join(ROOT, "dist/test/local/rollout");

/** Of the whole scenario on each cloud, which writes a file at every step. */
const LONG_MS = 180_000;

const KILLS = 5;

const folders: string[] = [];

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outdir=${BUNDLES}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), join(ROOT, "cli/retrigger.ts"), ...flags]);
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("npm start -- --scenario rollout", () => {
  let folder: string;
  let stdout: string;

  beforeAll(() => {
    folder = newFolder();
    const both = spawnSync(process.execPath, [...COMMAND, "--cloud", "both"], { cwd: folder, encoding: "utf8" });
    expect({ status: both.status, stderr: both.stderr }).toEqual({ status: 0, stderr: "" });
    stdout = both.stdout;
  }, LONG_MS);

  it("should bring five candidates to five ends, the same on both clouds", () => {
    expect(endsIn(folder)).toEqual([
      ["candidate/flight-delay/flight-delay-2", "accepted", "100%"],
      ["candidate/flight-delay/flight-delay-3", "accepted", "100%"],
      ["candidate/flight-delay/flight-delay-4", "rolled-back", "5%"],
      ["candidate/flight-delay/flight-delay-5", "rolled-back", "25%"],
      ["candidate/flight-delay/flight-delay-6", "accepted", "100%"],
    ]);
    expect(endsIn(join(folder, ".retrigger/gcp"), "")).toEqual(endsIn(folder));
    expect(stdout).toMatch(/AWS and Google Cloud: same ends of all candidates \(5\)\n$/);
    expect(stdout).not.toContain("NOT AS EXPECTED");
  });

  it("should skip no stage, and count in each the share that it names", () => {
    for (const { events, end } of summariesIn(folder)) {
      const stages = events.flatMap((event) => (event.is === "stage" ? [event] : []));
      const plan = ["shadow", "5%", "25%", "50%", "100%"];
      expect([...new Set(stages.map(({ stage }) => stage))]).toEqual(plan.slice(0, plan.indexOf(end?.at ?? "") + 1));
      for (const { stage, champion, candidate } of stages.filter((one) => one.stage.endsWith("%"))) {
        const share = candidate.requests / (candidate.requests + champion.requests);
        expect(Math.abs(share - Number.parseInt(stage, 10) / 100)).toBeLessThan(0.01);
      }
    }
  });

  it("should hold what a quota refuses, and what somebody changed until a person lets it go on", () => {
    expect(stdout).toMatch(/held +the account's limits do not allow the change\n +2001-\S+ \S+ +goes on\n/);
    expect(stdout).toMatch(/held +somebody changed the endpoint\n +2001-\S+ \S+ +goes on +by /);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(140);
  });

  it("should let people ask why afterwards", () => {
    for (const [candidate, outcome] of endsIn(folder)) {
      expect(stdout).toContain(`npx retrigger why ${candidate}\n`);
      expect(retrigger(folder, "why", candidate ?? "")).toContain(`ended, ${outcome}: `);
    }
    expect(retrigger(folder, "candidates")).toContain("champion: candidate/flight-delay/flight-delay-6");
  });

  it(
    "should stop in the middle for people to try the commands, take orders after its newest step, and go on",
    () => {
      const stopped = newFolder();
      const run = (...more: readonly string[]) =>
        spawnSync(process.execPath, [...COMMAND, ...more], { cwd: stopped, encoding: "utf8" });
      expect(run("--stop-at", "25")).toMatchObject({ status: 0, stdout: expect.stringContaining("Stopped in the rollout of ") });
      expect(retrigger(stopped, "rollout", "flight-delay")).toMatch(/traffic +25% to the candidate, since /);
      // As a run leaves it that is killed.
      const path = join(stopped, ".retrigger/state.json");
      const state = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ ...state, restedAt: Date.UTC(2001, 0, 8) }));

      const order = ["rollback", "flight-delay", "--why", "we try it"];
      const back = spawnSync(process.execPath, [join(BUNDLES, "cli/retrigger.js"), ...order], { cwd: stopped, encoding: "utf8" });
      const { stdout: output } = run();

      expect(back).toMatchObject({ status: 0 });
      const records = readFileSync(join(stopped, ".retrigger/candidates.jsonl"), "utf8").trim().split("\n");
      const times = records.map((line) => JSON.parse(line)).filter(({ candidate }) => candidate.id.endsWith("-2"));
      expect(times.map(({ at }) => at)).toEqual(times.map(({ at }) => at).sort((a, b) => a - b));
      expect(output).toContain("Going on with the run that was interrupted");
      expect(endsIn(stopped)[0]).toEqual(["candidate/flight-delay/flight-delay-2", "rolled-back", "25%"]);
    },
    LONG_MS,
  );

  it(
    `should come to the same ends when it is killed ${KILLS} times and started again`,
    async () => {
      const killed = newFolder();
      const random = seededRandom(jest.getSeed(), "kills");
      const whole = statSync(join(folder, ".retrigger/candidates.jsonl")).size;
      const moments = Array.from({ length: KILLS }, () => random.below(whole)).sort((a, b) => a - b);

      for (const moment of moments) await killAt(start(killed), killed, moment);
      const output = await finish(start(killed));

      expect(output).toContain("Going on with the run that was interrupted");
      expect(endsIn(killed)).toEqual(endsIn(folder));
    },
    LONG_MS,
  );

  describe("over what an interrupted run left", () => {
    let left: string;

    beforeAll(async () => {
      left = newFolder();
      await killAt(start(left), left, 2_000);
    });

    it.each([
      ["promotions.json", "null"],
      ["promotions.json", '{"flight-delay":[1]}'],
      ["rollout-world.json", "null"],
      ["rollout-world.json", '{"format":1,"a":[1]}'],
      ["candidates.jsonl", "null\n"],
      ["candidates.jsonl", '{"a":[1]}\n'],
    ])("should say that %s is broken where it is %j", (name, text) => {
      const folder = newFolder();
      cpSync(left, folder, { recursive: true });
      rmSync(join(folder, ".retrigger.lock"), { force: true });
      writeFileSync(join(folder, ".retrigger", name), text);

      const { status, stderr } = spawnSync(process.execPath, COMMAND, { cwd: folder, encoding: "utf8" });

      expect(stderr).toMatch(new RegExp(`^(?:line 1 of )?\\S*${name} is broken \\(.*\\); npm start -- --fresh makes a new run\n$`));
      expect(status).toBe(1);
    });
  });

  it("should say that a file stands in its folder's place", () => {
    const folder = newFolder();
    writeFileSync(join(folder, ".retrigger"), "notes");

    const { status, stderr } = spawnSync(process.execPath, COMMAND, { cwd: folder, encoding: "utf8" });

    expect(stderr).toMatch(/^\S*\.retrigger is a file, and a run needs a folder of that name; move the file away\n$/);
    expect(status).toBe(1);
  });
});

// Helpers

const COMMAND = [join(BUNDLES, "local/start.js"), "--scenario", "rollout"];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-rollout-"));
  folders.push(folder);
  return folder;
}

function start(cwd: string): ChildProcess {
  return spawn(process.execPath, COMMAND, { cwd, stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills the process when its candidates have so many bytes of records, if it gets there. */
async function killAt(child: ChildProcess, cwd: string, bytes: number): Promise<void> {
  const exit = once(child, "exit");
  const sizeOf = () => statSync(join(cwd, ".retrigger/candidates.jsonl"), { throwIfNoEntry: false })?.size ?? 0;
  while (child.exitCode === null && sizeOf() < bytes) await setTimeout(2);
  child.kill("SIGKILL");
  await exit;
}

async function finish(child: ChildProcess): Promise<string> {
  let output = "";
  child.stdout?.on("data", (data) => {
    output += data;
  });
  const [status] = await once(child, "exit");
  expect(status).toBe(0);
  return output;
}

function summariesIn(folder: string, place = ".retrigger"): readonly RolloutSummary[] {
  return JSON.parse(readFileSync(join(folder, place, "summary.json"), "utf8"));
}

function endsIn(folder: string, place?: string): (string | undefined)[][] {
  return summariesIn(folder, place).map(({ candidateId, end }) => [candidateId, end?.outcome, end?.at]);
}

function retrigger(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(BUNDLES, "cli/retrigger.js"), ...args], {
    cwd,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}
