import { monitorCaptures } from "../../../functions/core/capture/monitor-captures";
import { trainingStarts } from "../../../functions/core/capture/training-starts";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { memoryTrainingStarts } from "../../../functions/memory/capture";
import { memoryDecisionLog } from "../../../functions/memory/coordination";
import { decisionOf } from "../../contracts/coordination-samples";
import { BASELINE, folderOf, HOUR_MS, jsonLines, MIDNIGHT, monitorPorts, reportUri, settingsOf } from "./captures";

const NEVER = Number.POSITIVE_INFINITY;

describe("a reference that follows the trainings", () => {
  it("should be the first windows that begin after the start of the newest training, and those before it not be compared", async () => {
    const { ports, captures, files, told } = monitorPorts(8);
    for (let hour = 0; hour < 8; hour++) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const settings = settingsOf({ reference: "last-training", baselineSpanMs: 2 * HOUR_MS });

    await monitorCaptures(ports, settings, NEVER);
    const before = [...files.files.keys()];
    const trainedAt = MIDNIGHT + 3.5 * HOUR_MS;
    await monitorCaptures({ ...ports, trainings: memoryTrainingStarts({ flights: trainedAt }) }, settings, NEVER);

    const moved = BASELINE.replace(".json", "-2026-11-21T033000Z.json");
    expect(before).toEqual([BASELINE, ...[2, 3, 4, 5, 6, 7].map(reportUri)]);
    expect([...files.files.keys()].slice(before.length)).toEqual([moved]);
    expect(JSON.parse(files.files.get(moved) ?? "")).toMatchObject({
      window: { start: MIDNIGHT + 4 * HOUR_MS, end: MIDNIGHT + 6 * HOUR_MS },
    });
    expect(told.at(-1)).toMatchObject({ event: "monitor-baseline-written", uri: moved });
  });

  it("should stand in the report of each window, with its time", async () => {
    const { ports, captures, files } = monitorPorts(7);
    for (let hour = 0; hour < 7; hour++) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const trainings = memoryTrainingStarts({ flights: MIDNIGHT + 3 * HOUR_MS });

    await monitorCaptures({ ...ports, trainings }, settingsOf({ reference: "last-training" }), NEVER);

    expect([...files.files.keys()].slice(1)).toEqual([4, 5, 6].map(reportUri));
    expect(parseDriftReport(JSON.parse(files.files.get(reportUri(4)) ?? "")).reference).toEqual({
      id: BASELINE.replace(".json", "-2026-11-21T030000Z.json"),
      start: MIDNIGHT + 3 * HOUR_MS,
      end: MIDNIGHT + 4 * HOUR_MS,
    });
  });

  it("should wait for the windows after the training, and compare nothing meanwhile", async () => {
    const { ports, captures, files, told } = monitorPorts(4);
    for (let hour = 0; hour < 4; hour++) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const trainings = memoryTrainingStarts({ flights: MIDNIGHT + 3 * HOUR_MS });
    const settings = settingsOf({ reference: "last-training", baselineSpanMs: 2 * HOUR_MS });

    await monitorCaptures({ ...ports, trainings }, settings, NEVER);

    expect(files.files.size).toBe(0);
    expect(told).toMatchObject([
      { event: "monitor-baseline-awaited", start: "2026-11-21T03:00:00.000Z", end: "2026-11-21T05:00:00.000Z" },
    ]);
  });

  it("should not move for a fixed reference", async () => {
    const { ports, captures, files } = monitorPorts(3);
    for (let hour = 0; hour < 3; hour++) captures.objects.set(`${folderOf(hour)}1.jsonl`, jsonLines([{ delay: hour }]));
    const trainings = { newestOf: () => Promise.reject(new Error("not to be asked")) };

    await monitorCaptures({ ...ports, trainings }, settingsOf({ reference: "fixed" }), NEVER);

    expect([...files.files.keys()]).toEqual([BASELINE, reportUri(1), reportUri(2)]);
  });
});

describe("trainingStarts", () => {
  it("should be the start of the newest training that ended well", async () => {
    const log = memoryDecisionLog();
    const starts = trainingStarts(log);
    const start = async (name: string, decidedAt: number, status?: "succeeded" | "failed") => {
      const requestId = `schedule/flights/${name}`;
      await log.record(decisionOf({ requestId, model: "flights", outcome: "start", decidedAt }));
      if (status !== undefined) await log.recordOutcome({ requestId, status }, decidedAt + 1);
    };

    expect(await starts.newestOf("flights")).toBeUndefined();
    await start("a", 1_000, "succeeded");
    await start("b", 2_000, "succeeded");
    await start("c", 3_000, "failed");
    await start("d", 4_000);
    await log.record(decisionOf({ requestId: "schedule/flights/e", model: "flights", outcome: "defer", decidedAt: 5_000 }));

    expect(await starts.newestOf("flights")).toBe(2_000);
    expect(await starts.newestOf("clicks")).toBeUndefined();
  });

  it("should give up behind a hundred starts in a row that failed", async () => {
    const log = memoryDecisionLog();
    for (let at = 0; at <= 101; at++) {
      const requestId = `schedule/flights/${at}`;
      await log.record(decisionOf({ requestId, model: "flights", outcome: "start", decidedAt: at }));
      await log.recordOutcome({ requestId, status: at === 0 ? "succeeded" : "failed" }, at + 1);
    }

    expect(await trainingStarts(log).newestOf("flights")).toBeUndefined();
  });
});
