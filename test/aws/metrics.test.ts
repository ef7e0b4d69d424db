import { consoleLog } from "../../functions/aws/deployed/console-log";
import { metricLine } from "../../functions/aws/deployed/metrics.lazy";
import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/aws/handlers/drift-evaluator";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import { monitorCaptures } from "../../functions/core/capture/monitor-captures";
import { changeState } from "../../functions/core/coordination/coordinate";
import { pause } from "../../functions/core/coordination/intervene";
import type { RunState } from "../../functions/core/coordination/ports";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import { NoCapacityError, StartRefusedError } from "../../functions/core/errors";
import type { LogEvent, LogRecord } from "../../functions/core/log/log";
import { eventsOf, type Metric } from "../../functions/core/log/metric";
import { METRICS } from "../../functions/core/log/metric-list";
import { essentialMetricsOf, metricsOf } from "../../functions/core/log/metrics-of";
import { PROMOTION_METRICS } from "../../functions/core/log/promotion-metrics";
import { ROLLOUT_METRICS } from "../../functions/core/log/rollout-metrics";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryQualityQueue,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../functions/memory/rejected-messages";
import { memoryDeployment, memoryHeartbeatStore } from "../../functions/memory/versioned-store";
import { settingsOf as capturedSettings, folderOf, jsonLines, monitorPorts } from "../core/capture/captures";
import { objectMessage, requestMessages, settingsOf, sqsEvent } from "../simulation/data-path";
import { HOUR_MS, MANUAL, NOON, requestOf } from "../simulation/requests";

