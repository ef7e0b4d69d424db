import { driftReportSchema } from "../../../../functions/core/drift/drift-report";
import { evidently } from "../../../../functions/core/replay/importers/evidently";
import { monitored } from "./exports";

const OPTIONS = { model: "flight-delay" };
const SNAPSHOT = JSON.parse(monitored("evidently-snapshot.json"));

describe("evidently", () => {
  it("should read a report of each line with its time", () => {
    const lines = ["2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"].map((at) => JSON.stringify({ at, report: SNAPSHOT }));

    const read = evidently.read(lines.join("\n"), OPTIONS);

    expect(read.problems).toEqual([]);
    expect(read.lines.map(({ type, at, model }) => [type, at, model])).toEqual([
      ["drift", Date.parse("2026-11-01T00:00:00Z"), "flight-delay"],
      ["drift", Date.parse("2026-11-02T00:00:00Z"), "flight-delay"],
    ]);
    const [first] = read.lines;
    expect(first).toMatchObject({ monitor: "evidently", report: { model: "flight-delay", window: { end: first?.at } } });
    expect(driftReportSchema.safeParse(first?.type === "drift" && first.report).success).toBe(true);
  });

  it("should take the time stamp that older versions write, where its offset is said", () => {
    const text = monitored("evidently/test-suite-0.6.json");

    expect(evidently.read(text, OPTIONS)).toMatchObject({
      lines: [],
      problems: [expect.stringContaining("a local time names no moment; say what it is by --timezone")],
    });
    expect(evidently.read(text, { ...OPTIONS, offsetMinutes: 0 }).lines).toMatchObject([
      { at: Date.parse("2026-11-30T19:49:50.954Z") },
    ]);
  });

  it("should tell how to name the time of a report that has none, and what it cannot read", () => {
    const { lines, problems } = evidently.read(
      `${JSON.stringify(SNAPSHOT)}\n{"a":1}\n{"at":1793491200,"report":{"metrics":[]}}`,
      OPTIONS,
    );

    expect(lines).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^line 1: the report names no time; write it as/),
      expect.stringMatching(/^line 2: expected a report of Evidently/),
      expect.stringMatching(/^line 3: got a report of Evidently that measures no drift/),
    ]);
  });
});
