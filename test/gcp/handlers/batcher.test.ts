import { setImmediate } from "node:timers/promises";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { createBatcher } from "../../../functions/gcp/handlers/batcher";
import type { PubSubMessage } from "../../../functions/gcp/messages/pubsub-event";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { finalizedEvent, googleSettings, pushedEvent } from "../messages";

describe("batcher", () => {
  it("should store what concurrent invocations bring in one append", async () => {
    const world = createWorld([googleSettings({ batchSize: 100 })]);

    await Promise.all(Array.from({ length: 40 }, (_, n) => world.batcher(finalizedEvent(`m${n}`, `in/${n}`))));

    expect(world.appends).toEqual([40]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(40);
  });

  it("should set aside only what can never be stored, and say why", async () => {
    const world = createWorld([googleSettings()]);
    const events = [
      finalizedEvent("good-1", "in/a"),
      pushedEvent("no-attributes", { text: "{}" }),
      finalizedEvent("foreign", "in/b", { bucketId: "other" }),
      finalizedEvent("good-2", "in/c"),
    ];

    const outcomes = await Promise.allSettled(events.map(world.batcher));

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "fulfilled"]);
    expect(new Set(world.rejected.kept.map(({ message }) => message.messageId))).toEqual(new Set(["foreign", "no-attributes"]));
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);
    const rejected = world.reports.filter(({ event }) => event === "message-rejected");
    expect(new Set(rejected.map(({ messageId }) => messageId))).toEqual(new Set(["foreign", "no-attributes"]));
  });

  it("should return a message that it could not set aside, and say both why it was refused and why it was not kept", async () => {
    const world = createWorld([googleSettings()]);
    const keep = () => Promise.reject(new Error("NOT_FOUND"));
    const batcher = createBatcher({ ...world.ports, rejected: { keep } }, setImmediate);

    await expect(batcher(pushedEvent("m1", { text: "{}" }))).rejects.toThrow("not a notification of Cloud Storage");

    expect(world.reports).toMatchObject([
      { event: "handler-failed", messageId: "m1", error: expect.stringMatching(/not a notification of Cloud Storage.*NOT_FOUND/) },
    ]);
  });

  it("should acknowledge what is none of a model's: other keys, deletions, folder markers", async () => {
    const world = createWorld([googleSettings()]);
    const marker = finalizedEvent("m3", "in/folder/");
    marker.data.message.data = Buffer.from('{"size":"0"}').toString("base64");

    await world.batcher(finalizedEvent("m1", "manifests/flight-delay/1.jsonl"));
    await world.batcher(finalizedEvent("m2", "in/a", { eventType: "OBJECT_DELETE" }));
    await world.batcher(marker);

    expect(world.appends).toEqual([]);
    expect(world.reports).toEqual([]);
  });

  it("should count a redelivery once, and publish the batch that it filled", async () => {
    const world = createWorld([googleSettings({ batchSize: 2 })]);

    await world.batcher(finalizedEvent("m1", "in/a"));
    await world.batcher(finalizedEvent("m1", "in/a"));
    expect(world.requests).toEqual([]);
    await world.batcher(finalizedEvent("m2", "in/b"));

    expect(world.requests).toMatchObject([{ id: "data/flight-delay/1", manifests: [{ objects: 2, bytes: 20 }] }]);
  });

  it("should return the messages of a model whose store fails, and keep those of the others", async () => {
    const base = googleSettings();
    const other: ModelSettings = { ...base, model: "other", data: { ...base.data, prefixes: ["other/"] } };
    const world = createWorld([base, other], async (model) => {
      if (model === "other") throw new Error("UNAVAILABLE");
    });

    const outcomes = await Promise.allSettled(
      [finalizedEvent("kept", "in/a"), finalizedEvent("back", "other/b")].map(world.batcher),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(1);
  });

  it("should return every message when the settings cannot be read", async () => {
    const world = createWorld([]);
    const settings = { list: () => Promise.reject(new Error("UNAVAILABLE")) };
    const batcher = createBatcher({ ...world.ports, settings }, setImmediate);

    await expect(batcher(finalizedEvent("m1", "in/a"))).rejects.toThrow("UNAVAILABLE");
  });
});

// Helpers

function createWorld(settings: readonly ModelSettings[], beforeAppend: (model: string) => Promise<void> = async () => {}) {
  const reports: LogRecord[] = [];
  const requests: TrainingRequest[] = [];
  const appends: number[] = [];
  const batches = memoryBatchStore();
  const rejected = memoryRejectedMessages<PubSubMessage>();
  const ports = {
    settings: memoryModelSettings(settings),
    batches: {
      ...batches,
      append: async (...[model, generation, segment, ...rest]: Parameters<typeof batches.append>) => {
        await beforeAppend(model);
        appends.push(segment.objects.length);
        return batches.append(model, generation, segment, ...rest);
      },
    },
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async (request) => void requests.push(request)),
    rejected,
    log: (entry: LogRecord) => void reports.push(entry),
    now: () => 1_000,
  };
  return { ports, batches, rejected, reports, requests, appends, batcher: createBatcher(ports, setImmediate) };
}
