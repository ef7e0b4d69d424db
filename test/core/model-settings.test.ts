import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { readDriftMessage } from "../../functions/aws/messages/drift-message";
import { PoisonMessageError, RetryableError } from "../../functions/core/errors";
import type { LogRecord } from "../../functions/core/log/log";
import {
  checkReadable,
  configuredModel,
  isWatched,
  type ModelList,
  modelList,
  modelSettingsSchema,
} from "../../functions/core/model-settings";
import { sweepModels } from "../../functions/core/sweep-models";
import { readDriftMessage as readGoogleDriftMessage } from "../../functions/gcp/messages/drift-message";
import { parsePubSubEvent } from "../../functions/gcp/messages/pubsub-event";
import { readRequestMessage as readGoogleRequestMessage } from "../../functions/gcp/messages/request-message";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { requestEvent } from "../gcp/messages";
import { objectMessage, requestMessages, settingsOf, sqsEvent } from "../simulation/data-path";
import { NOON, requestOf } from "../simulation/requests";

describe("isWatched", () => {
  const data = { ...settingsOf().data, prefixes: ["labels/", "events/"], suffixes: [".csv", ".parquet"] };

  it.each([
    ["data", "labels/a.csv", true],
    ["data", "events/a.parquet", true],
    ["data", "labels/a.json", false],
    ["data", "other/a.csv", false],
    ["data", "a/labels/a.csv", false],
    ["other", "labels/a.csv", false],
  ])("should say of %s/%s: %s", (bucket, key, expected) => {
    expect(isWatched(data, bucket, key)).toBe(expected);
  });

  it("should take every suffix when none is named", () => {
    expect(isWatched({ ...data, suffixes: [] }, "data", "labels/a.json")).toBe(true);
  });
});

describe("modelSettingsSchema", () => {
  it.each(["", "Upper", "1st", "a_b", "a/b", "__proto__", "a".repeat(41)])("should refuse the model name %j", (model) => {
    expect(modelSettingsSchema.safeParse({ ...settingsOf(), model }).success).toBe(false);
  });
});

describe("modelList", () => {
  it("should leave out a row that has the settings of another model, and say so", () => {
    const list = modelList([rowOf("flight-delay"), { ...rowOf("flight-delay"), model: "weather" }]);

    expect(list.map(({ model }) => model)).toEqual(["flight-delay"]);
    expect(list.unreadable).toMatchObject([
      { model: "weather", why: expect.stringContaining("they are those of the model flight-delay") },
    ]);
  });

  it("should say of a shape that is no number what it is", () => {
    const list = modelList([{ ...rowOf("flight-delay"), shape: { toString: 1 } }]);

    expect(list.unreadable).toMatchObject([
      { why: expect.stringContaining("got a row of shape of type object, expected at most 1") },
    ]);
  });
});

describe("a model whose settings cannot be read", () => {
  it("should have its requests wait, and neither be refused nor recorded, while those of others are decided", async () => {
    const world = createWorld(brokenBeside());

    const { batchItemFailures } = await world.coordinator(
      sqsEvent(requestMessages([{ ...requestOf("1"), model: "broken" }]), "broken"),
    );
    const others = await world.coordinator(sqsEvent(requestMessages([requestOf("2")])));

    expect(batchItemFailures).toEqual([{ itemIdentifier: "r0" }]);
    expect(others.batchItemFailures).toEqual([]);
    expect(world.decisions.decisions().map(({ model, outcome }) => `${model} ${outcome}`)).toEqual(["flight-delay start"]);
    expect(world.reports.filter(({ level }) => level === "error")).toMatchObject([
      { event: "handler-failed", error: expect.stringContaining("the settings of the model broken cannot be read") },
    ]);
  });

  it("should have its objects wait, also those that another model watches and has stored", async () => {
    const world = createWorld(brokenBeside({ prefixes: ["in/shared/", "own/"] }));

    const { batchItemFailures } = await world.batcher(
      sqsEvent([objectMessage("m1", "in/a"), objectMessage("m2", "in/shared/b"), objectMessage("m3", "own/c")]),
    );

    expect(new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))).toEqual(new Set(["m2", "m3"]));
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);
    expect(world.reports.filter(({ event }) => event === "message-rejected")).toEqual([]);
  });

  it("should stop no sweep of another one, and be told once a sweep", async () => {
    const world = createWorld(brokenBeside());

    await expect(sweepModels(world.ports)).rejects.toThrow("the sweep failed for broken;");

    expect(world.reports.filter(({ level }) => level === "error")).toMatchObject([
      { event: "handler-failed", function: "sweeper", model: "broken", error: expect.stringContaining("cannot be read") },
    ]);
    expect(world.reports.filter(({ event }) => event === "model-state")).toMatchObject([{ model: "flight-delay" }]);
  });

  it("should keep from the dead letters what no other model claims, on both clouds, for as long as it lasts", () => {
    const report = JSON.stringify({
      version: 1,
      model: "broken",
      id: "r",
      monitor: "m",
      window: { start: 1, end: 2 },
      features: [],
    });
    const [broken, well] = [brokenBeside(), modelList([rowOf("flight-delay")])];
    const message = parsePubSubEvent(requestEvent("m1", { ...requestOf("1"), model: "broken" }));

    expect(() => configuredModel(broken, "broken")).toThrow(RetryableError);
    expect(() => configuredModel(broken, "nobody")).toThrow(PoisonMessageError);
    expect(() => checkReadable(broken)).toThrow(RetryableError);
    expect(() => readDriftMessage({ id: "d", body: report }, broken, NOON)).toThrow(RetryableError);
    expect(() => readDriftMessage({ id: "d", body: report }, well, NOON)).toThrow(PoisonMessageError);
    expect(() => readGoogleDriftMessage({ ...message, body: report }, broken, NOON)).toThrow(RetryableError);
    expect(() => readGoogleRequestMessage(message, broken)).toThrow(RetryableError);
    expect(readGoogleRequestMessage(message, well).models).toEqual([]);
  });
});

// Helpers

function rowOf(model: string, changes: object = {}) {
  return { model, settings: { ...settingsOf(), model, ...changes }, shape: undefined };
}

/** A readable model and one whose batches no program can make. */
function brokenBeside(data: object = {}): ModelList {
  return modelList([
    rowOf("flight-delay"),
    rowOf("broken", { batch: {}, data: { ...settingsOf().data, prefixes: ["own/"], ...data } }),
  ]);
}

function createWorld(models: ModelList) {
  const reports: LogRecord[] = [];
  const [batches, decisions] = [memoryBatchStore(), memoryDecisionLog()];
  const ports = {
    settings: memoryModelSettings(models),
    batches,
    decisions,
    states: memoryCoordinatorStore(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    rejected: memoryRejectedMessages(),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    requests: memoryRequestQueue(async () => undefined),
    watcher: { describe: async () => ({ status: "running" }) as const },
    log: (entry: LogRecord) => void reports.push(entry),
    now: () => NOON,
  };
  return { ports, reports, batches, decisions, batcher: createBatcher(ports), coordinator: createCoordinator(ports) };
}
