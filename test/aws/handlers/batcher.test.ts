import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SQSRecord } from "aws-lambda";
import { createBatcher } from "../../../functions/aws/handlers/batcher";
import { newestOfEach } from "../../../functions/core/batching/landed-object";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { objectMessage, settingsOf, sqsEvent } from "../../simulation/data-path";

describe("batcher", () => {
  it("should store the good messages of a batch and set aside only the bad ones", async () => {
    const world = createWorld([settingsOf()]);
    const event = sqsEvent([
      objectMessage("good-1", "in/a"),
      { id: "not-json", body: "{" },
      objectMessage("elsewhere", "out/b"),
      { id: "foreign", body: objectMessage("", "in/c").body.replace('"name":"data"', '"name":"other"') },
      { id: "proto", body: '{"__proto__":{"source":"aws.s3"},"constructor":{"prototype":{}}}' },
      objectMessage("huge", `in/${"x".repeat(1_000_000)}`),
      objectMessage("good-2", "in/b"),
    ]);

    const response = await world.batcher(event);

    expect(response.batchItemFailures).toEqual([]);
    const kept = world.rejected.kept.map(({ message }) => message.messageId);
    expect(kept).toEqual(["not-json", "elsewhere", "foreign", "proto", "huge"]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);
    const rejected = world.reports.filter(({ event: name }) => name === "message-rejected");
    expect(rejected.map(({ messageId }) => messageId)).toEqual(["not-json", "elsewhere", "foreign", "proto", "huge"]);
    expect(rejected.every(({ error }) => String(error).length < 2_000)).toBe(true);
  });

  it.each([
    ["s3fs", 2],
    ["rewritten", 1],
  ] as const)("should count the keys and not the writes of %s, so that the batch is not full", async (name, objects) => {
    const world = createWorld([settingsOf({ batchSize: 4 })]);
    const file = join(__dirname, `../fixtures/landings/${name}.jsonl`);
    const bodies = readFileSync(file, "utf8").trim().split("\n");

    for (const [n, body] of bodies.entries()) await world.batcher(sqsEvent([{ id: `m${n}`, body }]));
    await world.batcher(sqsEvent(bodies.map((body, n) => ({ id: `again${n}`, body }))));

    const { open, pending } = await world.batches.readHead("flight-delay");
    const distinct = new Map<string, number>();
    for await (const { objects } of world.batches.readSegments("flight-delay", [open.generation, ...open.carried])) {
      for (const { key, bytes } of newestOfEach(objects)) distinct.set(key, Math.max(bytes, distinct.get(key) ?? 0));
    }
    expect({ pending, objects: distinct.size }).toEqual({ pending: [], objects });
    expect(world.requests).toEqual([]);
  });

  it("should give an object to every model that watches it", async () => {
    const csvOnly: ModelSettings = { ...settingsOf(), model: "csv-only", data: { ...settingsOf().data, suffixes: [".csv"] } };
    const world = createWorld([settingsOf(), csvOnly]);

    await world.batcher(sqsEvent([objectMessage("m1", "in/a.csv"), objectMessage("m2", "in/a.json")]));

    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);
    expect((await world.batches.readHead("csv-only")).open.count).toBe(1);
  });

  it("should return a message that it could not set aside, and say both why it was refused and why it was not kept", async () => {
    const world = createWorld([settingsOf()]);
    const keep = () => Promise.reject(new Error("AWS.SimpleQueueService.NonExistentQueue"));
    const batcher = createBatcher({ ...world.ports, rejected: { keep } });

    const response = await batcher(sqsEvent([objectMessage("good", "in/a"), { id: "poison", body: "{" }]));

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "poison" }]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(1);
    expect(world.reports).toMatchObject([
      { event: "handler-failed", messageId: "poison", error: expect.stringMatching(/not JSON: \{.*NonExistentQueue/) },
    ]);
  });

  it("should count a redelivery once, in whatever order its messages come", async () => {
    const world = createWorld([settingsOf()]);
    const messages = [objectMessage("m1", "in/a"), objectMessage("m2", "in/b")];

    await world.batcher(sqsEvent(messages));
    await world.batcher(sqsEvent(messages.toReversed()));

    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);
  });

  it("should acknowledge and ignore the console's folder markers", async () => {
    const world = createWorld([settingsOf()]);
    const marker = { id: "m1", body: objectMessage("m1", "in/folder/").body.replace('"size":10', '"size":0') };

    const response = await world.batcher(sqsEvent([marker]));

    expect(response.batchItemFailures).toEqual([]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(0);
  });

  it("should return the messages of a model whose store fails, and keep those of the others", async () => {
    const other: ModelSettings = { ...settingsOf(), model: "other", data: { ...settingsOf().data, prefixes: ["other/"] } };
    const world = createWorld([settingsOf(), other]);
    const batcher = createBatcher({
      ...world.ports,
      batches: {
        ...world.batches,
        append: async (model, ...rest) => {
          if (model === "other") throw new Error("ProvisionedThroughputExceededException");
          return world.batches.append(model, ...rest);
        },
      },
    });

    const response = await batcher(sqsEvent([objectMessage("kept", "in/a"), objectMessage("returned", "other/b")]));

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "returned" }]);
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(1);
  });

  it("should acknowledge stored objects when only the publishing failed", async () => {
    const world = createWorld([settingsOf({ batchSize: 1 })]);
    const batcher = createBatcher({
      ...world.ports,
      manifests: {
        ...world.ports.manifests,
        writeManifest: async () => {
          throw new Error("AccessDenied");
        },
      },
    });

    const response = await batcher(sqsEvent([objectMessage("m1", "in/a")]));

    expect(response.batchItemFailures).toEqual([]);
    expect((await world.batches.readHead("flight-delay")).pending).toHaveLength(1);
    expect(world.reports).toContainEqual(expect.objectContaining({ event: "publish-postponed", error: "Error: AccessDenied" }));
  });

  it("should fail as a whole when the settings cannot be read", async () => {
    const world = createWorld([]);
    const batcher = createBatcher({ ...world.ports, settings: { list: () => Promise.reject(new Error("throttled")) } });

    await expect(batcher(sqsEvent([objectMessage("m1", "in/a")]))).rejects.toThrow("throttled");
  });
});

// Helpers

function createWorld(settings: readonly ModelSettings[]) {
  const reports: LogRecord[] = [];
  const requests: TrainingRequest[] = [];
  const batches = memoryBatchStore();
  const rejected = memoryRejectedMessages<SQSRecord>();
  const ports = {
    settings: memoryModelSettings(settings),
    batches,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async (request) => {
      requests.push(request);
    }),
    rejected,
    log: (entry: LogRecord) => {
      reports.push(entry);
    },
    now: () => 1_000,
  };
  return { ports, batches, rejected, reports, requests, batcher: createBatcher(ports) };
}
