import type { CaptureSettings } from "../../../functions/core/capture/capture-settings";
import { monitorCaptures } from "../../../functions/core/capture/monitor-captures";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { folderOf, jsonLines, monitorPorts, reportUri, settingsOf } from "./captures";

const ROWS = Array.from({ length: 8 }, (_, index) => ({ delay: index, origin: "SEA" }));
const CSV: Partial<CaptureSettings> = { format: "sagemaker", columns: ["delay", "origin"] };

describe("how much of a window is not compared", () => {
  it("should not be told of a window that is read whole", async () => {
    expect(await toldOf(jsonLines(ROWS))).toEqual([]);
  });

  it.each([
    { what: "lines that cannot be read", lines: `${jsonLines(ROWS.slice(0, 6))}a\nb\n`, share: 2 / 8 },
    { what: "lines of which most cannot be read", lines: `${jsonLines(ROWS.slice(0, 1))}a\nb\n`, share: 1 },
    {
      what: "values of another type",
      lines: jsonLines([...ROWS.slice(0, 6), { delay: "x" }, { delay: [1, 2], origin: "LAX" }]),
      share: 2 / 8,
    },
    { what: "a column that the baseline lacks", lines: jsonLines([...ROWS, { delay: 1, fare: 2 }]), share: 1 },
    { what: "a column without a name", lines: jsonLines([...ROWS, { delay: 1, "": 2 }]), share: 1 },
  ])("should be the largest share of $what", async ({ lines, share }) => {
    expect(await toldOf(lines)).toEqual([share]);
  });

  it("should be the share of lines without their outputs", async () => {
    const lines = [captured("1,SEA", "0.5"), captured("2,LAX", "\u0001"), captured("3,LAX", "0.5"), captured("4,LAX", "0.5")];

    expect(await toldOf(lines.join(""), CSV)).toEqual([1 / 4]);
  });
});

describe("a column that is gone from CSV", () => {
  const whole = ROWS.map(({ delay, origin }) => captured(`${delay},${origin}`)).join("");

  it("should be missing in every row where a header names the others", async () => {
    const { files } = await monitored([whole, ROWS.map(({ delay }) => captured(`delay\n${delay}`)).join("")], CSV);

    const { features } = parseDriftReport(JSON.parse(files.files.get(reportUri(1)) ?? ""));
    const missing = features.find(({ name }) => name === "origin (missing)");
    expect(missing?.evidence).toMatchObject({
      reference: { counts: { present: 8, missing: 0 } },
      current: { counts: { present: 0, missing: 8 } },
    });
  });

  it("should make the window unreadable where nothing names the others, and be told", async () => {
    const { files, told } = await monitored([whole, ROWS.map(({ delay }) => captured(`${delay}`)).join("")], CSV);

    expect(files.files.has(reportUri(1))).toBe(false);
    expect(told.at(-1)).toMatchObject({
      event: "monitor-window-unreadable",
      unreadShare: 1,
      problems: [{ why: "got 1 values without names, expected 2, as columns has them" }],
    });
  });

  it("should be missing in every row of JSON", async () => {
    const { files } = await monitored([jsonLines(ROWS), jsonLines(ROWS.map(({ delay }) => ({ delay })))]);

    const { features } = parseDriftReport(JSON.parse(files.files.get(reportUri(1)) ?? ""));
    expect(features.find(({ name }) => name === "origin (missing)")?.evidence).toMatchObject({
      current: { counts: { present: 0, missing: 8 } },
    });
  });
});

// Helpers

/** What the monitor tells and writes of hours of these lines; the first becomes the baseline. */
async function monitored(hours: readonly string[], settings: Partial<CaptureSettings> = {}) {
  const world = monitorPorts(hours.length);
  for (const [hour, lines] of hours.entries()) world.captures.objects.set(`${folderOf(hour)}1.jsonl`, lines);
  await monitorCaptures(world.ports, settingsOf(settings), Number.POSITIVE_INFINITY);
  return world;
}

/** The shares that are told of an hour after one that is whole. */
async function toldOf(lines: string, settings: Partial<CaptureSettings> = {}): Promise<unknown[]> {
  const first = settings.format === undefined ? jsonLines(ROWS) : captured("1,SEA", "0.5");
  const { told } = await monitored([first, lines], settings);
  return told.flatMap(({ unreadShare }) => unreadShare ?? []);
}

function captured(data: string, output?: string): string {
  const endpointInput = { observedContentType: "text/csv", data, encoding: "CSV" };
  const endpointOutput = output === undefined ? undefined : { data: output };
  return jsonLines([{ captureData: { endpointInput, endpointOutput } }]);
}
