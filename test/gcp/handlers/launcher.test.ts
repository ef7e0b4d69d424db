import { StartRefusedError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import { launchMessage } from "../../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../../functions/core/schedules/timing";
import { vertexPipelineLauncher } from "../../../functions/gcp/adapters/vertex/pipeline-launcher";
import { parseTemplate } from "../../../functions/gcp/adapters/vertex/pipeline-template";
import { createLauncher, type LauncherPorts } from "../../../functions/gcp/handlers/launcher";
import type { PubSubMessage } from "../../../functions/gcp/messages/pubsub-event";
import { memoryPipelineLauncher } from "../../../functions/memory/coordination";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { NOON } from "../../simulation/requests";
import { TEMPLATE } from "../adapters/templates";
import { plain, startVertexServer, type VertexServer } from "../adapters/vertex-server";
import { googleSettings, pushedEvent } from "../messages";

describe("launcher", () => {
  let server: VertexServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  it("should start the pipeline of a fire once on Vertex AI, without caching, however often it is told", async () => {
    // Arrange
    server = await startVertexServer();
    const read = async (uri: string) => parseTemplate(uri, TEMPLATE);
    const launcher = vertexPipelineLauncher(server.clients, read, "projects/p/topics/retrigger-dev-launches");
    const handler = createLauncher({ launcher, rejected: memoryRejectedMessages(), log: () => undefined, now: () => NOON });

    // Act
    await handler(pushedEvent("m1", { text: messageOf({ manifest_uri: "gs://lake/fixed" }) }));
    await handler(pushedEvent("m2", { text: messageOf({ manifest_uri: "gs://lake/fixed" }) }));

    // Assert
    expect(server.jobs.size).toBe(1);
    const [created] = server.created;
    expect(created?.pipelineJob.displayName).toBe("direct/churn/noon-2026-11-21T12-00");
    expect(JSON.stringify(plain(created?.pipelineJob.pipelineSpec))).toContain('"cachingOptions":{"enableCache":false}');
  });

  it("should report what it started", async () => {
    const { handler, launcher, reports } = createWorld();

    await handler(pushedEvent("m1", { text: messageOf({ at: "{firedAt}" }) }));

    expect([...launcher.runs.values()]).toMatchObject([{ pipeline: "training", parameters: { at: "2026-11-21T12:00:00Z" } }]);
    expect(reports).toMatchObject([
      { level: "info", event: "run-started", model: "churn", requestId: "direct/churn/noon-2026-11-21T12-00" },
    ]);
  });

  it.each([
    ["an empty message", pushedEvent("m1", {})],
    ["not JSON", pushedEvent("m1", { text: "{" })],
    ["the message of a coordinated schedule", pushedEvent("m1", { text: '{"source":"retrigger.schedule"}' })],
  ])("should set aside %s, and say why", async (_case, event) => {
    const { handler, launcher, rejected, reports } = createWorld();

    await handler(event);

    expect(rejected.kept).toMatchObject([{ message: { messageId: "m1" }, refusal: { function: "launcher", subject: "message" } }]);
    expect(reports).toMatchObject([{ level: "error", event: "message-rejected" }]);
    expect(launcher.runs.size).toBe(0);
  });

  it("should set aside at once what Vertex AI refuses for ever to start", async () => {
    const refusing = { start: () => Promise.reject(new StartRefusedError("no access")) };
    const { handler, rejected, reports } = createWorld({ launcher: refusing });

    await handler(pushedEvent("m1", { text: messageOf({}) }));

    expect(rejected.kept).toMatchObject([{ refusal: { reason: "no access", subject: "content" } }]);
    expect(reports).toMatchObject([{ event: "message-rejected", messageId: "m1", error: "StartRefusedError: no access" }]);
  });
});

// Helpers

function createWorld(overrides: Partial<LauncherPorts> = {}) {
  const reports: LogRecord[] = [];
  const launcher = memoryPipelineLauncher();
  const rejected = memoryRejectedMessages<PubSubMessage>();
  const handler = createLauncher({ launcher, rejected, log: (entry) => void reports.push(entry), now: () => NOON, ...overrides });
  return { handler, rejected, launcher, reports };
}

function messageOf(parameters: Readonly<Record<string, string>>): string {
  const schedule = { model: "churn", name: "noon", timing: cronExpression("0 12 * * *"), timeZone: "UTC", parameters };
  return launchMessage(schedule, googleSettings().pipeline);
}
