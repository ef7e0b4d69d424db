import { consoleLog, metricLine } from "../../functions/aws/deployed/console-log";
import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/aws/handlers/drift-evaluator";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import type { RunState } from "../../functions/core/coordination/ports";
import { NoCapacityError, StartRefusedError } from "../../functions/core/errors";
import type { LogEvent, LogRecord } from "../../functions/core/log/log";
import { METRICS, type Metric } from "../../functions/core/log/metric-list";
import { metricsOf } from "../../functions/core/log/metrics-of";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryHeartbeatStore } from "../../functions/memory/versioned-store";
import { objectMessage, requestMessages, settingsOf, sqsEvent } from "../simulation/data-path";
import { HOUR_MS, MANUAL, NOON, requestOf } from "../simulation/requests";

describe("the metrics of the functions of AWS", () => {
  it("should all be told in a day of their work, with the types that they are made of", async () => {
    const { reports } = await aDay();

    const told = new Set(reports.flatMap(metricsOf).map(({ name }) => name));
    expect(METRICS.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
    for (const entry of reports as readonly LogRecord[]) {
      for (const { value, dimensions } of (METRICS as readonly Metric[]).filter(({ event }) => event === entry.event)) {
        if (value !== undefined)
          expect([entry.event, value, typeof entry[value]]).toEqual([entry.event, value, oneOf("number", "undefined")]);
        for (const field of dimensions) expect([entry.event, field, typeof entry[field]]).toEqual([entry.event, field, "string"]);
      }
    }
  });

  it("should each be one line that is entry and embedded metric, within what CloudWatch takes", async () => {
    const { reports } = await aDay();
    const lines: string[] = [];
    const log = consoleLog({
      loadMetrics: () => metricLine("prod"),
      now: () => NOON,
      write: (line) => void lines.push(line),
    });

    for (const entry of reports) log(entry);

    expect(lines).toHaveLength(reports.length);
    for (const [index, line] of lines.entries()) {
      const { _aws, ...rest } = JSON.parse(line);
      const fields = JSON.parse(JSON.stringify(reports[index]));
      expect(rest).toMatchObject(fields);
      const directives: { Metrics: unknown[]; Dimensions: string[][] }[] = _aws?.CloudWatchMetrics ?? [];
      expect(directives.reduce((sum, { Metrics }) => sum + Metrics.length, 0)).toBe(metricsOf(reports[index] as LogEvent).length);
      for (const name of directives.flatMap(({ Dimensions }) => Dimensions.flat())) expect(typeof rest[name]).toBe("string");
    }
  });

  it("should tell the way from data and from drift to a run under one request id each", async () => {
    const { reports, requests } = await aDay();

    const eventsOf = (requestId: string) =>
      new Set((reports as readonly LogRecord[]).filter((entry) => entry.requestId === requestId).map(({ event }) => event));

    expect(eventsOf("data/flight-delay/1")).toEqual(
      new Set(["batch-published", "request-received", "decided", "run-started", "run-settled"]),
    );
    const drift = requests.find(({ id }) => id.startsWith("drift/"))?.id ?? "";
    const evaluated = ["drift-evaluated", "feature-drift", "drift-detected"];
    expect([...eventsOf(drift)]).toEqual(expect.arrayContaining([...evaluated, "request-received", "decided"]));
  });
});

// Helpers

/**
 * All four functions at work: data, drift, a person, starts that fail, messages that nobody can read, a schedule that nobody hears of,
 * and a store that fails once.
 */
async function aDay() {
  const world = createWorld();
  const { batcher, coordinator, evaluator, sweeper, requests } = world;

  await batcher(sqsEvent([objectMessage("m1", "in/a"), objectMessage("m2", "in/b"), { id: "m3", body: "{" }]));
  world.advance(60_000);
  await coordinator(sqsEvent(requestMessages(requests.splice(0))));
  world.end({ status: "succeeded", endedAt: NOON + HOUR_MS, actualUsd: 12 });
  world.advance(HOUR_MS);
  await sweeper();

  const manual = { causes: [MANUAL], manifests: [] };
  world.refuseStarts(new NoCapacityError("20 runs are running"));
  await coordinator(sqsEvent(requestMessages([requestOf("2", manual)])));
  world.refuseStarts(new StartRefusedError("no such pipeline"));
  await coordinator(sqsEvent(requestMessages([requestOf("3", manual)])));
  world.refuseStarts(undefined);

  for (const window of [1, 2]) await evaluator(sqsEvent([{ id: `d${window}`, body: driftBody(window) }]));
  world.advance(2 * HOUR_MS);
  await sweeper();
  const sent = requests.splice(0);
  await coordinator(sqsEvent(requestMessages(sent)));
  world.failStore();
  await sweeper().catch(() => undefined);
  return { reports: world.reports, requests: sent };
}

function createWorld() {
  let now = NOON;
  let refusal: Error | undefined;
  let isFailing = false;
  let ended: RunState = { status: "running" };
  const reports: LogEvent[] = [];
  const requests: TrainingRequest[] = [];
  const batches = memoryBatchStore();
  const launcher = memoryPipelineLauncher();
  const settings = settingsOf({ batchSize: 2 });
  const ports = {
    settings: memoryModelSettings([
      {
        ...settings,
        monitoring: { prefix: "drift/", sagemaker: { schedules: ["hourly"] } },
        schedules: [{ name: "afternoon", cron: "0 14 * * *", timeZone: "UTC", priority: 3 }],
      },
    ]),
    batches: {
      ...batches,
      readHead: (model: string) => (isFailing ? Promise.reject(new Error("throttled")) : batches.readHead(model)),
    },
    manifests: memoryManifestStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    launcher: {
      start: (...run: Parameters<typeof launcher.start>) =>
        refusal === undefined ? launcher.start(...run) : Promise.reject(refusal),
    },
    notifier: memoryNotifier(),
    watcher: { describe: async () => ended },
    requests: memoryRequestQueue(async (request) => {
      requests.push(request);
    }),
    heartbeats: memoryHeartbeatStore(),
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    reports: { read: async () => undefined },
    log: (entry: LogEvent) => void reports.push(entry),
    now: () => now,
  };
  const monitors = { describeJob: () => Promise.reject(new Error("no job")), findExecution: async () => undefined };
  return {
    reports,
    requests,
    batcher: createBatcher(ports),
    coordinator: createCoordinator(ports),
    evaluator: createDriftEvaluator({ ...ports, monitors }),
    sweeper: createSweeper(ports),
    advance: (ms: number) => {
      now += ms;
    },
    end: (state: RunState) => {
      ended = state;
    },
    refuseStarts: (error: Error | undefined) => {
      refusal = error;
    },
    failStore: () => {
      isFailing = true;
    },
  };
}

/** A high drift, which asks for a training with a person's approval when it is seen twice. */
function driftBody(window: number): string {
  const evidence = { type: "score", metric: "psi", score: 0.4 };
  const features = [{ name: "größe", kind: "data", sampleSize: 5_000, evidence }];
  const end = NOON - HOUR_MS + window * 60_000;
  return JSON.stringify({
    version: 1,
    model: "flight-delay",
    id: `report-${window}`,
    monitor: "own",
    window: { start: end - 60_000, end },
    features,
  });
}

function oneOf(...values: readonly string[]): unknown {
  return expect.stringMatching(new RegExp(`^(${values.join("|")})$`));
}
