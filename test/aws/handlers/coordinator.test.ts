import type { SQSEvent, SQSRecord } from "aws-lambda";
import { type CoordinatorPorts, createCoordinator } from "../../../functions/aws/handlers/coordinator";
import type { LogRecord } from "../../../functions/core/log/log";
import type { PromotionStore } from "../../../functions/core/promotion/ports";
import type { PromotionState } from "../../../functions/core/promotion/promotion-state";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment, memoryVersionedStore } from "../../../functions/memory/versioned-store";
import modelPackage from "../../core/sagemaker-events/samples/model-package.json";
import { promotionOf } from "../../simulation/candidates";
import { settingsOf, sqsEvent } from "../../simulation/data-path";
import { answerOf, DAY_MS, NOON } from "../../simulation/requests";
import pipelineEnded from "../fixtures/pipeline-execution-succeeded.json";

describe("coordinator", () => {
  it("should start the pipeline with the configured parameters, once per request id", async () => {
    const world = createWorld();

    await world.coordinator(requests(["data/flight-delay/1", "data/flight-delay/2"]));
    await world.coordinator(requests(["data/flight-delay/2"]));

    expect([...world.launcher.runs.values()]).toEqual([
      { runId: "training/1", requestId: "data/flight-delay/1", pipeline: "training", parameters: { ManifestUri: "s3://data/m" } },
      { runId: "training/2", requestId: "data/flight-delay/2", pipeline: "training", parameters: { ManifestUri: "s3://data/m" } },
    ]);
    expect(world.decisions.decisions().map(({ outcome }) => outcome)).toEqual(["start", "start", "duplicate"]);
  });

  it("should return a request that could not be decided and all that follow it in its group, and serve the other groups", async () => {
    const world = createWorld();
    const failing = createCoordinator({
      ...world.ports,
      decisions: {
        ...world.decisions,
        read: async (id) => {
          if (id.endsWith("/1")) throw new Error("ThrottlingException");
          return world.decisions.read(id);
        },
      },
    });
    const event: SQSEvent = {
      Records: [
        ...requests(["data/flight-delay/1", "data/flight-delay/2"]).Records,
        ...requests(["data/flight-delay/3"], "another-group").Records,
      ],
    };

    const response = await failing(event);

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      "data/flight-delay/1",
      "data/flight-delay/2",
    ]);
    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/3"]);
  });

  it.each([
    ["churn", ["flight-delay"]],
    ["Churn", ["flight-delay"]],
    ["churn-2", []],
  ])("should have a version looked at by the promotion of the models whose registry it is in: %s", async (registry, noticedBy) => {
    const world = createWorld();
    const promotions = memoryVersionedStore<PromotionState>();
    const settings = memoryModelSettings([
      { ...settingsOf(), promotion: promotionOf({ registry: registry }) },
      { ...settingsOf(), model: "other" },
    ]);
    const coordinator = createCoordinator({ ...world.ports, settings, promotions });
    const event = sqsEvent([{ id: "m1", body: JSON.stringify(modelPackage) }], "model_packages");

    const responses = [await coordinator(event), await coordinator(event)];

    expect(responses).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    const states = await promotions.loadAll(["flight-delay", "other"]);
    const noticed = states.map((read) => read.status === "fulfilled" && read.value?.state.noticed);
    expect(noticed).toEqual([noticedBy.length > 0 ? [modelPackage.detail.ModelPackageArn] : undefined, undefined]);
  });

  it("should keep no version back for another one that could not be noticed, though they are one group", async () => {
    const world = createWorld();
    let saves = 0;
    const promotions: PromotionStore = {
      ...memoryVersionedStore<PromotionState>(),
      load: async () => {
        if (saves++ === 0) throw new Error("ThrottlingException");
        return undefined;
      },
    };
    const settings = memoryModelSettings([{ ...settingsOf(), promotion: promotionOf({ registry: "churn" }) }]);
    const coordinator = createCoordinator({ ...world.ports, settings, promotions });
    const body = JSON.stringify(modelPackage);
    const event = sqsEvent(
      ["m1", "m2"].map((id) => ({ id, body })),
      "model_packages",
    );

    expect(await coordinator(event)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(world.rejected.kept).toEqual([]);
  });

  it("should leave versions to the looks at the registry where it keeps no promotion, and set aside what names none", async () => {
    const world = createWorld();
    const unversioned = modelPackage.detail.ModelPackageArn.replace(/\/18$/, "");
    const broken = JSON.stringify(modelPackage).replaceAll(modelPackage.detail.ModelPackageArn, "churn/18");
    const bodies = [
      JSON.stringify(modelPackage),
      JSON.stringify(modelPackage).replaceAll(modelPackage.detail.ModelPackageArn, unversioned),
    ];

    const response = await world.coordinator(sqsEvent([...bodies, broken].map((body, index) => ({ id: `m${index}`, body }))));

    expect(response.batchItemFailures).toEqual([]);
    expect(world.rejected.kept.map(({ message }) => message.messageId)).toEqual(["m2"]);
  });

  it("should keep no end of a run back for another one that cannot be looked up, though they are one group", async () => {
    const world = createWorld();
    await world.coordinator(requests(["data/flight-delay/1"]));
    await world.coordinator(requests(["data/flight-delay/2"]));
    world.ended.add("training/1");
    const failing = createCoordinator({
      ...world.ports,
      watcher: {
        describe: async (runId) => {
          if (runId === "training/2") throw new Error("ThrottlingException");
          return world.ports.watcher.describe(runId);
        },
      },
    });

    const ends = ["training/2", "training/1", "of-another/7"].map((runId) => {
      const detail = { ...pipelineEnded.detail, pipelineExecutionArn: runId };
      return { id: runId, body: JSON.stringify({ ...pipelineEnded, detail }) };
    });
    const response = await failing(sqsEvent(ends, "run_ends"));

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "training/2" }]);
    expect(world.reports.filter(({ event }) => event === "run-settled")).toMatchObject([{ runId: "training/1" }]);
  });

  it("should settle a run when its pipeline says that it ended", async () => {
    const world = createWorld();
    await world.coordinator(requests(["data/flight-delay/1"]));
    world.ended.add("training/1");

    const response = await world.coordinator(sqsEvent([{ id: "e1", body: JSON.stringify(pipelineEnded) }]));

    expect(response.batchItemFailures).toEqual([]);
    expect((await world.decisions.read("data/flight-delay/1"))?.run).toMatchObject({ status: "succeeded", actualUsd: 12 });
  });

  it("should take for the person whom SQS attests, in an answer and in a request by hand, and never whom the message names", async () => {
    const world = createWorld();
    const cause = { type: "manual", by: "grace", why: "new labels" };
    const answer = answerOf(1, "grace", { do: "pause", why: "audit" });

    await world.coordinator(sentBy("AROA1:eve", bodyOf("manual/flight-delay/1", { causes: [cause] })));
    await world.coordinator(sentBy("AROA1:eve", JSON.stringify(answer)));

    expect(world.decisions.decisions()).toMatchObject([{ request: { causes: [{ by: "AROA1:eve (aws-sqs)" }] } }]);
    expect((await world.ports.states.load("flight-delay"))?.state.paused?.by).toBe("AROA1:eve (aws-sqs)");
  });

  it("should observe a signal of quality once, and decide about the training that it asks for", async () => {
    const world = createWorld();
    const { policy, ...settings } = settingsOf();
    const adaptive = { price: { steps: 0.5 }, stepMs: DAY_MS };
    const coordinator = createCoordinator({
      ...world.ports,
      settings: memoryModelSettings([{ ...settings, policy: { ...policy, adaptive } }]),
      now: () => NOON,
    });
    const signal = { source: "retrigger.quality", model: "flight-delay", monitor: "labels", metric: "accuracy", error: 0.2 };
    const body = JSON.stringify({ ...signal, from: "2026-11-20T00:00:00Z", to: Date.UTC(2026, 10, 21), rows: 90 });

    const response = await coordinator(
      sqsEvent([
        { id: "m1", body },
        { id: "m2", body },
        { id: "m3", body: body.replace("0.2", "20") },
      ]),
    );

    expect(response.batchItemFailures).toEqual([]);
    expect((await world.ports.states.load("flight-delay"))?.state.quality).toMatchObject({
      breakEven: { steps: 1, sum: 0.2 },
      rows: 90,
    });
    expect(world.decisions.decisions()).toMatchObject([
      {
        outcome: "defer",
        reason: "adaptive",
        request: { causes: [{ type: "quality", monitor: "labels", error: 0.2 }], priority: 4 },
      },
      { outcome: "duplicate" },
    ]);
    expect(world.reports.filter(({ event }) => event === "quality-observed")).toHaveLength(1);
    expect(world.rejected.kept).toMatchObject([{ message: { messageId: "m3" } }]);
  });

  it("should keep the hold-out of a run until its model serves, and say of another that it counts for nothing", async () => {
    const world = createWorld();
    const { policy, ...settings } = settingsOf();
    const adaptive = { price: { steps: 0.5 }, stepMs: DAY_MS };
    const models = memoryModelSettings([{ ...settings, policy: { ...policy, adaptive } }]);
    const coordinator = createCoordinator({ ...world.ports, settings: models, now: () => NOON });
    const told = { source: "retrigger.quality", model: "flight-delay", run: "data/flight-delay/1", holdOut: { challenger: 0.12 } };
    const percent = { ...told, holdOut: { challenger: 12 } };

    await coordinator(sqsEvent([{ id: "m1", body: bodyOf("data/flight-delay/1") }]));
    const response = await coordinator(
      sqsEvent([
        { id: "m2", body: JSON.stringify(told) },
        { id: "m3", body: JSON.stringify(told) },
        { id: "m4", body: JSON.stringify({ ...told, run: "data/flight-delay/9" }) },
        { id: "m5", body: JSON.stringify(percent) },
      ]),
    );

    expect(response.batchItemFailures).toEqual([]);
    const { awaited } = (await world.ports.states.load("flight-delay"))?.state.quality ?? {};
    expect(awaited).toMatchObject({ requestId: "data/flight-delay/1", challenger: 0.12 });
    expect(world.reports.filter(({ event }) => event.startsWith("hold-out"))).toEqual([
      { level: "info", event: "hold-out-taken", model: "flight-delay", requestId: "data/flight-delay/1", challenger: 0.12 },
      expect.objectContaining({ event: "hold-out-ignored", run: "data/flight-delay/9" }),
    ]);
    expect(world.rejected.kept).toMatchObject([{ message: { messageId: "m5" } }]);
  });

  it("should reject a request for a model that is not configured, with a record", async () => {
    const world = createWorld();

    const response = await world.coordinator(sqsEvent([{ id: "m1", body: bodyOf("data/unknown/1", { model: "unknown" }) }]));

    expect(response.batchItemFailures).toEqual([]);
    expect(world.decisions.decisions()).toMatchObject([{ outcome: "reject", reason: "unknown-model" }]);
  });

  it.each([
    ["not JSON", "{"],
    ["no request", "{}"],
    ["a priority that is no whole number", bodyOf("data/flight-delay/1", { priority: 1.5 })],
    ["a cause that there is not", bodyOf("data/flight-delay/1", { causes: [{ type: "whim" }] })],
    ["a request id with a line break", bodyOf("data/flight-delay/1\n")],
  ])("should set aside and report %s", async (_name, body) => {
    const world = createWorld();

    const response = await world.coordinator(sqsEvent([{ id: "m1", body }]));

    expect(response.batchItemFailures).toEqual([]);
    const refusal = { function: "coordinator", at: 1_000, subject: "message", reason: expect.stringMatching(/^not /) };
    expect(world.rejected.kept).toMatchObject([{ message: { messageId: "m1", body }, refusal }]);
    const rejected = { level: "error", event: "message-rejected", function: "coordinator", messageId: "m1" };
    expect(world.reports).toEqual([expect.objectContaining(rejected)]);
    expect(world.launcher.runs.size).toBe(0);
  });
});

