import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { bundleFunction } from "../../../modules/bundle/bundle-function";
import { temporaryFolder } from "../../modules/temporary-project";

/** What a push subscription is told: 204 for done, 500 for "again, or to the dead letters". */
type Status = number;

export interface FunctionProcess {
  /** Delivers a message as a push subscription does: https://cloud.google.com/pubsub/docs/push#receive_push */
  push(message: object): Promise<Status>;
  /** Delivers a CloudEvent: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
  send(event: object): Promise<Status>;
  /** What it printed. */
  output(): string;
  /** Memory that it has, in MiB; undefined where the machine does not tell. */
  residentMb(): number | undefined;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, "../../..");
const FRAMEWORK = "node_modules/@google-cloud/functions-framework";
/**
 * As V8 chooses by itself in 512 MiB or less; on a larger machine garbage would lie around that a function has no room for.
 * https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const SMALL_MEMORY = "--max-semi-space-size=1";

/**
 * Starts a function of the stack as Google Cloud does: its zip, unpacked, with what its package.json has installed and nothing else
 * beside it, in a process of its own that takes messages over HTTP.
 * @throws Error with what the process printed when it ends instead
 */
export async function startFunction(role: string, environment: Readonly<Record<string, string>>): Promise<FunctionProcess> {
  const { zipPath } = bundleFunction(ROOT, `functions/gcp/deployed/${role}.ts`);
  const files = Object.entries(unzipSync(readFileSync(zipPath)));
  const folder = temporaryFolder(Object.fromEntries(files.map(([name, content]) => [name, new TextDecoder().decode(content)])));
  mkdirSync(join(folder, dirname(FRAMEWORK)), { recursive: true });
  symlinkSync(join(ROOT, FRAMEWORK), join(folder, FRAMEWORK));
  const port = await freePort();
  const child = spawn(process.execPath, [SMALL_MEMORY, join(ROOT, FRAMEWORK, "build/src/main.js")], {
    cwd: folder,
    // No HOME of a person, who may have credentials there.
    env: { ...environment, HOME: folder, FUNCTION_TARGET: role, PORT: String(port), K_SERVICE: `retrigger-test-${role}` },
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  await new Promise<void>((listening, failed) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (output.includes("URL:")) listening();
      });
    }
    child.once("close", (code) => failed(new Error(`${role} ended with ${code}: ${output}`)));
  });

  async function post(path: string, body: object, contentType: string): Promise<Status> {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, {
      method: "POST",
      headers: { "content-type": contentType },
      body: JSON.stringify(body),
    });
    await answer.body?.cancel();
    return answer.status;
  }

  return {
    push: (message) =>
      post("projects/p/topics/t", { message, subscription: "projects/p/subscriptions/s", deliveryAttempt: 1 }, "application/json"),
    send: (event) => post("", event, "application/cloudevents+json"),
    output: () => output,
    residentMb() {
      const file = `/proc/${child.pid}/status`;
      if (!existsSync(file)) return undefined;
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))?.[1]) / 1024;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
