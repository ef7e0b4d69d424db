import { type Baseline, parseBaseline } from "../../../../functions/core/capture/baseline/baseline";
import type { CaptureSettings } from "../../../../functions/core/capture/capture-settings";
import { monitorCaptures } from "../../../../functions/core/capture/monitor-captures";
import { type DriftReport, parseDriftReport } from "../../../../functions/core/drift/drift-report";
import { randomOf } from "../../../simulation/drift-streams";
import { BASELINE, folderOf, HOUR_MS, jsonLines, MIDNIGHT, monitorPorts, reportUri, settingsOf } from "../captures";

const DAY = 24;

describe("a baseline of a day", () => {
  it.each([
    { when: "all day", isCaptured: () => true, slices: 24 },
    { when: "in the first half of the span alone", isCaptured: (hour: number) => hour % DAY < 12, slices: 12 },
    { when: "in the second half alone, but for the window that begins it", isCaptured: lateHours, slices: 12 },
    { when: "every third hour", isCaptured: (hour: number) => hour % 3 === 0, slices: 8 },
  ])("should expect as many new names of a window as its slices had, captured $when", async ({ isCaptured, slices }) => {
    const { baseline, reports } = await monitored((hour) => (isCaptured(hour) ? rareNames(hour) : []), 2 * DAY);

    expect(baseline.slices).toBe(slices);
    const shares = reports.map(unseenShares);
    const [then, now] = [meanOf(shares.map(([then]) => then)), meanOf(shares.map(([, now]) => now))];
    expect(Math.abs(then - now)).toBeLessThan(0.02);
  });

  it.each([
    { users: 100, slices: 24, what: "the same users in each window" },
    { users: 1, slices: 24, what: "one user alone" },
    { users: 100, slices: 24, what: "users with several rows each", rows: 300 },
  ])("should hold of each unit the first row of a window: $what", async ({ users, slices, rows = users }) => {
    const captured = () => Array.from({ length: rows }, (_, row) => ({ user: row % users, delay: row }));

    const { baseline } = await monitored(captured, DAY + 1, { unit: "user" });

    expect(baseline).toMatchObject({ slices, rows: slices * users });
  });
});

/** All of the second half, and the hour before it begins. */
function lateHours(hour: number): boolean {
  return hour === 0 || hour % DAY > 12;
}

/** Rows of which half have a common name, and half one of a thousand, each seen a few times a day. */
function rareNames(hour: number) {
  const random = randomOf(20_261_130, hour);
  return Array.from({ length: 200 }, (_, row) => ({ origin: row % 2 === 0 ? "SEA" : `n${Math.floor(1_000 * random())}` }));
}

/** The baseline of the first day, and the reports of the hours that have one. */
async function monitored(rowsOf: (hour: number) => readonly object[], hours: number, overrides: Partial<CaptureSettings> = {}) {
  const { ports, captures, files } = monitorPorts(hours);
  for (let hour = 0; hour < hours; hour++) captures.objects.set(`${folderOf(hour)}a.jsonl`, jsonLines(rowsOf(hour)));
  await monitorCaptures(ports, settingsOf({ baselineSpanMs: DAY * HOUR_MS, ...overrides }), Number.POSITIVE_INFINITY);
  const baseline: Baseline = parseBaseline(files.files.get(BASELINE) ?? "", BASELINE, "flights", MIDNIGHT + hours * HOUR_MS);
  const texts = Array.from({ length: hours }, (_, hour) => files.files.get(reportUri(hour)) ?? []).flat();
  return { baseline, reports: texts.map((text) => parseDriftReport(JSON.parse(text))) };
}

function unseenShares({ features: [feature] }: DriftReport): [number, number] {
  if (feature?.evidence.type !== "distributions") throw new Error("expected distributions");
  const { reference, current } = feature.evidence;
  if (reference.type !== "categories" || current.type !== "categories") throw new Error("expected categories");
  const share = ({ counts }: typeof reference) => (counts["(unseen)"] ?? 0) / Object.values(counts).reduce((a, b) => a + b, 0);
  return [share(reference), share(current)];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
