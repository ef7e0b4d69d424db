import { dynamoDecisionLog } from "../../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { settleIfEnded } from "../../../functions/core/coordination/sweep-coordination";
import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { memoryNotifier, memoryPipelineLauncher, memoryRunWatcher } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { describeWithDynamoDb } from "../../contracts/dynamodb-endpoint";
import { NOON, policyOf, requestOf } from "../../simulation/requests";
import { meter } from "./unreliable-client";

const SETTINGS: ModelSettings = {
  model: "flight-delay",
  data: { bucket: "data", prefixes: ["in/"], suffixes: [], manifestPrefix: "retrigger/" },
  batch: { batchSize: 1_000, dedupeHorizonMs: 1, retentionMs: 1 },
  pipeline: { name: "flights", parameters: {} },
  policy: policyOf({ maxRuns: 1 }),
  drift: DEFAULT_DRIFT_POLICY,
  monitoring: { prefix: "drift/" },
};

describeWithDynamoDb("the cost of coordination on DynamoDB", (dynamoDb) => {
  async function world() {
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    const watcher = memoryRunWatcher();
    const ports = {
      states: dynamoCoordinatorStore(client, table),
      decisions: dynamoDecisionLog(client, table, 1_000_000),
      launcher: memoryPipelineLauncher(),
      notifier: memoryNotifier(),
      deployment: memoryDeployment,
      manifests: memoryManifestStore(),
      watcher,
      log: () => undefined,
      now: () => NOON,
    };
    return { ports, watcher, metered: meter(client) };
  }

  it("should be two saves and two records for a decision", async () => {
    // Arrange
    const { ports, watcher, metered } = await world();
    const costs: Record<string, { written: number; requests: number }> = {};
    const reads: Record<string, number> = {};
    const costOf = async (name: string, action: () => Promise<unknown>) => {
      Object.assign(metered.units, { written: 0, read: 0 });
      metered.calls.length = 0;
      await action();
      costs[name] = { written: metered.units.written, requests: metered.calls.length };
      reads[name] = metered.units.read;
    };

    // Act
    await costOf("start", () => requestTraining(ports, SETTINGS, requestOf("1")));
    await costOf("defer", () => requestTraining(ports, SETTINGS, requestOf("2")));
    await costOf("merge", () => requestTraining(ports, SETTINGS, requestOf("3")));
    for (let n = 4; n < 50; n++) await requestTraining(ports, SETTINGS, requestOf(String(n)));
    await costOf("merge with 48", () => requestTraining(ports, SETTINGS, requestOf("50")));
    watcher.end("flights/1", { status: "succeeded", endedAt: NOON, actualUsd: 90 });
    await costOf("end", () => settleIfEnded(ports, SETTINGS, "flights/1"));

    // Assert
    expect(costs).toEqual({
      start: { written: 5, requests: 9 },
      defer: { written: 4, requests: 7 },
      merge: { written: 4, requests: 7 },
      "merge with 48": { written: 6, requests: 7 },
      end: { written: 2, requests: 4 },
    });
    // DynamoDB Local charges nothing for a query that finds nothing.
    for (const [name, read] of Object.entries({ start: 5, defer: 4, merge: 4, "merge with 48": 4, end: 2 })) {
      expect(reads[name]).toBeLessThanOrEqual(read);
    }
  });
});
