import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import { requestFates } from "../../../functions/core/drift/episodes/request-fate";
import type { DriftLog, ReportFile } from "../../../functions/core/drift/ports";
import { RetryableError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { createDriftEvaluator, type DriftEvaluatorPorts } from "../../../functions/gcp/handlers/drift-evaluator";
import type { PubSubMessage } from "../../../functions/gcp/messages/pubsub-event";
import { memoryDecisionLog, memoryQualityQueue, memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryDriftHistoryStore } from "../../../functions/memory/drift";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { nannymlWithFutureWeek } from "../../simulation/drift-documents";
import { pricedSettings } from "../../simulation/priced-settings";
import { finalizedEvent, googleSettings, pushedEvent } from "../messages";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const KEY = "drift/flight-delay/weekly.json";
const ENDPOINT = "projects/p/locations/europe-west4/endpoints/77";
const JOB = "projects/4711/locations/europe-west4/modelDeploymentMonitoringJobs/4";

describe("drift evaluator", () => {
  describe("of a file that lands in a model's drift folder", () => {
    it("should evaluate the generation that was announced, and ask for what follows", async () => {
      const world = createWorld({ files: { [`gs://data/${KEY}`]: fileOf(ownReport()) } });

      await world.evaluator(finalizedEvent("m1", KEY));

      expect(world.read).toEqual([[`gs://data/${KEY}`, "1763726400000001"]]);
      expect(world.evaluated).toMatchObject([{ model: "flight-delay", reportId: "week 1", severity: "medium" }]);
      expect(world.requests).toMatchObject([
        { model: "flight-delay", causes: [{ type: "drift", severity: "medium", feature: "hour" }] },
      ]);
    });

    it("should tell the coordinator how well the model serves, where a report says so and the policy asks for it", async () => {
      const { features: _, ...rest } = JSON.parse(ownReport());
      const evidence = { type: "performance", metric: "accuracy", current: 0.75, higherIsBetter: true };
      const features = [{ name: "accuracy", kind: "concept", sampleSize: 900, evidence }];
      const window = { start: NOON - 3_600_000, end: NOON };
      const files = { [`gs://data/${KEY}`]: fileOf(JSON.stringify({ ...rest, window, features })) };
      const asked = createWorld({ files, settings: pricedSettings(calmSettings()) });
      const unasked = createWorld({ files });

      for (const world of [asked, unasked]) await world.evaluator(finalizedEvent("m1", KEY));

      const quality = { model: "flight-delay", monitor: rest.monitor, metric: "accuracy", error: 0.25, rows: 900 };
      expect(asked.signals).toEqual([{ ...quality, from: window.start, to: window.end }]);
      expect([unasked.evaluated.length, unasked.signals]).toEqual([1, []]);
    });

    it("should evaluate it once, however often it is announced", async () => {
      const world = createWorld({ files: { [`gs://data/${KEY}`]: fileOf(evidentlyReport()) } });

      await world.evaluator(finalizedEvent("m1", KEY));
      await world.evaluator(finalizedEvent("m2", KEY));

      expect(world.evaluated).toHaveLength(1);
      expect(world.evaluated[0]?.reportId).toBe(`gs://data/${KEY} 1763726400000001`);
    });

    it.each([
      ["a deletion", finalizedEvent("m1", KEY, { eventType: "OBJECT_DELETE" })],
      ["the mark of a folder", emptyEvent("drift/flight-delay/")],
      ["an object beside the drift folders", finalizedEvent("m1", "in/a.json")],
    ])("should acknowledge %s, and read nothing", async (_case, event) => {
      const world = createWorld();

      await world.evaluator(event);

      expect([world.read, world.reports]).toEqual([[], []]);
    });

    it("should return one that is gone again, and not call it rejected", async () => {
      const world = createWorld();

      await expect(world.evaluator(finalizedEvent("m1", KEY))).rejects.toThrow(RetryableError);

      expect(world.reports).toMatchObject([{ level: "error", event: "handler-failed", messageId: "m1" }]);
      expect(world.evaluated).toEqual([]);
    });

    it("should evaluate the good reports of one, and set it aside for the bad", async () => {
      const world = createWorld({ files: { [`gs://data/${KEY}`]: fileOf(nannymlWithFutureWeek()) } });

      await world.evaluator(finalizedEvent("m1", KEY));

      expect(world.evaluated).toHaveLength(2);
      expect(world.refusals()).toEqual([expect.stringContaining("got a window that ends at 2101-03-18")]);
    });

    it.each([
      [
        "a folder of no model",
        "drift/other/weekly.json",
        {},
        "got gs://data/drift/other/weekly.json, which belongs to no model; expected a report in gs://data/drift/flight-delay/",
      ],
      ["a bucket of no model", KEY, { bucketId: "other" }, `got gs://other/${KEY}, which belongs to no model`],
    ])("should set aside %s, and report it", async (_case, key, changes, message) => {
      const world = createWorld();

      await world.evaluator(finalizedEvent("m1", key, changes));

      expect(world.refusals()).toEqual([expect.stringContaining(message)]);
      expect(world.reports).toMatchObject([{ level: "error", event: "message-rejected", messageId: "m1" }]);
    });

    it.each([
      ["empty", "", "got an empty drift document"],
      ["cut short", ownReport().slice(0, -20), "not JSON, or cut short"],
      ["of another model", ownReport({ model: "other" }), "got a report of model other, expected one of flight-delay"],
      ["of a time to come", ownReport({ window: { start: NOON, end: NOON + 86_400_000 } }), "got a window that ends at 2026-11-22"],
      ["of no known format", '{"drift":true}', "got a drift document of no known format"],
    ])("should set aside one that is %s", async (_case, text, message) => {
      const world = createWorld({ files: { [`gs://data/${KEY}`]: fileOf(text) } });

      await world.evaluator(finalizedEvent("m1", KEY));

      expect(world.refusals()).toEqual([expect.stringContaining(message)]);
      expect(world.reports).toContainEqual(expect.objectContaining({ event: "message-rejected" }));
      expect(world.evaluated).toEqual([]);
    });
  });

  describe("of an anomaly that Vertex AI logged", () => {
    it("should evaluate it for the model whose endpoint the job watches, whether the project is named by id or number", async () => {
      const world = createWorld({
        settings: monitored({ endpoint: ENDPOINT }),
        endpoints: { [JOB]: "projects/4711/locations/europe-west4/endpoints/77" },
      });

      await world.evaluator(pushedEvent("m1", { text: anomalyEntry() }));
      await world.evaluator(pushedEvent("m2", { text: anomalyEntry() }));

      expect(world.evaluated).toMatchObject([{ model: "flight-delay", features: [{ name: "hour", kind: "data" }] }]);
    });

    it("should evaluate it for the model that names the job, without asking for its endpoint", async () => {
      const world = createWorld({ settings: monitored({ endpoint: ENDPOINT, jobId: "4" }) });

      await world.evaluator(pushedEvent("m1", { text: anomalyEntry() }));

      expect(world.evaluated).toHaveLength(1);
      expect(world.asked).toEqual([]);
    });

    it.each([
      ["of another endpoint", { endpoint: ENDPOINT }, { [JOB]: "projects/p/locations/europe-west4/endpoints/78" }],
      ["of the same id elsewhere", { endpoint: ENDPOINT }, { [JOB]: "projects/p/locations/us-east1/endpoints/77" }],
      ["of a job that is gone", { endpoint: ENDPOINT }, {}],
      ["of another job than the model names", { endpoint: ENDPOINT, jobId: "5" }, { [JOB]: ENDPOINT }],
    ])("should set aside one %s", async (_case, vertex, endpoints) => {
      const world = createWorld({ settings: monitored(vertex), endpoints });

      await world.evaluator(pushedEvent("m1", { text: anomalyEntry() }));

      expect(world.refusals()).toEqual([expect.stringMatching(/got an anomaly of .* expected that of a model/)]);
    });

    it("should return it when Vertex AI cannot be asked now, and not call it rejected", async () => {
      const jobs = { endpointOf: () => Promise.reject(new RetryableError("busy")) };
      const world = createWorld({ settings: monitored({ endpoint: ENDPOINT }) }, { jobs });

      await expect(world.evaluator(pushedEvent("m1", { text: anomalyEntry() }))).rejects.toThrow(RetryableError);

      expect(world.reports).toMatchObject([{ level: "error", event: "handler-failed", function: "drift-evaluator" }]);
    });
  });

  describe("of a message", () => {
    it("should evaluate a report in Retrigger's own format, for the model that it names", async () => {
      const world = createWorld();

      await world.evaluator(pushedEvent("m1", { text: ownReport() }));

      expect(world.evaluated).toMatchObject([{ model: "flight-delay", reportId: "week 1" }]);
    });

    it("should evaluate any other format for the model in its attributes", async () => {
      const world = createWorld();

      await world.evaluator(pushedEvent("m1", { text: evidentlyReport(), attributes: { model: "flight-delay" } }));

      expect(world.evaluated).toMatchObject([{ model: "flight-delay", reportId: "m1" }]);
    });

    it.each([
      [
        "a report of no model",
        pushedEvent("m1", { text: ownReport({ model: "other" }) }),
        "there is no model other; expected flight-delay",
      ],
      [
        "an attribute of no model",
        pushedEvent("m1", { text: ownReport(), attributes: { model: "other" } }),
        "there is no model other",
      ],
      [
        "a format that names no model, alone",
        pushedEvent("m1", { text: evidentlyReport() }),
        "without a model: put it under drift/<model>/",
      ],
      ["an empty message", pushedEvent("m1", {}), "got an empty drift document"],
    ])("should set aside %s", async (_case, event, message) => {
      const world = createWorld();

      await world.evaluator(event);

      expect(world.refusals()).toEqual([expect.stringContaining(message)]);
    });

    it("should reject what is no message of Pub/Sub, of which nothing can be kept", async () => {
      const world = createWorld();

      await expect(world.evaluator({})).rejects.toThrow("not a message of Pub/Sub");

      expect(world.rejected.kept).toEqual([]);
      expect(world.reports).toMatchObject([{ event: "message-rejected", function: "drift-evaluator" }]);
    });
  });

  it("should return the message when the settings, or the history, cannot be used", async () => {
    const settings = { list: () => Promise.reject(new Error("UNAVAILABLE")) };
    const histories = { ...memoryDriftHistoryStore(), save: () => Promise.reject(new Error("ABORTED")) };

    const evaluating = [settings, histories].map((port) =>
      createWorld({}, "list" in port ? { settings: port } : { histories: port }).evaluator(
        pushedEvent("m1", { text: ownReport() }),
      ),
    );

    await expect(evaluating[0]).rejects.toThrow("UNAVAILABLE");
    await expect(evaluating[1]).rejects.toThrow("ABORTED");
  });
});

// Helpers

interface World {
  readonly settings?: ModelSettings;
  readonly files?: Readonly<Record<string, ReportFile>>;
  readonly endpoints?: Readonly<Record<string, string>>;
}

function createWorld(
  { settings = calmSettings(), files = {}, endpoints = {} }: World = {},
  ports: Partial<DriftEvaluatorPorts> = {},
) {
  const reports: LogRecord[] = [];
  const requests: TrainingRequest[] = [];
  const signals: QualitySignal[] = [];
  const read: (string | undefined)[][] = [];
  const asked: string[] = [];
  const evaluated: Parameters<DriftLog["record"]>[0]["evaluation"][] = [];
  const rejected = memoryRejectedMessages<PubSubMessage>();
  const evaluator = createDriftEvaluator({
    settings: memoryModelSettings([settings]),
    histories: memoryDriftHistoryStore(),
    drifts: { record: async ({ evaluation }) => void evaluated.push(evaluation), list: async () => [] },
    qualities: memoryQualityQueue(async (signal) => void signals.push(signal)),
    requests: memoryRequestQueue(async (request) => void requests.push(request)),
    notifier: { notify: async () => undefined },
    fates: requestFates(memoryDecisionLog()),
    reports: {
      read: async (uri, version) => {
        read.push([uri, version]);
        return files[uri];
      },
    },
    jobs: {
      endpointOf: async (job) => {
        asked.push(job);
        return endpoints[job];
      },
    },
    rejected,
    log: (entry) => void reports.push(entry),
    now: () => NOON,
    ...ports,
  });
  const refusals = () => rejected.kept.map(({ refusal }) => refusal.reason);
  return { evaluator, rejected, refusals, reports, requests, signals, read, asked, evaluated };
}

/** One window is enough to detect a drift. */
function calmSettings(): ModelSettings {
  return { ...googleSettings(), drift: { ...DEFAULT_DRIFT_POLICY, persistence: { k: 1, n: 3 } } };
}

function monitored(vertex: NonNullable<ModelSettings["monitoring"]["vertex"]>): ModelSettings {
  return { ...calmSettings(), monitoring: { prefix: "drift/", vertex } };
}

function fileOf(text: string): ReportFile {
  return { text, version: "1763726400000001", writtenAt: NOON - 60_000 };
}

function ownReport(changes: object = {}): string {
  return JSON.stringify({
    version: 1,
    model: "flight-delay",
    id: "week 1",
    monitor: "weekly",
    window: { start: "2026-11-14T00:00:00Z", end: "2026-11-21T00:00:00Z" },
    features: [
      { name: "hour", kind: "data", sampleSize: 100_000, evidence: { type: "score", metric: "psi", score: 0.2, bins: 10 } },
    ],
    ...changes,
  });
}

/** The newer of Evidently's formats, as `Snapshot.json()` writes it. */
function evidentlyReport(): string {
  const config = { type: "evidently:metric_v2:ValueDrift", column: "hour", method: "psi", threshold: 0.1 };
  return JSON.stringify({ metrics: [{ id: "1", metric_name: "ValueDrift(column=hour)", config, value: 0.2 }], tests: [] });
}

function anomalyEntry(): string {
  return JSON.stringify({
    logName: "projects/p/logs/aiplatform.googleapis.com%2Fmodel_monitoring_anomaly",
    severity: "WARNING",
    jsonPayload: {
      "@type": "type.googleapis.com/google.cloud.aiplatform.logging.ModelMonitoringAnomaliesLogEntry",
      anomalyObjective: "RAW_FEATURE_DRIFT",
      startTime: "2026-11-21T09:00:00Z",
      endTime: "2026-11-21T10:00:00Z",
      deployedModelId: "9",
      modelDeploymentMonitoringJob: JOB,
      totalAnomaliesCount: 1,
      featureAnomalies: [{ featureDisplayName: "hour", deviation: 0.2, threshold: 0.1 }],
    },
  });
}

function emptyEvent(key: string) {
  const event = finalizedEvent("m1", key);
  event.data.message.data = Buffer.from('{"size":"0"}').toString("base64");
  return event;
}
