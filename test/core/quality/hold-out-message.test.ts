import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PoisonMessageError } from "../../../functions/core/errors";
import { parseHoldOutMessage } from "../../../functions/core/quality/hold-out-message";

const REPORT = { model: "flight-delay", run: "data/flight-delay/481", holdOut: { challenger: 0.12, champion: 0.19 } };
const MESSAGE = { source: "retrigger.quality", ...REPORT };

describe("parseHoldOutMessage", () => {
  it("should read the example of the documentation", () => {
    const page = readFileSync(join(__dirname, "../../../docs/quality-signals.md"), "utf8");
    const [, example = ""] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, shown]) => shown);

    expect(parseHoldOutMessage(JSON.parse(example))).toEqual(REPORT);
  });

  it("should leave signals, and messages of other sources, to others", () => {
    const others = [undefined, null, 1, "x", [], {}, { ...MESSAGE, source: "retrigger.rule" }, { ...MESSAGE, holdOut: undefined }];
    const inherited = Object.create({ holdOut: REPORT.holdOut });

    expect([...others, Object.assign(inherited, { ...MESSAGE, holdOut: undefined })].map(parseHoldOutMessage)).toEqual(
      Array(9).fill(undefined),
    );
  });

  it("should leave out what it does not know, and the champion where nobody scored it", () => {
    const holdOut = { challenger: 0, champions: 3 };

    expect(parseHoldOutMessage({ ...MESSAGE, holdOut, comment: "ours" })).toEqual({ ...REPORT, holdOut: { challenger: 0 } });
  });

  it("should tell every problem at once", () => {
    const broken = { ...MESSAGE, model: "Flight Delay", run: "", holdOut: { challenger: 12.5, champion: 312 } };

    expect(refusalOf(broken)).toBe(
      "not the hold-out of a run: " +
        'model: got "Flight Delay", expected 1 to 40 of a-z, 0-9 and -, starting with a letter; ' +
        'run: got "", expected at least 1; ' +
        "holdOut.challenger: got 12.5, expected at most 1: an error is a number from 0 to 1; divide a percentage by 100; " +
        "holdOut.champion: got 312, expected at most 1: an error is a number from 0 to 1; one without bounds, such as rmse, is none; " +
        "the format is described in docs/quality-signals.md",
    );
  });

  it.each([
    [{ holdOut: null }, "holdOut: got null, expected object"],
    [{ holdOut: 0.1 }, "holdOut: got 0.1, expected object"],
    [{ holdOut: {} }, "holdOut.challenger: got nothing"],
    [{ holdOut: { champion: 0.1 } }, "holdOut.challenger: got nothing"],
    [{ holdOut: { challenger: "0.1" } }, 'holdOut.challenger: got "0.1", expected number'],
    [{ holdOut: { challenger: Number.NaN } }, "holdOut.challenger: got NaN"],
    [{ holdOut: { challenger: 0.1, champion: null } }, "holdOut.champion: got null"],
    [{ run: undefined }, "run: got nothing"],
    [{ run: "x".repeat(257) }, "expected at most 256"],
  ])("should refuse %j", (change, reason) => {
    expect(refusalOf({ ...MESSAGE, ...change })).toContain(reason);
  });
});

// Helpers

function refusalOf(message: unknown): string {
  try {
    parseHoldOutMessage(message);
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}
