import type { LogRecord } from "../../../functions/core/log/log";
import { type CoordinatorPorts, createCoordinator } from "../../../functions/gcp/handlers/coordinator";
import type { PubSubMessage } from "../../../functions/gcp/messages/pubsub-event";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import ruleMatched from "../../aws/fixtures/rule-matched.json";
import { answerOf, DAY_MS, NOON, requestOf } from "../../simulation/requests";
import { googleSettings, pushedEvent, requestEvent } from "../messages";

const MANIFESTS = [{ uri: "gs://data/1.jsonl", objects: 10, bytes: 1e6 }];

describe("coordinator", () => {
  it("should start the pipeline with the configured parameters, once per request id", async () => {
    const world = createWorld();
    const request = requestOf("1", { manifests: MANIFESTS });

    await world.coordinator(requestEvent("m1", request));
    await world.coordinator(requestEvent("m2", request));

    expect([...world.launcher.runs.values()]).toMatchObject([
      { requestId: request.id, parameters: { ManifestUri: "gs://data/1.jsonl" } },
    ]);
    expect(world.decisions.decisions().map(({ outcome }) => outcome)).toEqual(["start", "duplicate"]);
  });

  it("should take the minute in which a schedule's message was published for its time", async () => {
    const world = createWorld();
    const text = JSON.stringify({ source: "retrigger.schedule", model: "flight-delay", schedule: "nightly", priority: 3 });

    await world.coordinator(pushedEvent("m1", { text }));
    await world.coordinator(pushedEvent("m2", { text }));

    expect(world.decisions.decisions()).toMatchObject([
      { requestId: "schedule/flight-delay/nightly-2026-11-21T12-00", outcome: "start" },
      { requestId: "schedule/flight-delay/nightly-2026-11-21T12-00", outcome: "duplicate" },
    ]);
  });

  it("should observe a signal of quality once, and decide about the training that it asks for", async () => {
    const { policy, ...settings } = googleSettings();
    const adaptive = { price: { steps: 0.5 }, stepMs: DAY_MS };
    const world = createWorld({ settings: memoryModelSettings([{ ...settings, policy: { ...policy, adaptive } }]) });
    const signal = { source: "retrigger.quality", model: "flight-delay", monitor: "labels", metric: "accuracy", error: 0.2 };
    const text = JSON.stringify({ ...signal, from: "2026-11-20T00:00:00Z", to: Date.UTC(2026, 10, 21), rows: 90 });

    await world.coordinator(pushedEvent("m1", { text }));
    await world.coordinator(pushedEvent("m2", { text }));
    await world.coordinator(pushedEvent("m3", { text: text.replace("0.2", "20") }));

    expect((await world.states.load("flight-delay"))?.state.quality).toMatchObject({ breakEven: { steps: 1, sum: 0.2 }, rows: 90 });
    expect(world.decisions.decisions()).toMatchObject([
      {
        outcome: "defer",
        reason: "adaptive",
        request: { causes: [{ type: "quality", monitor: "labels", error: 0.2 }], priority: 4 },
      },
      { outcome: "duplicate" },
    ]);
    expect(world.rejected.kept).toHaveLength(1);
  });

  it("should keep the hold-out of a run until its model serves, and say of another that it counts for nothing", async () => {
    const { policy, ...settings } = googleSettings();
    const adaptive = { price: { steps: 0.5 }, stepMs: DAY_MS };
    const world = createWorld({ settings: memoryModelSettings([{ ...settings, policy: { ...policy, adaptive } }]) });
    const told = { source: "retrigger.quality", model: "flight-delay", run: "data/flight-delay/1", holdOut: { challenger: 0.12 } };

    await world.coordinator(pushedEvent("m1", { text: JSON.stringify(requestOf("1")) }));
    await world.coordinator(pushedEvent("m2", { text: JSON.stringify(told) }));
    await world.coordinator(pushedEvent("m3", { text: JSON.stringify(told) }));
    await world.coordinator(pushedEvent("m4", { text: JSON.stringify({ ...told, run: "data/flight-delay/9" }) }));
    await world.coordinator(pushedEvent("m5", { text: JSON.stringify({ ...told, holdOut: { challenger: 12 } }) }));

    const { awaited } = (await world.states.load("flight-delay"))?.state.quality ?? {};
    expect(awaited).toMatchObject({ requestId: "data/flight-delay/1", challenger: 0.12 });
    expect(world.rejected.kept).toHaveLength(1);
  });

  it("should train and pause by rules as AWS does, whose messages it understands", async () => {
    const world = createWorld();
    const text = ruleMatched.Records[0]?.body ?? "";

    await world.coordinator(pushedEvent("m1", { text }));
    await world.coordinator(pushedEvent("m2", { text }));
    await world.coordinator(pushedEvent("m3", { text: text.replace('"request"', '"pause"') }));
    await world.coordinator(requestEvent("m4", requestOf("4", { manifests: MANIFESTS })));

    expect(world.decisions.decisions()).toMatchObject([
      { outcome: "start", request: { causes: [{ type: "event", rule: "labels-ready" }] } },
      { outcome: "duplicate" },
      { outcome: "defer", reason: "paused" },
    ]);
  });

  it("should say that people are declared, in an answer and in a request by hand, as Pub/Sub attests nobody", async () => {
    const world = createWorld();
    const cause = { type: "manual", by: "grace", why: "new labels" } as const;

    await world.coordinator(requestEvent("m1", requestOf("1", { causes: [cause], manifests: MANIFESTS })));
    await world.coordinator(pushedEvent("m2", { text: JSON.stringify(answerOf(1, "grace", { do: "pause", why: "audit" })) }));

    expect(world.decisions.decisions()).toMatchObject([{ request: { causes: [{ by: "grace (declared)" }] } }]);
    expect((await world.states.load("flight-delay"))?.state.paused?.by).toBe("grace (declared)");
  });

  it("should reject with a record what no time can cure", async () => {
    const world = createWorld();

    await world.coordinator(requestEvent("m1", requestOf("1", { model: "unknown" })));
    await world.coordinator(
      requestEvent("m2", requestOf("2", { manifests: [{ uri: "gs://other/1.jsonl", objects: 1, bytes: 1 }] })),
    );

    expect(world.decisions.decisions()).toMatchObject([{ reason: "unknown-model" }, { reason: "foreign-manifest" }]);
  });

  it.each([
    ["an empty message", pushedEvent("m1", {})],
    ["not JSON", pushedEvent("m1", { text: "{" })],
    ["no request", pushedEvent("m1", { text: "{}" })],
  ])("should set aside %s, and say why", async (_name, event) => {
    const world = createWorld();

    await world.coordinator(event);

    const refusal = {
      function: "coordinator",
      at: NOON,
      subject: "message",
      reason: expect.stringMatching(/^(not |got a message)/),
    };
    expect(world.rejected.kept).toMatchObject([{ message: { messageId: "m1" }, refusal }]);
    expect(world.reports).toMatchObject([{ level: "error", event: "message-rejected", function: "coordinator" }]);
    expect(world.decisions.decisions()).toEqual([]);
  });

  it("should return a request when the state cannot be saved", async () => {
    const world = createWorld({ states: { ...memoryCoordinatorStore(), save: () => Promise.reject(new Error("ABORTED")) } });

    await expect(world.coordinator(requestEvent("m1", requestOf("1", { manifests: MANIFESTS })))).rejects.toThrow("ABORTED");

    expect(world.launcher.runs.size).toBe(0);
    const failed = { event: "handler-failed", function: "coordinator", requestId: "data/flight-delay/1", messageId: "m1" };
    expect(world.reports).toContainEqual({ level: "error", ...failed, error: "Error: ABORTED" });
  });
});

// Helpers

function createWorld(overrides: Partial<CoordinatorPorts> = {}) {
  const reports: LogRecord[] = [];
  const [launcher, decisions] = [memoryPipelineLauncher(), memoryDecisionLog()];
  const rejected = memoryRejectedMessages<PubSubMessage>();
  const ports: CoordinatorPorts = {
    settings: memoryModelSettings([googleSettings()]),
    states: memoryCoordinatorStore(),
    decisions,
    launcher,
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    watcher: { describe: async () => ({ status: "running" }) },
    rejected,
    log: (entry) => void reports.push(entry),
    now: () => NOON,
    ...overrides,
  };
  return { coordinator: createCoordinator(ports), rejected, launcher, decisions, reports, states: ports.states };
}
