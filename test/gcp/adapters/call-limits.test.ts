import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { Firestore } from "@google-cloud/firestore";
import { RetryableError } from "../../../functions/core/errors";
import { firestoreLimits } from "../../../functions/gcp/adapters/call-limits";
import { firestoreDriftLog } from "../../../functions/gcp/adapters/firestore/drift-log";
import { firestoreCoordinatorStore } from "../../../functions/gcp/adapters/firestore/versioned-store";
import { vertexPipelineLauncher } from "../../../functions/gcp/adapters/vertex/pipeline-launcher";
import { parseTemplate } from "../../../functions/gcp/adapters/vertex/pipeline-template";
import { vertexRunWatcher } from "../../../functions/gcp/adapters/vertex/run-watcher";
import { driftRecordOf } from "../../contracts/drift-samples";
import { describeHangingRun } from "../../contracts/hanging-run.contract";
import { requestOf } from "../../simulation/requests";
import { googleSettings } from "../messages";
import { TEMPLATE } from "./templates";
import { startVertexServer, type VertexServer } from "./vertex-server";

const RUNS = "projects/p/locations/europe-west4/pipelineJobs/";
const SUCCEEDED = { state: "PIPELINE_STATE_SUCCEEDED", endTime: { seconds: 1_800_000_000 } };

describe("the limits of Firestore's client", () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  let firestore: Firestore | undefined;

  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
  });

  afterEach(() => firestore?.terminate());

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  function silentFirestore(tryMs: number) {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const { port } = address;
    firestore = new Firestore({ projectId: "p", servicePath: "127.0.0.1", port, ssl: false, ...firestoreLimits(tryMs) });
    return firestore;
  }

  it("should give up a commit that is never answered, which may have been made, and name it", async () => {
    const recorded = firestoreDriftLog(silentFirestore(500)).record(driftRecordOf({ reportId: "report-1" }));
    await expect(recorded).rejects.toThrow(RetryableError);
    await expect(recorded).rejects.toThrow(
      "recording the evaluation of report-1 in the database (default) of Firestore got no answer in time; it can be tried again later",
    );
  });

  it("should give up a read that is never answered, and name it", async () => {
    const loaded = firestoreCoordinatorStore(silentFirestore(100)).load("flights");
    await expect(loaded).rejects.toThrow(RetryableError);
    await expect(loaded).rejects.toThrow(
      "reading a coordinator's state of flights in the database (default) of Firestore got no answer in time; it can be tried again later",
    );
  });
});

describe("the limits of Vertex AI's clients", () => {
  let server: VertexServer | undefined;

  afterEach(() => server?.stop());

  it("should give up a start that is never answered, after more tries, and name it", async () => {
    server = await startVertexServer(
      () => "silence",
      () => "perform",
      300,
    );
    const launcher = vertexPipelineLauncher(server.clients, async (uri) => parseTemplate(uri, TEMPLATE), "state");
    const started = launcher.start(requestOf("1"), { ...googleSettings().pipeline, parameters: { manifest_uri: "{manifestUri}" } });
    await expect(started).rejects.toThrow(RetryableError);
    await expect(started).rejects.toThrow(/^Vertex AI did not start the pipeline training for data\/flight-delay\/1; /);
    expect(server.created.length).toBeGreaterThan(1);
  });

  describeHangingRun({
    name: "Vertex AI",
    hanging: `${RUNS}hanging`,
    succeeded: `${RUNS}succeeded`,
    watcher: async () => {
      server = await startVertexServer(undefined, (_, name) => (name.endsWith("hanging") ? "silence" : "perform"), 1_000);
      server.jobs.set(`${RUNS}succeeded`, SUCCEEDED);
      return vertexRunWatcher(server.clients);
    },
  });
});
