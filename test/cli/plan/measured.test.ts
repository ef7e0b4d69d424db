import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OBJECTS, TICKS, TRAININGS, tickCost } from "../../../cli/plan/measured";

const PAGE = readFileSync(join(__dirname, "../../../docs/plan.md"), "utf8");
const FIGURES = readFileSync(join(__dirname, "../../../docs/figures.md"), "utf8");
const NAMES = { aws: "AWS", gcp: "Google Cloud" } as const;
const CLOUDS = ["aws", "gcp"] as const;

describe("what was measured", () => {
  it.each(CLOUDS)("should be what docs/plan.md has of ticks on %s", (cloud) => {
    const rows = [...PAGE.matchAll(/^\| (\d+) models? on (.+?) \| (\d+) \| (\d+) \| ([\d.]+) \|$/gm)]
      .filter(([, , name]) => name === NAMES[cloud])
      .map(([, models, , reads, logBytes, seconds]) => ({
        models: Number(models),
        reads: Number(reads),
        logBytes: Number(logBytes),
        seconds: Number(seconds),
      }));

    expect(rows).toHaveLength(5);
    expect(TICKS[cloud]).toEqual(rows);
  });

  it.each(CLOUDS)("should be what docs/plan.md has of a training on %s", (cloud) => {
    const row = new RegExp(`^\\| ${NAMES[cloud]} \\| ([\\d.]+) \\| (\\d+) \\| \\d+ \\| (\\d+) \\|$`, "m").exec(PAGE);
    const [, writes, reads, logBytes] = row ?? [];

    expect(TRAININGS[cloud]).toEqual({ writes: Number(writes), reads: Number(reads), logBytes: Number(logBytes) });
  });

  it("should be what docs/figures.md has of objects", () => {
    const { aws, gcp } = OBJECTS;

    expect(FIGURES).toContain(`| 1,000 a batch, 10 an invocation, sequencer | ${aws.writes} WCU, ${aws.reads} RCU`);
    expect(FIGURES).toContain(
      `| Firestore, 1,000 a batch, 1 a commit, 1 instance | ${gcp.writes} writes, ${gcp.reads} reads, ${gcp.deletes.toFixed(3)} deletes`,
    );
  });
});

describe("tickCost", () => {
  it.each([
    [1, 5],
    [10, 33],
    // half way from 25 to 100 models, from 68 to 230 reads
    [62.5, 149],
    [300, 659],
    // as the last two points go on: 429 reads for 200 models
    [500, 1_088],
  ])("should read for %d models what was measured, or lies between: %d", (models, reads) => {
    expect(tickCost("aws", models).reads).toBeCloseTo(reads, 9);
  });
});