describe("the metrics of the functions of AWS", () => {
  it("should all be told in a day of their work, each with what it counts or measures", async () => {
    const { reports } = await aDay();

    const told = toldOf(reports);

    expect(told).toEqual({
      "ActualCostUsd flight-delay": [12],
      "ApprovalExpiresIn flight-delay": 3_540,
      "ApprovalPending flight-delay": 1,
      "BatchAge flight-delay": [30],
      "BatchObjects flight-delay": [2],
      "Blocked flight-delay": 1,
      "BudgetLeftDayUsd flight-delay": 999_840.8,
      "BudgetUsedDay flight-delay": 159.2e-6,
      "BudgetUsedMonth flight-delay": 15.92e-6,
      "CapturesUnread flight-delay": 0.25,
      "DataSetAside flight-delay": 1,
      "DataSilence flight-delay": 10_860.25,
      "Decisions flight-delay ask": 1,
      "Decisions flight-delay defer": 1,
      "Decisions flight-delay merge": 1,
      "Decisions flight-delay start": 5,
      "DecisionsByReason flight-delay ask approval-needed": 1,
      "DecisionsByReason flight-delay defer blocked-by-drift": 1,
      "DecisionsByReason flight-delay merge taken-along": 1,
      "DecisionsByReason flight-delay start all-checks-passed": 5,
      "DriftReports flight-delay": 2,
      "DriftScore flight-delay fare": 0.2,
      "DriftScore flight-delay gr%C3%B6%C3%9Fe": 0.8,
      "DriftSeverity flight-delay": 4,
      "DriftSuspected flight-delay": 14_430.5,
      // The second by what the first, which cost 12 USD, corrected: 100 (1 + 0.3 (12 / 100 - 1)).
      "EstimatedCostUsd flight-delay": [100, 73.6, 73.6],
      "HandlerErrors sweeper": 1,
      "LandingToStart flight-delay": [90],
      "LongestRunRatio flight-delay": 7_260.25 / 3_600,
      "ManifestsLeftOut flight-delay": 1,
      "MessagesRejected batcher": 1,
      "MonitorSilence flight-delay": 7_260.25,
      "OldestWaiting flight-delay": 60,
      "Paused flight-delay": 1,
      "RunDuration flight-delay": [3_600],
      "RunningRuns flight-delay": 2,
      "RunsEnded flight-delay succeeded": 1,
      "SchedulesMissed flight-delay": 1,
      "StartsRefused flight-delay": 1,
      "StartsWithdrawn flight-delay": 1,
      SweepDuration: [250, 250, 250],
      "SweeperRepairs flight-delay reasked": 1,
      "SweeperRepairs flight-delay schedule": 1,
      "SweeperRepairs flight-delay settled": 1,
      Sweeps: 3,
      "TriggerEvents flight-delay data": 1,
      "TriggerEvents flight-delay drift": 1,
      "TriggerEvents flight-delay manual": 3,
      "TriggerEvents flight-delay schedule": 1,
      "WaitingRequests flight-delay": 1,
    });
    // Those of promotion and of rollouts have a day of their own.
    const elsewhere: readonly { readonly name: string }[] = [...PROMOTION_METRICS, ...ROLLOUT_METRICS];
    const others = METRICS.map(({ name }) => name).filter((name) => !elsewhere.some((metric) => metric.name === name));
    expect(new Set(Object.keys(told).map((series) => series.split(" ")[0]))).toEqual(new Set(others));
  });

  it("should tell of the limits that were passed that day, where the essential is watched", async () => {
    const { reports } = await aDay();

    const passed = reports.flatMap((entry) => (entry.event === "limit-passed" ? [`${entry.alarm} ${entry.value}`] : []));
    expect(passed).toEqual(["run-overdue 2.0167361111111113", "no-data 10860.25"].sort());
    const essential = reports
      .flatMap(essentialMetricsOf)
      .map(({ name, dimensions }) => [name, ...Object.values(dimensions)].join(" "));
    expect([...new Set(essential)].sort()).toEqual([
      "AllDataSetAside",
      "AllHandlerErrors",
      "AllManifestsLeftOut",
      "AllSchedulesMissed",
      "AllStartsRefused",
      "LimitsPassed no-data",
      "LimitsPassed run-overdue",
      "ModelRequests flight-delay",
      "Sweeps",
    ]);
  });

  it("should be taken from fields of the types that they are made of", async () => {
    const { reports } = await aDay();

    for (const entry of reports as readonly LogRecord[]) {
      for (const { value, dimensions } of (METRICS as readonly Metric[]).filter((metric) =>
        eventsOf(metric).some((event) => event === entry.event),
      )) {
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
 * All functions at work: data, drift, a person, starts that fail, a list that is gone, messages and captured requests that nobody
 * can read, a schedule that nobody hears of, and a store that fails once.
 */
async function aDay() {
  const world = createWorld();
  const { batcher, coordinator, evaluator, sweeper, requests } = world;

  await batcher(sqsEvent([objectMessage("m1", "in/a")]));
  world.advance(30_000);
  await batcher(sqsEvent([objectMessage("m2", "in/b"), { id: "m3", body: "{" }]));
  world.advance(60_000);
  await coordinator(sqsEvent(requestMessages(requests.splice(0))));
  world.advance(HOUR_MS);
  world.end({ status: "succeeded", endedAt: NOON + 90_000 + HOUR_MS, actualUsd: 12 });
  await sweeper();
  world.end({ status: "running" });

  const manual = { causes: [MANUAL], manifests: [] };
  world.refuseStarts(new NoCapacityError("20 runs are running"));
  await coordinator(sqsEvent(requestMessages([requestOf("2", manual)])));
  world.refuseStarts(new StartRefusedError("no such pipeline"));
  await coordinator(sqsEvent(requestMessages([requestOf("3", { causes: [MANUAL] })])));
  world.refuseStarts(undefined);
  world.loseList();
  await coordinator(sqsEvent(requestMessages([requestOf("4", manual)])));

  await evaluator(sqsEvent([{ id: "d1", body: driftBody(1, { größe: 0.9 }) }]));
  await evaluator(sqsEvent([{ id: "d2", body: driftBody(2, { größe: 0.8, fare: 0.2 }) }]));
  world.advance(2 * HOUR_MS);
  await sweeper();
  const sent = requests.splice(0);
  await coordinator(sqsEvent(requestMessages(sent)));
  world.advance(60_000);
  await world.pause();
  world.failStore();
  await sweeper().catch(() => undefined);
  await world.monitorCaptures();
  return { reports: world.reports, requests: sent };
}

function createWorld() {
  let now = NOON;
  let refusal: Error | undefined;
  let isFailing = false;
  let ended: RunState = { status: "running" };
  const lost: string[] = [];
  const reports: LogEvent[] = [];
  const requests: TrainingRequest[] = [];
  const batches = memoryBatchStore();
  const manifests = memoryManifestStore();
  const launcher = memoryPipelineLauncher();
  const heartbeats = memoryHeartbeatStore();
  const settings = settingsOf({ batchSize: 2 });
  const ports = {
    settings: memoryModelSettings([
      {
        ...settings,
        monitoring: { prefix: "drift/", sagemaker: { schedules: ["hourly"] } },
        limits: [
          { alarm: "no-data", metric: "DataSilence", comparison: "above", threshold: 7_200 },
          { alarm: "run-overdue", metric: "LongestRunRatio", comparison: "above", threshold: 2 },
          { alarm: "budget-day-high", metric: "BudgetUsedDay", comparison: "at-least", threshold: 0.8 },
        ],
        schedules: [{ name: "afternoon", cron: "0 14 * * *", timeZone: "UTC", priority: 3 }],
      },
    ]),
    batches: {
      ...batches,
      readHeads: (models: readonly string[]) => (isFailing ? Promise.reject(new Error("throttled")) : batches.readHeads(models)),
    },
    deployment: memoryDeployment,
    manifests: {
      ...manifests,
      combineManifests: async (...lists: Parameters<typeof manifests.combineManifests>) => ({
        ...(await manifests.combineManifests(...lists)),
        leftOut: lost.splice(0),
      }),
    },
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    launcher: {
      start: (...run: Parameters<typeof launcher.start>) =>
        refusal === undefined ? launcher.start(...run) : Promise.reject(refusal),
    },
    notifier: memoryNotifier(),
    watcher: { describe: async () => ended },
    qualities: memoryQualityQueue(async () => undefined),
    requests: memoryRequestQueue(async (request) => {
      requests.push(request);
    }),
    heartbeats: {
      ...heartbeats,
      /** Takes 250 ms. */
      load: (key: string) => {
        now += 250;
        return heartbeats.load(key);
      },
    },
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    fates: requestFates(memoryDecisionLog()),
    reports: { read: async () => undefined },
    rejected: memoryRejectedMessages(),
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
    /** Of the next training that reads any. */
    loseList: () => void lost.push("there is no s3://data/manifests/flight-delay/0000000001.manifest; restore it"),
    pause: () => changeState(ports, settings.model, (state) => ({ state: pause(state, "ada", "audit", now) })),
    failStore: () => {
      isFailing = true;
    },
    /** Of an hour with a line that cannot be read. */
    monitorCaptures: async () => {
      const { ports: monitor, captures } = monitorPorts(1);
      captures.objects.set(`${folderOf(0)}1.jsonl`, `${jsonLines([{ delay: 1 }, { delay: 2 }, { delay: 3 }])}broken\n`);
      const captured = { ...capturedSettings(), model: settings.model };
      await monitorCaptures({ ...monitor, log: ports.log }, captured, Number.POSITIVE_INFINITY);
    },
  };
}

/** A critical drift asks for a training with a person's approval, and blocks the model, when it is seen twice. */
function driftBody(window: number, scores: Readonly<Record<string, number>>): string {
  const features = Object.entries(scores).map(([name, score]) => {
    const evidence = { type: "score", metric: "psi", score, bins: 10 };
    return { name, kind: "data", sampleSize: 5_000, evidence };
  });
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

/** By series, `<metric> <values of its dimensions>`: the sum of a count, the last of a gauge, each value of a distribution. */
function toldOf(reports: readonly LogEvent[]): Record<string, number | readonly number[]> {
  const values = new Map<string, number[]>();
  for (const { name, value, dimensions } of reports.flatMap(metricsOf)) {
    const series = [name, ...Object.values(dimensions)].join(" ");
    values.set(series, [...(values.get(series) ?? []), value]);
  }
  return Object.fromEntries(
    [...values].map(([series, all]) => {
      const kind = METRICS.find(({ name }) => name === series.split(" ")[0])?.kind;
      if (kind === "distribution") return [series, all];
      return [series, kind === "count" ? all.reduce((sum, value) => sum + value, 0) : (all.at(-1) ?? Number.NaN)];
    }),
  );
}

function oneOf(...values: readonly string[]): unknown {
  return expect.stringMatching(new RegExp(`^(${values.join("|")})$`));
}
