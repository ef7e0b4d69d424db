import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import type { LogRecord } from "../../functions/core/log/log";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { settingsOf, sqsEvent } from "../simulation/data-path";
import ruleMatched from "./fixtures/rule-matched.json";

const BODY = ruleMatched.Records[0]?.body ?? "";
const PAUSE = BODY.replace('"request"', '"pause"');

describe("coordinator, of a rule that matches", () => {
  it("should decide about a request of that event, and start the pipeline with the rule as its reason", async () => {
    const world = createWorld();

    const response = await world.coordinator(ruleMatched);

    expect(response.batchItemFailures).toEqual([]);
    const cause = {
      type: "event",
      rule: "labels-ready",
      event: "SageMaker Ground Truth Labeling Job State Change",
      subject: "flights-7 (Completed)",
      metadata: { status: "Completed" },
      at: Date.UTC(2026, 10, 21, 2, 30),
    };
    expect(world.decisions.decisions()).toMatchObject([{ outcome: "start", request: { causes: [cause], priority: 2 } }]);
    expect([...world.launcher.runs.values()]).toMatchObject([{ parameters: { Reason: "labels-ready" } }]);
  });

  it("should start one run for one event, however often and late it is delivered", async () => {
    const world = createWorld();

    await world.coordinator(sqsEvent([BODY, BODY].map((body, index) => ({ id: `m${index}`, body }))));
    world.advance(3 * 86_400_000);
    await world.coordinator(sqsEvent([{ id: "m3", body: BODY }]));

    expect(world.launcher.runs.size).toBe(1);
    expect(world.decisions.decisions().map(({ outcome }) => outcome)).toEqual(["start", "duplicate", "duplicate"]);
  });

  it("should pause the model by the rule, so that nothing starts, until a person resumes it", async () => {
    const world = createWorld();

    const response = await world.coordinator(sqsEvent([PAUSE, PAUSE, BODY].map((body, index) => ({ id: `m${index}`, body }))));

    expect(response.batchItemFailures).toEqual([]);
    expect((await world.states.load("flight-delay"))?.state.paused).toMatchObject({
      by: "rule labels-ready",
      why: "SageMaker Ground Truth Labeling Job State Change: flights-7 (Completed)",
    });
    expect(world.decisions.decisions()).toMatchObject([{ outcome: "defer", reason: "paused" }]);
    expect(world.launcher.runs.size).toBe(0);
  });

  it("should report and set aside a rule's message that is broken, with the reason, and go on with other models", async () => {
    const world = createWorld();
    const broken = BODY.replace("2026-11-21T02:30:00Z", "yesterday");

    const response = await world.coordinator(sqsEvent([{ id: "m1", body: broken }], "another"));
    await world.coordinator(ruleMatched);

    expect(response.batchItemFailures).toEqual([]);
    expect(world.reports).toMatchObject([
      {
        level: "error",
        event: "message-rejected",
        messageId: "m1",
        error: expect.stringMatching(/not the message of a rule: .*time/s),
      },
      { event: "request-received", type: "event" },
      { event: "decided" },
      { event: "run-started" },
    ]);
  });

  it("should reject a request for a model that is no longer configured, with a record, and take a pause of it as done", async () => {
    const world = createWorld();
    const messages = [BODY, PAUSE].map((body, index) => ({ id: `m${index}`, body: body.replace("flight-delay", "gone") }));

    const response = await world.coordinator(sqsEvent(messages));

    expect(response.batchItemFailures).toEqual([]);
    expect(world.decisions.decisions()).toMatchObject([{ outcome: "reject", reason: "unknown-model" }]);
    expect(world.reports).toMatchObject([
      { level: "warn", event: "model-unknown" },
      { level: "warn", event: "pause-of-unknown-model", model: "gone", rule: "labels-ready" },
    ]);
  });
});

// Helpers

/** A coordinator of one model, minutes after the event of the fixture. */
function createWorld() {
  let now = Date.UTC(2026, 10, 21, 2, 35);
  const reports: LogRecord[] = [];
  const states = memoryCoordinatorStore();
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const settings = { ...settingsOf(), pipeline: { name: "training", parameters: { Reason: "{reason}" } } };
  const coordinator = createCoordinator({
    settings: memoryModelSettings([settings]),
    states,
    decisions,
    launcher,
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    watcher: { describe: async () => ({ status: "running" }) },
    rejected: memoryRejectedMessages(),
    log: (entry) => {
      reports.push(entry);
    },
    now: () => now,
  });
  return {
    reports,
    states,
    launcher,
    decisions,
    coordinator,
    advance: (ms: number) => {
      now += ms;
    },
  };
}
