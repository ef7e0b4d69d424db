import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Summary } from "../../../local/summary/summary";

const ROOT = join(__dirname, "../../..");

/** Below the packages that the bundles leave out. */
const BUNDLES = join(ROOT, "dist/test/local/promotion");

/** Of the whole scenario, which trains and judges sixteen models on each cloud. */
const LONG_MS = 300_000;

const folders: string[] = [];

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outdir=${BUNDLES}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), join(ROOT, "cli/retrigger.ts"), ...flags]);
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("npm start -- --scenario promotion", () => {
  let both: ReturnType<typeof start>;

  beforeAll(() => {
    both = start("--cloud", "both");
  }, LONG_MS);

  it("should show each way that a candidate may end, the same on both clouds", () => {
    const { promotion, isBalanced } = both.summaryIn(".retrigger");
    const { promotion: onGoogleCloud } = both.summaryIn(".retrigger/gcp");

    const ended = promotion?.candidates.map(({ candidateId, verdict, decidedBy, outcome, isApproved }) => {
      return [nameOf(candidateId), verdict, decidedBy?.name, outcome, isApproved];
    });
    expect(isBalanced).toBe(true);
    expect(onGoogleCloud?.candidates).toEqual(promotion?.candidates);
    expect(both.stdout).toMatch(/same decisions \(\d+\), same runs \(\d+\), .*, same candidates \(\d+\)\n\nTry next:\n/);
    // The first has nothing to be compared with; the second learned from more; the fifth from delays with the wrong sign.
    expect(ended).toEqual(
      expect.arrayContaining([
        ["flight-delay-1", "not-known", "champion", "accepted", true],
        ["flight-delay-2", "passed", undefined, "accepted", false],
        ["flight-delay-5", "failed", "champion", "rejected", false],
        ["west-coast-3", "not-known", "champion", "not-approved", false],
        ["west-coast-4", "not-known", "champion", "expired", false],
        ["west-coast-7", "not-known", "champion", undefined, false],
      ]),
    );
  });

  it("should train models of real flights: more of them make a better one, and those of a broken feed are worse than chance", () => {
    const candidates = both.summaryIn(".retrigger").promotion?.candidates ?? [];

    const [first, more, broken] = [1, 2, 5].map((number) =>
      candidates.find(({ candidateId }) => nameOf(candidateId) === `flight-delay-${number}`),
    );

    expect(first).toMatchObject({ rows: 4_000 });
    expect(more?.rows).toBeGreaterThan(20_000);
    expect(more?.auc).toBeGreaterThan((first?.auc ?? 1) + 0.05);
    expect(broken?.auc).toBeLessThan(0.5);
  });

  it("should freeze automatic training after a chain without a gain: a schedule waits, a person's own starts, until a thaw", () => {
    const [freeze, ...others] = both.summaryIn(".retrigger").promotion?.freezes ?? [];

    expect(others).toEqual([]);
    expect(freeze).toMatchObject({ model: "flight-delay", until: expect.any(Number) });
    expect(freeze?.why).toMatch(/^2 promotions in a row brought no gain of auc/);
    expect(freeze?.waited).toContain("schedule/flight-delay/nightly-2001-01-16T02-00");
    expect(freeze?.started).toEqual([expect.stringMatching(/^manual\/flight-delay\/2001-01-16\//)]);
    expect(both.stdout).toMatch(/Automatic training of flight-delay was frozen on .* until .*, when a person thawed it/);
  });

  it("should list as trouble nothing that the story is about, and keep its lines short", () => {
    const candidates = both.stdout.split("\n").filter((line) => /^ {2}2001-\S+ \S+ {2}candidate\//.test(line));

    expect(both.summaryIn(".retrigger").troubles).toEqual([]);
    expect(candidates.length).toBeGreaterThan(10);
    for (const line of candidates) expect(line.length).toBeLessThanOrEqual(160);
    expect(both.stdout).toContain("accepted, a person approved it");
  });

  it("should let people look further afterwards, and answer about the candidate that waits", () => {
    const waiting = "candidate/west-coast/west-coast-7";

    const listed = retrigger(both.folder, "candidates", "flight-delay");
    const rejected = retrigger(both.folder, "why", "candidate/flight-delay/flight-delay-5");
    retrigger(both.folder, "approve", waiting);
    const approved = retrigger(both.folder, "why", waiting);

    expect(listed).toContain("champion: candidate/flight-delay/flight-delay-8");
    expect(rejected).toMatch(/failed +champion \(auc\): auc is 0\.4\d+, 0\.\d+ worse than the champion's 0\.\d+ on 2,838 rows/);
    expect(rejected).toMatch(/^ {2}would freeze {2}chain \(auc\): With this candidate 2 promotions in a row would/m);
    expect(rejected).not.toContain("is frozen");
    expect(approved).toContain("ended, accepted: a person approved it");
    for (const line of `${listed}${rejected}${approved}`.split("\n")) expect(line.length).toBeLessThanOrEqual(160);
  });

  it(
    "should come to the same for the same seed",
    () => {
      const [first, again] = [1, 2].map(() => start("--until", "2001-01-10", "--seed", "7").summaryIn(".retrigger").promotion);

      expect(first?.candidates.length).toBeGreaterThan(1);
      expect(again).toEqual(first);
    },
    LONG_MS,
  );
});

// Helpers

function start(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-promotion-"));
  folders.push(folder);
  const command = [join(BUNDLES, "local/start.js"), "--scenario", "promotion", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const summaryIn = (place: string): Summary => JSON.parse(readFileSync(join(folder, place, "summary.json"), "utf8"));
  return { folder, stdout, summaryIn };
}

function retrigger(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(BUNDLES, "cli/retrigger.js"), ...args], {
    cwd,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** `flight-delay-5` of `candidate/flight-delay/flight-delay-5`. */
function nameOf(candidateId: string | undefined): string | undefined {
  return candidateId?.split("/").at(-1);
}
