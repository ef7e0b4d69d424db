import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { PoisonMessageError } from "../../../functions/core/errors";
import { parseQualityMessage, qualityMessageOf } from "../../../functions/core/quality/quality-message";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";

const FROM = Date.parse("2026-11-30T00:00:00Z");
const TO = Date.parse("2026-12-01T00:00:00Z");

const MESSAGE = {
  source: "retrigger.quality",
  model: "flight-delay",
  monitor: "nightly-join",
  metric: "accuracy",
  from: FROM,
  to: TO,
  error: 0.083,
};

describe("parseQualityMessage", () => {
  it("should read the example of the documentation", () => {
    const [, example = ""] = /```json\n([\s\S]*?)```/.exec(documentation()) ?? [];

    const signal = parseQualityMessage(JSON.parse(example));

    const { source: _, ...rest } = MESSAGE;
    const run = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/flight-delay/execution/abc123";
    expect(signal).toEqual({ ...rest, rows: 4200, run });
  });

  it("should leave messages of other sources to others", () => {
    expect([undefined, null, 1, "x", [], {}, { ...MESSAGE, source: "retrigger.rule" }].map(parseQualityMessage)).toEqual(
      Array(7).fill(undefined),
    );
  });

  it("should read times with an offset, and leave out what it does not know", () => {
    const signal = parseQualityMessage({ ...MESSAGE, from: "2026-11-30T01:00:00+01:00", comment: "ours" });

    expect(signal).toMatchObject({ from: FROM, to: TO });
    expect(signal).not.toHaveProperty("comment");
    expect(signal).not.toHaveProperty("source");
  });

  it("should tell every problem at once", () => {
    const broken = { ...MESSAGE, model: "Flight Delay", error: 12.5, rows: -1 };

    expect(refusalOf(broken)).toBe(
      "not a quality signal: " +
        'model: got "Flight Delay", expected 1 to 40 of a-z, 0-9 and -, starting with a letter; ' +
        "error: got 12.5, expected at most 1: an error is a number from 0 to 1; divide a percentage by 100; " +
        "rows: got -1, expected at least 0; the format is described in docs/quality-signals.md",
    );
  });

  it.each([
    [{ error: -0.1 }, "error: got -0.1, expected at least 0"],
    [{ error: 312.5 }, "one without bounds, such as rmse, is none"],
    [{ error: Number.NaN }, "error: got NaN"],
    [{ error: Number.POSITIVE_INFINITY }, "error: got Infinity"],
    [{ error: null }, "error: got null, expected number"],
    [{ error: "0.1" }, 'error: got "0.1", expected number'],
    [{ error: undefined }, "error: got nothing"],
    [{ rows: 1e300 }, "rows: got 1e+300"],
    [{ rows: 0.5 }, "rows: got 0.5, expected a whole number"],
    [{ from: TO }, "to: to must be later than from"],
    [{ from: TO + 1 }, "to: to must be later than from"],
    [{ to: undefined }, "to: got nothing"],
    [{ to: "2026-12-01" }, 'to: got "2026-12-01", expected epoch milliseconds or an ISO 8601 time with its offset'],
    [{ to: "2026-12-01T00:00:00" }, "to: got"],
    [{ from: FROM / 1000 }, "multiply epoch seconds by 1000"],
    [{ monitor: "" }, "monitor: got"],
    [{ run: "x".repeat(257) }, "expected at most 256"],
  ])("should refuse %j", (change, reason) => {
    expect(refusalOf({ ...MESSAGE, ...change })).toContain(reason);
  });

  it("should read what it wrote", () => {
    fc.assert(
      fc.property(signals(), (signal) => {
        expect(parseQualityMessage(JSON.parse(JSON.stringify(qualityMessageOf(signal))))).toEqual(signal);
      }),
      { endOnFailure: true },
    );
  });
});

// Helpers

function documentation(): string {
  return readFileSync(join(__dirname, "../../../docs/quality-signals.md"), "utf8");
}

function refusalOf(message: unknown): string {
  try {
    parseQualityMessage(message);
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

function signals(): fc.Arbitrary<QualitySignal> {
  return fc
    .record(
      {
        model: fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/),
        monitor: fc.string({ minLength: 1, maxLength: 256 }),
        metric: fc.string({ minLength: 1, maxLength: 256 }),
        from: fc.integer({ min: 1e11, max: 4e12 }),
        length: fc.integer({ min: 1, max: 1e10 }),
        error: fc.double({ min: 0, max: 1, noNaN: true }).map((error) => error + 0),
        rows: fc.maxSafeNat(),
        run: fc.string({ minLength: 1, maxLength: 256 }),
      },
      { requiredKeys: ["model", "monitor", "metric", "from", "length", "error"] },
    )
    .map(({ length, ...signal }) => ({ ...signal, to: signal.from + length }));
}
