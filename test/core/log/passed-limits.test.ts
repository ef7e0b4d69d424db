import type { LogEvent } from "../../../functions/core/log/log";
import { limitsLog } from "../../../functions/core/log/passed-limits";
import type { ModelLimit } from "../../../functions/core/model-settings";
import { modelSettingsSchema } from "../../../functions/core/model-settings";
import { settingsOf } from "../../simulation/data-path";

const STATE = { level: "info", event: "model-state", model: "flights" } as const;

function limitOf(comparison: string, threshold: number, metric = "DataSilence"): ModelLimit {
  return { alarm: "no-data", metric, comparison, threshold };
}

describe("limitsLog", () => {
  it.each([
    ["above", 10, 10.5, true],
    ["above", 10, 10, false],
    ["at-least", 10, 10, true],
    ["at-least", 10, 9.5, false],
    ["below", 10, 9.5, true],
    ["below", 10, 10, false],
    // Of a later program.
    ["beside", 10, 99, false],
  ])("should compare: %s %d, of %d: %s", (comparison, threshold, value, isPassed) => {
    const logged = tell([limitOf(comparison, threshold)], { ...STATE, dataSilenceSec: value });

    const passed = {
      level: "warn",
      event: "limit-passed",
      model: "flights",
      alarm: "no-data",
      metric: "DataSilence",
      value,
      limit: threshold,
    };
    expect(logged.slice(1)).toEqual(isPassed ? [passed] : []);
  });

  it("should tell nothing of other models, of what is not known, and of metrics that there are none of", () => {
    const limits = [limitOf("above", 1), limitOf("above", 1, "OfALaterProgram")];

    expect(tell(limits, { ...STATE, model: "sales", dataSilenceSec: 5 })).toHaveLength(1);
    expect(tell(limits, { ...STATE, dataSilenceSec: undefined })).toHaveLength(1);
  });

  it("should be the log itself where no model has limits", () => {
    const log = () => undefined;

    expect(limitsLog(log, [{ model: "flights" }, { model: "sales", limits: [] }])).toBe(log);
  });
});

describe("the limits of a model", () => {
  it("should be read with its settings, and settings without them as before", () => {
    const settings = settingsOf();

    expect(modelSettingsSchema.parse({ ...settings, limits: [limitOf("above", 1)] }).limits).toEqual([limitOf("above", 1)]);
    expect(modelSettingsSchema.parse(settings)).not.toHaveProperty("limits");
  });
});

// Helpers

function tell(limits: readonly ModelLimit[], event: LogEvent): LogEvent[] {
  const logged: LogEvent[] = [];
  limitsLog((one) => void logged.push(one), [{ model: "flights", limits }])(event);
  return logged;
}
