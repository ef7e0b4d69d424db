// A process that works through a list of requests over DynamoDB and SageMaker, and may be killed at any moment. Like a queue, the
// progress file repeats what was not acknowledged. The addresses and the files come as one JSON argument.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { sageMakerPipelineLauncher } from "../../functions/aws/adapters/sagemaker/pipeline-launcher";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { sweepCoordination } from "../../functions/core/coordination/sweep-coordination";
import { memoryNotifier } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { settingsOf } from "./data-path";
import { DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "./requests";

export interface ProcessArguments {
  readonly dynamoDb: string;
  readonly table: string;
  readonly sageMaker: string;
  readonly progressFile: string;
  readonly requests: number;
}

const RUN_MS = 2 * HOUR_MS;

async function main({ dynamoDb, table, sageMaker, progressFile, requests }: ProcessArguments): Promise<void> {
  let now = NOON;
  const client = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const dynamo = new DynamoDBClient({ ...client, endpoint: dynamoDb });
  const policy = policyOf({ maxRuns: 1, cooldownMs: 3 * HOUR_MS, maxStartsPerDay: 4 });
  const settings = { ...settingsOf(), policy };
  const startedAt = new Map<string, number>();
  const ports = {
    states: dynamoCoordinatorStore(dynamo, table),
    decisions: dynamoDecisionLog(dynamo, table, 1e12),
    launcher: sageMakerPipelineLauncher(new SageMakerClient({ ...client, endpoint: sageMaker })),
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    watcher: {
      async describe(runId: string) {
        const at = startedAt.get(runId) ?? now;
        return now < at + RUN_MS ? ({ status: "running" } as const) : ({ status: "succeeded", endedAt: at + RUN_MS } as const);
      },
    },
    log: () => undefined,
    now: () => now,
  };
  for (let step = readProgress(progressFile); step < requests; step++) {
    now = NOON + step * HOUR_MS;
    const causes = [[DRIFT], [MANUAL], requestOf("").causes][step % 3] ?? [MANUAL];
    await requestTraining(ports, settings, requestOf(String(step), { priority: 1 + (step % 5), causes, manifests: [] }));
    const loaded = await ports.states.load(settings.model);
    for (const run of loaded?.state.runs ?? []) if (run.runId !== undefined) startedAt.set(run.runId, run.startedAt);
    await sweepCoordination(ports, settings);
    writeFileSync(`${progressFile}.draft`, String(step + 1));
    renameSync(`${progressFile}.draft`, progressFile);
  }
  dynamo.destroy();
}

function readProgress(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    // The first process finds no file.
    return 0;
  }
}

main(JSON.parse(process.argv[2] ?? "{}")).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
