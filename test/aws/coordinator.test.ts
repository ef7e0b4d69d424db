import type { SQSEvent } from "aws-lambda";
import { createCoordinator } from "../../functions/aws/coordinator";
import type { ReportEntry } from "../../functions/core/report";
import { memoryModelSettings } from "../../functions/memory/model-settings";
import { memoryPipelineLauncher } from "../../functions/memory/pipeline-launcher";
import { memoryStartLog } from "../../functions/memory/start-log";
import { settingsOf, sqsEvent } from "../simulation/data-path";

describe("coordinator", () => {
  it("should start the pipeline with the configured parameters, once per request id", async () => {
    const world = createWorld();

    await world.coordinator(requests(["data/flight-delay/1", "data/flight-delay/2"]));
    await world.coordinator(requests(["data/flight-delay/2"]));

    expect([...world.launcher.runs.values()]).toEqual([
      { runId: "training/1", requestId: "data/flight-delay/1", pipeline: "training", parameters: { ManifestUri: "s3://data/m" } },
      { runId: "training/2", requestId: "data/flight-delay/2", pipeline: "training", parameters: { ManifestUri: "s3://data/m" } },
    ]);
    expect(world.reports.map(({ event }) => event)).toEqual(["run-started", "run-started", "request-duplicate"]);
  });

  it("should return a failed request and all that follow it in its group, and serve the other groups", async () => {
    const world = createWorld();
    const failing = createCoordinator({
      ...world.ports,
      launcher: {
        start: async (request, pipeline) => {
          if (request.id.endsWith("/1")) throw new Error("ThrottlingException");
          return world.launcher.start(request, pipeline);
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
    ["not JSON", "{"],
    ["no request", "{}"],
    ["an unknown model", bodyOf("data/unknown/1", { model: "unknown" })],
    ["the model __proto__", bodyOf("data/unknown/1", { model: "__proto__" })],
    ["a priority out of range", bodyOf("data/flight-delay/1", { priority: 0 })],
    ["a request id with a line break", bodyOf("data/flight-delay/1\n")],
  ])("should report and return %s", async (_name, body) => {
    const world = createWorld();

    const response = await world.coordinator(sqsEvent([{ id: "m1", body }]));

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "m1" }]);
    expect(world.reports).toEqual([expect.objectContaining({ level: "error", event: "request-failed", messageId: "m1" })]);
    expect(world.launcher.runs.size).toBe(0);
  });
});

// Helpers

function createWorld() {
  const reports: ReportEntry[] = [];
  const launcher = memoryPipelineLauncher();
  const ports = {
    settings: memoryModelSettings([settingsOf()]),
    starts: memoryStartLog(),
    launcher,
    report: (entry: ReportEntry) => {
      reports.push(entry);
    },
    now: () => 1_000,
  };
  return { ports, reports, launcher, coordinator: createCoordinator(ports) };
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
    manifests: [{ uri: "s3://data/m", objects: 3, bytes: 30 }],
    requestedAt: 2,
    ...overrides,
  });
}
