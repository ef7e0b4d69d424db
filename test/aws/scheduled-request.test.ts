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
import scheduleFired from "./fixtures/schedule-fired.json";

const BODY = scheduleFired.Records[0]?.body ?? "";
const ID = "schedule/flight-delay/nightly-2026-11-21T02-30";

describe("coordinator, of a schedule that fires", () => {
  it("should decide about a request of that fire, and start the pipeline with the schedule as its reason", async () => {
    const world = createWorld();

    const response = await world.coordinator(scheduleFired);

    expect(response.batchItemFailures).toEqual([]);
    const causes = [{ type: "schedule", name: "nightly", firedAt: Date.UTC(2026, 10, 21, 2, 30) }];
    expect(world.decisions.decisions()).toMatchObject([{ requestId: ID, outcome: "start", request: { causes, priority: 3 } }]);
    expect([...world.launcher.runs.values()]).toMatchObject([{ requestId: ID, parameters: { Reason: "nightly" } }]);
  });

  it("should start one run for one fire, however often and late it is delivered", async () => {
    const world = createWorld();
    const late = BODY.replace("02:30:00Z", "02:30:07Z");

    await world.coordinator(sqsEvent([BODY, late].map((body, index) => ({ id: `m${index}`, body }))));
    world.advance(3 * 86_400_000);
    await world.coordinator(sqsEvent([{ id: "m3", body: BODY }]));

    expect([...world.launcher.runs.keys()]).toEqual([ID]);
    expect(world.decisions.decisions().map(({ outcome }) => outcome)).toEqual(["start", "duplicate", "duplicate"]);
  });

  it("should start one run for each of two fires", async () => {
    const world = createWorld();
    const next = BODY.replace("2026-11-21", "2026-11-22");

    await world.coordinator(sqsEvent([BODY, next].map((body, index) => ({ id: `m${index}`, body }))));

    expect([...world.launcher.runs.keys()]).toEqual([ID, ID.replace("2026-11-21", "2026-11-22")]);
  });

  it("should report and set aside a schedule's message that is broken, with the reason", async () => {
    const world = createWorld();
    const body = BODY.replace("2026-11-21T02:30:00Z", "<aws.scheduler.scheduled-time>");

    const response = await world.coordinator(sqsEvent([{ id: "m1", body }]));

    expect(response.batchItemFailures).toEqual([]);
    expect(world.reports).toEqual([
      {
        level: "error",
        event: "message-rejected",
        function: "coordinator",
        messageId: "m1",
        error: expect.stringMatching(/not the message of a schedule: .*firedAt/s),
      },
    ]);
    expect(world.launcher.runs.size).toBe(0);
  });

  it("should reject a fire for a model that is no longer configured, with a record", async () => {
    const world = createWorld();

    await world.coordinator(sqsEvent([{ id: "m1", body: BODY.replace("flight-delay", "gone") }]));

    expect(world.decisions.decisions()).toMatchObject([{ outcome: "reject", reason: "unknown-model" }]);
  });
});

// Helpers

/** A coordinator of one model, minutes after the fire of the fixture. */
function createWorld() {
  let now = Date.UTC(2026, 10, 21, 2, 35);
  const reports: LogRecord[] = [];
  const launcher = memoryPipelineLauncher();
  const decisions = memoryDecisionLog();
  const settings = { ...settingsOf(), pipeline: { name: "training", parameters: { Reason: "{reason}" } } };
  const coordinator = createCoordinator({
    settings: memoryModelSettings([settings]),
    states: memoryCoordinatorStore(),
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
    launcher,
    decisions,
    coordinator,
    advance: (ms: number) => {
      now += ms;
    },
  };
}
