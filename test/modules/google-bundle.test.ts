import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { bundleFunction } from "../../modules/bundle/bundle-function";
import { startVertexServer, type VertexServer } from "../gcp/adapters/vertex-server";
import { temporaryFolder } from "./temporary-project";

const ROOT = join(__dirname, "../..");
const ENTRY = "functions/gcp/deployed/probe.ts";
const VERTEX = "@google-cloud/aiplatform/build/src/v1/pipeline_service_client";

describe("the bundle of a function of Google Cloud", () => {
  let server: VertexServer | undefined;
  let framework: ChildProcess | undefined;

  afterEach(async () => {
    framework?.kill();
    await server?.stop();
  });

  it("should hold the code, what is to be installed beside it, and the protocol that it needs", () => {
    const files = filesOf(projectOf(STARTER));

    expect(Object.keys(files)).toEqual(["index.js", "package.json", "protos.json"]);
    expect(JSON.parse(String(files["package.json"]))).toEqual({
      name: "retrigger-function",
      private: true,
      main: "index.js",
      dependencies: { "@google-cloud/functions-framework": "5.0.5" },
    });
    expect(files["index.js"]).toContain('require("@google-cloud/functions-framework")');
    expect(files["index.js"]).toContain('require("./protos.json")');
    expect(files["index.js"]).not.toContain("../../protos");
    expect(String(files["protos.json"]).length).toBeLessThan(60_000);
  });

  it("should hold no protocol where Vertex AI is not called, and nothing beside the code for another cloud", () => {
    const code = "export const handler = () => 1;";
    expect(Object.keys(filesOf(projectOf(code)))).toEqual(["index.js", "package.json"]);
    expect(Object.keys(filesOf(projectOf(code, "functions/aws/deployed/probe.ts"), "functions/aws/deployed/probe.ts"))).toEqual([
      "index.js",
    ]);
  });

  it("should have the same bytes in every folder, and no trace of the folder", () => {
    const projects = [projectOf(STARTER), join(projectOf(STARTER, `deeper/${ENTRY}`, "deeper"), "deeper")];
    const bundles = projects.map((project) => bundleFunction(project, ENTRY));

    expect(bundles[0]?.sha256).toBe(bundles[1]?.sha256);
    for (const file of Object.values(filesOf(String(projects[0]))))
      expect(file).not.toMatch(/retrigger-test-|node_modules\/@google/);
  });

  it("should refuse a client that the protocol is not trimmed for, and say what to do", () => {
    const project = projectOf(`export { JobServiceClient } from "${VERTEX.replace("pipeline", "job")}";`);
    expect(() => bundleFunction(project, ENTRY)).toThrow(
      /imports .*job_service_client\.js; .* import the client by its own file, and add what it looks up/,
    );
  });

  it("should be called by the platform's server with a message that a subscription pushes, and reach Vertex AI", async () => {
    // Arrange
    server = await startVertexServer();
    const vertexPort = String(server.port);
    const folder = temporaryFolder(filesOf(projectOf(STARTER)));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const { child, url, output } = await startFramework(folder, "probe", { VERTEX_PORT: vertexPort });
    framework = child;

    // Act
    const pushed = await push(url, {
      data: Buffer.from("starter").toString("base64"),
      attributes: { requestId: "r1" },
      messageId: "7",
    });
    const failed = await push(url, { data: Buffer.from("fail").toString("base64"), messageId: "8" });

    // Assert
    expect([pushed, failed]).toEqual([204, 500]);
    expect(output()).toContain('EVENT google.cloud.pubsub.topic.v1.messagePublished {"requestId":"r1"}');
    expect(server.created).toMatchObject([{ pipelineJobId: "starter", pipelineJob: { labels: { a: "b" } } }]);
  });
});

// Helpers

/** A function that starts the run that a message names. */
const STARTER = `
import { PipelineServiceClient } from "${VERTEX}";
import { cloudEvent } from "@google-cloud/functions-framework";
import { credentials } from "@grpc/grpc-js";
import { GoogleAuth, PassThroughClient } from "google-auth-library";

cloudEvent("probe", async ({ type, data: { message } }) => {
  console.log("EVENT", type, JSON.stringify(message.attributes));
  const pipelineJobId = Buffer.from(message.data, "base64").toString();
  if (pipelineJobId === "fail") throw new Error("told to fail");
  const client = new PipelineServiceClient({
    apiEndpoint: "127.0.0.1",
    port: Number(process.env.VERTEX_PORT),
    sslCreds: credentials.createInsecure(),
    auth: new GoogleAuth({ authClient: new PassThroughClient() }),
  });
  await client.createPipelineJob({ parent: "projects/p/locations/l", pipelineJobId, pipelineJob: { labels: { a: "b" } } });
});
`;

/** A project with one function and this project's packages. */
function projectOf(code: string, entry = ENTRY, home = ""): string {
  const folder = temporaryFolder({ [join(home, "package-lock.json")]: "{}", [entry]: code });
  symlinkSync(join(ROOT, "node_modules"), join(folder, home, "node_modules"));
  return folder;
}

function filesOf(project: string, entry = ENTRY): Record<string, string> {
  const { zipPath } = bundleFunction(project, entry);
  return Object.fromEntries(
    Object.entries(unzipSync(readFileSync(zipPath))).map(([name, content]) => [name, new TextDecoder().decode(content)]),
  );
}

async function startFramework(folder: string, target: string, env: Record<string, string>) {
  const port = await freePort();
  const main = join(ROOT, "node_modules/@google-cloud/functions-framework/build/src/main.js");
  let output = "";
  const child = spawn(process.execPath, [main, `--target=${target}`, `--source=${folder}`, `--port=${port}`], {
    env: { PATH: process.env.PATH, ...env },
  });
  await new Promise<void>((listening, failed) => {
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("URL:")) listening();
    });
    child.once("close", () => failed(new Error(`the server ended: ${output}`)));
  });
  return { child, url: `http://127.0.0.1:${port}/projects/p/topics/t`, output: () => output };
}

/** The status that a push subscription would be answered with: https://cloud.google.com/pubsub/docs/push#receive_push */
async function push(url: string, message: object): Promise<number> {
  const body = JSON.stringify({
    message: { publishTime: "2026-11-21T10:00:00Z", ...message },
    subscription: "projects/p/subscriptions/s",
  });
  const { status } = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return status;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
