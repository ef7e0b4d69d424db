import fc from "fast-check";
import { historyLineSchema } from "../../../functions/core/replay/history-line";
import { quickLine } from "../../../functions/core/replay/quick-line";

const COMMON = { model: "churn", at: "2026-11-01T02:00:00Z" };
const PLAIN = [
  { type: "landed", ...COMMON, key: "in/a.csv", objects: 2, bytes: 0 },
  { type: "schedule", ...COMMON, name: "nightly" },
  { type: "drift", ...COMMON, monitor: "evidently", severity: "high", score: -0.3, feature: "distance" },
  { type: "quality", ...COMMON, from: 1, error: 0.1, rows: 2600, run: "r", seenAt: "2026-11-05T00:00:00.123+02:00" },
  {
    type: "run",
    ...COMMON,
    run: "r",
    endedAt: 8.64e15,
    status: "succeeded",
    costUsd: 0.1,
    trainedUntil: 0,
    challenger: 1,
    champion: 0,
  },
  { type: "score", ...COMMON, run: "r", error: 0.2 },
];

describe("quickLine", () => {
  it.each(PLAIN)("should read a plain line, as the schema does: $type", (line) => {
    // A type whose fields it cannot read would be slow, and nothing else would tell.
    expect(quickLine(line)).toEqual(historyLineSchema.parse(line));
  });

  it("should leave reports and requests to the schema", () => {
    expect(quickLine({ type: "drift", ...COMMON, monitor: "m", report: {} })).toBeUndefined();
    expect(quickLine({ type: "request", ...COMMON })).toBeUndefined();
    expect(quickLine({ type: "request", ...COMMON, request: {} })).toBeUndefined();
  });

  it("should make of whatever it reads what the schema makes of it, in the same order of fields", () => {
    fc.assert(
      fc.property(nearLines, (json) => {
        const value: unknown = JSON.parse(json);
        const line = quickLine(value);
        if (line !== undefined) expect(JSON.stringify(line)).toBe(JSON.stringify(historyLineSchema.parse(JSON.parse(json))));
      }),
      { seed: jest.getSeed(), endOnFailure: true, numRuns: 3000 },
    );
  });
});

// Helpers

const times = fc.constantFrom(
  "2026-02-28T23:59:59Z",
  "2026-02-29T00:00:00Z",
  "2028-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "1970-01-01T00:00:00+01:00",
  "2026-11-01T02:00Z",
  "2026-11-01T02:00:00",
  "2026-11-01T02:00:00.1234567Z",
  "2026-11-01T24:00:00Z",
  "2026-11-01t02:00:00z",
  "2026-11-01T02:00:00+23:59",
  "2026-11-01 02:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
);
const numbers = fc.constantFrom(0, -0, 1, -1, 0.5, 1.0001, 1e-9, 2 ** 53, 2 ** 53 - 1, 8.64e15, 8.64e15 + 1, 1793491200000.5);
const texts = fc.constantFrom("", "a", "A", "churn", "high", "succeeded", "x".repeat(40), "x".repeat(41), "y".repeat(1025), "e\n");
const others = fc.constantFrom(null, true, [], {}, [1], { toString: 1 });

/** JSON of plain lines of which some fields have other values, are missing, or were added. */
const nearLines = fc
  .tuple(
    fc.constantFrom(...PLAIN),
    fc.dictionary(
      fc.constantFrom(...new Set(PLAIN.flatMap((line) => Object.keys(line))), "__proto__", "constructor", "report", "other"),
      fc.oneof(times, numbers, texts, others, fc.jsonValue()),
      { maxKeys: 3 },
    ),
    fc.option(fc.constantFrom(...PLAIN.flatMap((line) => Object.keys(line)))),
  )
  .map(([line, changes, without]) => {
    const entries = [...Object.entries({ ...line, ...changes })].filter(([name]) => name !== without);
    return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`.replaceAll(
      ":9007199254740992",
      ":1e999",
    );
  });
