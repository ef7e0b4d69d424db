import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import type { Decision } from "../../functions/core/coordination/decision";
import { replayRecord } from "../../functions/core/replay/replay-record";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreCoordinatorStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { randomOf } from "../simulation/random";
import { type LifeOptions, PROMOTED_POLICY, recordedLife } from "../simulation/recorded-model";
import { DAY_MS } from "../simulation/requests";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

/** In them everything that is to be told apart comes about. */
const SEEDS = [15, 31];
const ROUNDS = 30;
const RETENTION_MS = 3_650 * DAY_MS;

describe("a life by quality, with crashes at the calls of its stores", () => {
  it("should have what it is to tell apart", async () => {
    const all = (await Promise.all(SEEDS.map((seed) => lifeOf(seed)))).flat();

    const types = new Set(all.flatMap(({ inputs = [] }) => inputs.map(({ type }) => type)));
    expect(["quality", "hold-out", "serves", "wasted", "sweep"].filter((type) => !types.has(type))).toEqual([]);
    const worths = all.flatMap(({ checks }) => checks.filter(({ check }) => check === "adaptive").map(({ verdict }) => verdict));
    expect([...new Set(worths)].sort()).toEqual(["overridden", "passed", "refused"]);
  });

  describeWithFirestore("in Firestore", (firestore) => {
    it.each(SEEDS)("should be decided as in memory, and by a replay of what it recorded (seed %i)", async (seed) => {
      const database = firestore().createDatabase();
      const states = firestoreCoordinatorStore(database);

      await expectAsInMemory(seed, { states, decisions: firestoreDecisionLog(database, RETENTION_MS) });
    });
  });

  describeWithDynamoDb("in DynamoDB", (dynamoDb) => {
    it.each(SEEDS)("should be decided as in memory, and by a replay of what it recorded (seed %i)", async (seed) => {
      const [{ client }, table] = [dynamoDb(), await dynamoDb().createTable()];
      const states = dynamoCoordinatorStore(client, table);

      await expectAsInMemory(seed, { states, decisions: dynamoDecisionLog(client, table, RETENTION_MS) });
    });
  });
});

// Helpers

async function lifeOf(seed: number, stores?: LifeOptions["stores"]): Promise<readonly Decision[]> {
  const options = { policy: PROMOTED_POLICY, isOrderly: true, ...(stores && { stores }) } as const;
  return (await recordedLife(randomOf(seed), ROUNDS, options)).decisions;
}

async function expectAsInMemory(seed: number, stores: LifeOptions["stores"]): Promise<void> {
  const inMemory = await lifeOf(seed);

  const stored = await lifeOf(seed, stores);

  expect(stored).toEqual(inMemory);
  const all = stored.length;
  expect(replayRecord(stored)).toEqual({ decisions: all, same: all, unknown: {}, differing: 0, differences: [] });
}
