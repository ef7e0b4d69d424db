import { type CaptureMonitorPorts, monitorModelCaptures } from "../../../functions/core/capture/monitor-captures";
import { PoisonMessageError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { memoryCaptureStore, memoryMonitorFiles, memoryTrainingStarts } from "../../../functions/memory/capture";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { settingsOf } from "../../simulation/data-path";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

describe("monitorModelCaptures", () => {
  it("should monitor the model that is named, and no other", async () => {
    const { ports, files } = createWorld(["one", "two"]);

    await monitorModelCaptures(ports, { model: "two" }, NOW + 1);

    expect([...files.files.keys()]).toEqual(["s3://lake/baselines/two.json"]);
  });

  it("should monitor every model when none is named", async () => {
    const { ports, files } = createWorld(["one", "two"]);

    await monitorModelCaptures(ports, {}, NOW + 1);

    expect([...files.files.keys()]).toEqual(["s3://lake/baselines/one.json", "s3://lake/baselines/two.json"]);
  });

  it("should serve the others when one fails, then fail and name it", async () => {
    const { ports, files, reports } = createWorld(["broken", "one"]);
    const read = (uri: string) => (uri.includes("broken") ? Promise.reject(new Error("no access")) : files.read(uri));

    await expect(monitorModelCaptures({ ...ports, files: { ...files, read } }, {}, NOW + 1)).rejects.toThrow(
      "the monitoring failed for broken; the next call tries again",
    );

    expect([...files.files.keys()]).toEqual(["s3://lake/baselines/one.json"]);
    expect(reports).toContainEqual({ level: "error", event: "monitoring-failed", model: "broken", error: "Error: no access" });
  });

  it("should begin nothing when its time is over", async () => {
    const { ports, files } = createWorld(["one"]);

    await monitorModelCaptures(ports, { model: "one" }, NOW);

    expect(files.files.size).toBe(0);
  });

  it("should do nothing for a model whose captures are not monitored", async () => {
    const { ports } = createWorld([]);

    await monitorModelCaptures({ ...ports, settings: memoryModelSettings([settingsOf()]) }, { model: "flight-delay" }, NOW + 1);
  });

  it.each([null, undefined, "one", 1, [], { model: 7 }, { model: null }, { model: "two" }, { model: "__proto__" }, { model: "" }])(
    "should refuse %j for ever",
    async (order) => {
      const { ports } = createWorld(["one"]);

      await expect(monitorModelCaptures(ports, order, NOW + 1)).rejects.toThrow(PoisonMessageError);
    },
  );

  it("should fail when the settings cannot be read, which time may cure", async () => {
    const { ports } = createWorld([]);
    const settings = { list: () => Promise.reject(new Error("throttled")) };

    await expect(monitorModelCaptures({ ...ports, settings }, { model: "one" }, NOW + 1)).rejects.toThrow("throttled");
  });
});

// Helpers

/** Models with a window of one row that is due. */
function createWorld(models: readonly string[]) {
  const captures = memoryCaptureStore();
  const files = memoryMonitorFiles();
  const reports: LogRecord[] = [];
  for (const model of models) captures.objects.set(`s3://lake/${model}/2026/11/21/10/a.jsonl`, '{"delay":1}');
  const ports: CaptureMonitorPorts = {
    settings: memoryModelSettings(models.map(monitoredModel)),
    captures,
    trainings: memoryTrainingStarts(),
    files,
    log: (entry) => {
      reports.push(entry);
    },
    now: () => NOW,
  };
  return { ports, files, reports };
}

function monitoredModel(model: string): ModelSettings {
  const capture = {
    location: `s3://lake/${model}/{yyyy}/{mm}/{dd}/{hh}/`,
    format: "rows" as const,
    columns: [],
    features: [],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: HOUR_MS,
    minimumRows: 1,
    baseline: `s3://lake/baselines/${model}.json`,
    baselineSpanMs: HOUR_MS,
  };
  return { ...settingsOf(), model, monitoring: { prefix: "drift/", capture } };
}
