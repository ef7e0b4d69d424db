import { firestoreDriftHistoryStore } from "../../../../functions/gcp/adapters/firestore/versioned-store";
import { toDeflatedJson } from "../../../../functions/node/deflated-json";
import { driftStateOf, fullDriftState, wideDriftState } from "../../../contracts/drift-samples";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";

describeWithFirestore("firestoreDriftHistoryStore", (firestore) => {
  function newStore() {
    const client = firestore().createDatabase();
    return { client, store: firestoreDriftHistoryStore(client) };
  }

  it("should keep a model's history in a document of its own", async () => {
    const { client, store } = newStore();
    await store.save("flights", fullDriftState(), 0);
    expect((await client.collection("driftHistories").get()).docs.map(({ id }) => id)).toEqual(["flights"]);
  });

  const GOOD = toDeflatedJson("x", fullDriftState());
  it.each([
    ["without a history", { version: 1, savedAs: "a" }],
    ["without a version", { state: GOOD, savedAs: "a" }],
    ["with a text for the history", { version: 1, state: "{}", savedAs: "a" }],
    ["with bytes cut off", { version: 1, state: GOOD.slice(0, GOOD.length - 9), savedAs: "a" }],
    ["with an empty history", { version: 1, state: toDeflatedJson("x", {}), savedAs: "a" }],
    [
      "with a field of a newer program",
      { version: 1, state: toDeflatedJson("x", { ...fullDriftState(), muted: true }), savedAs: "a" },
    ],
  ])("should reject to load a document %s, and name it with a remedy", async (_, fields) => {
    const { client, store } = newStore();
    await client.doc("driftHistories/flights").set(fields);
    await expect(store.load("flights")).rejects.toThrow(
      "the document driftHistories/flights is not a drift history; restore it from a backup of the database, or deploy the version",
    );
  });

  it("should refuse a history that does not fit, and keep what is there", async () => {
    const { store } = newStore();
    await store.save("flights", driftStateOf(1), 0);
    await expect(store.save("flights", wideDriftState(2_000, 39, 250), 1)).rejects.toThrow("the drift history of flights takes");
    expect(await store.load("flights")).toEqual({ state: driftStateOf(1), version: 1 });
  });
});
