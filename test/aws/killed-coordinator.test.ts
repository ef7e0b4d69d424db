import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { buildSync } from "esbuild";
import { describeWithDynamoDb } from "../contracts/dynamodb-endpoint";
import type { ProcessArguments } from "../simulation/coordinator-process";
import { randomOf } from "../simulation/random";
import { jsonOf, type LoopbackServer, startLoopbackServer } from "./adapters/loopback-server";

const REQUESTS = 40;
const KILLS = 12;
const SEED = Number(process.env.RETRIGGER_KILL_SEED ?? 20_261_121);

describeWithDynamoDb(`a coordinator that is killed (SIGKILL, seed ${SEED})`, (dynamoDb) => {
  let folder = "";
  let program = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "retrigger-killed-"));
    program = join(folder, "process.js");
    const entryPoints = [join(__dirname, "../simulation/coordinator-process.ts")];
    buildSync({ entryPoints, bundle: true, platform: "node", format: "cjs", mainFields: ["module", "main"], outfile: program });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it(`should start the same runs after ${KILLS} kills at random moments as without one`, async () => {
    const random = randomOf(SEED);

    const undisturbed = await workThrough([]);
    const killed = await workThrough(Array.from({ length: KILLS }, () => 60 + random(250)));

    expect(undisturbed.started.length).toBeGreaterThan(5);
    expect(killed.kills).toBeGreaterThan(3);
    expect(killed.started).toEqual(undisturbed.started);
    expect(new Set(killed.started).size).toBe(killed.started.length);
  });

  /** Runs the process until it is through; one after the other is killed after so many milliseconds. */
  async function workThrough(killAfterMs: readonly number[]): Promise<{ started: readonly string[]; kills: number }> {
    const started = new Map<string, string>();
    const server = await startSageMaker(started);
    const table = await dynamoDb().createTable();
    const parameters: ProcessArguments = {
      dynamoDb: dynamoDb().endpoint,
      table,
      sageMaker: server.endpoint,
      progressFile: join(folder, table),
      requests: REQUESTS,
    };
    let kills = 0;
    for (const ms of killAfterMs) kills += (await runProcess(parameters, ms)) === "killed" ? 1 : 0;
    const last = await runProcess(parameters, undefined);
    await server.stop();
    if (last !== 0) throw new Error(`the process ended with ${last}`);
    return { started: [...started.values()], kills };
  }

  async function runProcess(parameters: ProcessArguments, killAfterMs: number | undefined): Promise<number | "killed"> {
    const child = spawn(process.execPath, [program, JSON.stringify(parameters)], { stdio: ["ignore", "ignore", "inherit"] });
    const ended = once(child, "exit");
    if (killAfterMs !== undefined) {
      await Promise.race([setTimeout(killAfterMs), ended]);
      child.kill("SIGKILL");
    }
    const [code] = await ended;
    return typeof code === "number" ? code : "killed";
  }
});

// Helpers

/** SageMaker, as far as it starts pipelines and describes them: the display name by token, in the order of the starts. */
function startSageMaker(started: Map<string, string>): Promise<LoopbackServer> {
  const descriptions = new Map<string, string>();
  return startLoopbackServer((request) => {
    const asked = jsonOf(request) as Record<string, string>;
    if (request.headers["x-amz-target"] === "SageMaker.DescribePipelineExecution") {
      const PipelineExecutionDescription = descriptions.get(String(asked.PipelineExecutionArn));
      return { status: 200, body: JSON.stringify({ PipelineExecutionDescription }) };
    }
    const token = String(asked.ClientRequestToken);
    const PipelineExecutionArn = `arn:aws:sagemaker:eu-central-1:1:pipeline/training/execution/${token}`;
    if (!started.has(token)) {
      started.set(token, String(asked.PipelineExecutionDisplayName));
      descriptions.set(PipelineExecutionArn, String(asked.PipelineExecutionDescription));
    }
    return { status: 200, body: JSON.stringify({ PipelineExecutionArn }) };
  });
}
