import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { seededRandom } from "../../../local/world/time-and-chance";

const ROOT = join(__dirname, "../../..");

/** Below the packages that the bundles leave out. */
const BUNDLES = join(ROOT, "dist/test/local/outage");

const KILLS = 3;

const folders: string[] = [];

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outdir=${BUNDLES}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), join(ROOT, "cli/retrigger.ts"), ...flags]);
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("npm start -- --scenario outage", () => {
  it.each(["aws", "gcp"])(
    "should leave letters on %s, which a redrive sends again, until only the hostile ones are left",
    (cloud) => {
      const folder = outage(cloud);
      const summary = JSON.parse(readFileSync(join(folder, ".retrigger/summary.json"), "utf8"));

      const shown = retrigger(folder, "--dry-run", "--json");
      const redriven = retrigger(folder, "--json");
      const again = retrigger(folder, "--json");

      expect(summary.isBalanced).toBe(true);
      expect(summary.waitingForRedrive).toBeGreaterThan(50);
      expect(shown.counts).toMatchObject({ "to be re-sent": summary.waitingForRedrive, "to be left": 5, "re-sent": 0, left: 0 });
      expect(new Set(shown.letters.map(({ queue }: { queue: string }) => queue))).toEqual(new Set(["landings", "requests"]));
      expect(redriven.counts).toMatchObject({ "re-sent": summary.waitingForRedrive, left: 5, failed: 0 });
      expect(redriven.settled).toMatchObject({ isBalanced: true, deadLetters: 5 });
      for (const { landed, listed, inDeadLetters } of redriven.settled.balance)
        expect({ listed, inDeadLetters }).toEqual({ listed: landed, inDeadLetters: 0 });
      expect(redriven.settled.requests).toMatchObject({ own: { dead: 0, lost: 0 }, merged: { dead: 0, lost: 0 } });
      expect(again.counts).toMatchObject({ "re-sent": 0, left: 5 });
      expect(again.settled.balance).toEqual(redriven.settled.balance);
    },
  );

  it(`should come to the same totals when a redrive is killed ${KILLS} times`, async () => {
    const folder = outage("aws");
    const killed = newFolder();
    cpSync(folder, killed, { recursive: true });
    const random = seededRandom(jest.getSeed(), "kills");
    const letters = lettersIn(killed);

    const whole = retrigger(folder, "--json");
    for (let kill = 1; kill <= KILLS; kill++) await killAt(killed, letters - random.below(letters), random.below(30));
    const finished = retrigger(killed, "--json");

    expect(finished.settled.deadLetters).toBe(5);
    expect(finished.settled.isBalanced).toBe(true);
    expect(finished.settled.balance).toEqual(whole.settled.balance);
    expect(finished.settled.requests).toMatchObject({ startedTwice: 0, unpaired: 0, missingInRuns: 0 });
  });

  it("should select letters of one model, and refuse one that is not there", () => {
    const folder = outage("aws");

    const some = retrigger(folder, "--dry-run", "--json", "--model", "west-coast", "--queue-name", "landings");
    const { status, stderr } = run(folder, "--model", "nonsense");

    expect(some.letters.length).toBeGreaterThan(0);
    expect(some.letters.every(({ models }: { models: string[] }) => models.includes("west-coast"))).toBe(true);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "no model nonsense; there are flight-delay, west-coast\n" });
  });
});

// Helpers

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-outage-"));
  folders.push(folder);
  return folder;
}

function outage(cloud: string): string {
  const cwd = newFolder();
  const args = [join(BUNDLES, "local/start.js"), "--scenario", "outage", "--cloud", cloud, "--from", "2001-01-05"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toMatch(/Balance: holds, but \d+ messages in dead letters wait for npx retrigger redrive/);
  return cwd;
}

function run(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(BUNDLES, "cli/retrigger.js"), "redrive", ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

function retrigger(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = run(cwd, ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** Kills a redrive some milliseconds after so few letters are left, if it gets there. */
async function killAt(cwd: string, left: number, laterMs: number): Promise<void> {
  const child = spawn(process.execPath, [join(BUNDLES, "cli/retrigger.js"), "redrive"], { cwd, stdio: "ignore" });
  const exit = once(child, "exit");
  while (child.exitCode === null && lettersIn(cwd) > left) await setTimeout(2);
  await setTimeout(laterMs);
  child.kill("SIGKILL");
  await exit;
}

function lettersIn(cwd: string): number {
  const path = join(cwd, ".retrigger/dead-letters.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}
