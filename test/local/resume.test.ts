import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findDynamoDb } from "../../local/files/dynamodb-process";
import { seededRandom } from "../../local/world/time-and-chance";

const ROOT = join(__dirname, "../..");

/** Below the packages that the bundle leaves out. */
const BUNDLE = join(ROOT, "dist/test/local/resume.js");

const OPTIONS = ["--until", "2001-01-02", "--store", "dynamodb"];

const KILLS = 3;

const dynamo = findDynamoDb();

const unless = "missing" in dynamo ? describe.skip : describe;

unless(`npm start -- --store dynamodb${"missing" in dynamo ? `, skipped: ${dynamo.missing}` : ""}`, () => {
  const folders: string[] = [];
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-resume-"));
    folders.push(folder);
    return folder;
  };

  beforeAll(() => {
    const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
    execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), ...flags]);
  });

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it(`should start the same runs when it is killed ${KILLS} times and started again`, async () => {
    const uninterrupted = newFolder();
    await finish(start(uninterrupted));
    const killed = newFolder();
    const random = seededRandom(jest.getSeed(), "kills");
    const moments = Array.from({ length: KILLS }, () => random.below(DEEDS)).sort((a, b) => a - b);

    for (const moment of moments) await killAt(start(killed), killed, moment);
    const output = await finish(start(killed));

    expect(output).toContain("Going on with the run that was interrupted");
    expect(output).toContain("(missing 0, twice 0)");
    expect(output).toContain("(lost 0)");
    expect(runsOf(killed)).toEqual(runsOf(uninterrupted));
    expect(existsSync(join(killed, ".retrigger/run.json"))).toBe(false);
  });
});

// Helpers

/** Lines that the journal has about, in the end. */
const DEEDS = 1_100;

function start(cwd: string): ChildProcess {
  return spawn(process.execPath, [BUNDLE, ...OPTIONS], { cwd, stdio: ["ignore", "pipe", "inherit"] });
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

/** Kills the process when its journal has so many lines, if it gets there. */
async function killAt(child: ChildProcess, folder: string, lines: number): Promise<void> {
  const exit = once(child, "exit");
  while (child.exitCode === null && linesOf(join(folder, ".retrigger/journal.jsonl")) < lines) await setTimeout(3);
  child.kill("SIGKILL");
  await exit;
}

function linesOf(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length : 0;
}

function runsOf(folder: string): string[] {
  return readFileSync(join(folder, ".retrigger/runs.jsonl"), "utf8").split("\n").sort();
}
