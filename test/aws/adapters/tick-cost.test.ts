import { IDLE_SINCE, idleModels, idlePorts } from "../../../bench/ticks/idle-models";
import { idleOnDynamo } from "../../../bench/ticks/idle-stores";
import { dynamoModelSettings } from "../../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoHeartbeatStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { consoleLog } from "../../../functions/aws/deployed/console-log";
import { metricLine } from "../../../functions/aws/deployed/metrics.lazy";
import { createSweeper } from "../../../functions/aws/handlers/sweeper";
import { describeWithDynamoDb } from "../../contracts/dynamodb-endpoint";
import { meter } from "./unreliable-client";

const MODELS = 300;
const TICKS = 4;
/** Each is told of within 20 minutes. */
const TOLD = MODELS / 20;

describeWithDynamoDb("a tick over 300 models that idle, on AWS", (dynamoDb) => {
  it("should make few calls, and write a small log that tells of its share of the models", async () => {
    // Arrange
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    const stores = await idleOnDynamo(client, table, idleModels(MODELS));
    let now = IDLE_SINCE;
    const lines: string[] = [];
    const sweep = createSweeper(
      idlePorts({
        ...stores,
        settings: dynamoModelSettings(client, table, { now: () => now }),
        heartbeats: dynamoHeartbeatStore(client, table),
        log: consoleLog({ loadMetrics: () => metricLine("production"), now: () => now, write: (line) => void lines.push(line) }),
        now: () => now,
      }),
    );
    const metered = meter(client);
    const told = new Set<string>();

    for (let tick = 0; tick < TICKS; tick++) {
      // Act
      await sweep();

      // Assert
      const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
      for (const { event, model } of lines.splice(0).map((line) => JSON.parse(line))) if (event === "model-state") told.add(model);
      expect(bytes).toBeLessThanOrEqual(20_000);
      expect(metered.calls.splice(0).length).toBeLessThanOrEqual(11);
      now += 60_000;
    }
    expect(metered.units.written).toBe(0);
    expect(told.size).toBe(TICKS * TOLD);
  });
});
