import { IDLE_SINCE, idleModels, idlePorts } from "../../../bench/ticks/idle-models";
import { idleOnFirestore } from "../../../bench/ticks/idle-stores";
import { firestoreModelSettings } from "../../../functions/gcp/adapters/firestore/model-settings";
import { firestoreHeartbeatStore } from "../../../functions/gcp/adapters/firestore/versioned-store";
import { structuredLine } from "../../../functions/gcp/deployed/console-log";
import { createSweeper } from "../../../functions/gcp/handlers/sweeper";
import { describeWithFirestore } from "../../contracts/firestore-endpoint";
import { countRequests } from "./unreliable-firestore";

const MODELS = 300;
const TICKS = 4;
/** Each is told of within 20 minutes. */
const TOLD = MODELS / 20;

describeWithFirestore("a tick over 300 models that idle, on Google Cloud", (firestore) => {
  it("should make few calls, and write a small log that tells of its share of the models", async () => {
    // Arrange
    const database = firestore().createDatabase();
    const stores = await idleOnFirestore(database, idleModels(MODELS));
    let now = IDLE_SINCE;
    let bytes = 0;
    const told = new Set<unknown>();
    const sweep = createSweeper(
      idlePorts({
        ...stores,
        settings: firestoreModelSettings(database, { now: () => now }),
        heartbeats: firestoreHeartbeatStore(database),
        log: (event) => {
          bytes += Buffer.byteLength(`${JSON.stringify(structuredLine(event))}\n`);
          if (event.event === "model-state") told.add(event.model);
        },
        now: () => now,
      }),
    );
    const requests = countRequests(database);

    for (let tick = 0; tick < TICKS; tick++) {
      // Act
      await sweep();

      // Assert
      expect(bytes).toBeLessThanOrEqual(20_000);
      expect(requests.reads).toBeLessThanOrEqual(15);
      bytes = 0;
      requests.reads = 0;
      now += 60_000;
    }
    expect(requests.commits).toBe(0);
    expect(told.size).toBe(TICKS * TOLD);
  });
});