// Helpers

/** One message, of a sender as SQS attests it. */
function sentBy(SenderId: string, body: string): SQSEvent {
  const { Records } = sqsEvent([{ id: SenderId, body }]);
  return { Records: Records.map((record) => ({ ...record, attributes: { ...record.attributes, SenderId } })) };
}

function createWorld() {
  const reports: LogRecord[] = [];
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const ended = new Set<string>();
  const rejected = memoryRejectedMessages<SQSRecord>();
  const ports: CoordinatorPorts = {
    settings: memoryModelSettings([settingsOf()]),
    states: memoryCoordinatorStore(),
    decisions,
    launcher,
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    watcher: {
      describe: async (runId) =>
        ended.has(runId) ? { status: "succeeded", endedAt: 2_000, actualUsd: 12 } : { status: "running" },
    },
    rejected,
    log: (entry) => {
      reports.push(entry);
    },
    now: () => 1_000,
  };
  return { ports, rejected, reports, launcher, decisions, ended, coordinator: createCoordinator(ports) };
}

function requests(ids: readonly string[], group = "flight-delay"): SQSEvent {
  return sqsEvent(
    ids.map((id) => ({ id, body: bodyOf(id) })),
    group,
  );
}

function bodyOf(id: string, overrides: object = {}): string {
  return JSON.stringify({
    id,
    model: "flight-delay",
    causes: [{ type: "data", generation: 1, reason: "size", openedAt: 1, sealedAt: 2 }],
    priority: 4,
    deployment: memoryDeployment,
    manifests: [{ uri: "s3://data/m", objects: 3, bytes: 30 }],
    requestedAt: 2,
    ...overrides,
  });
}
