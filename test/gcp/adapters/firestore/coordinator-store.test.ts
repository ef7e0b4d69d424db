import { firestoreCoordinatorStore } from "../../../../functions/gcp/adapters/firestore/versioned-store";
import { toDeflatedJson } from "../../../../functions/node/deflated-json";
import { encodeState } from "../../../../functions/node/record-codecs";
import { fullState, largeRequest, stateOf } from "../../../contracts/coordination-samples";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { countRequests, loseResponses, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreCoordinatorStore", (firestore) => {
  function twoStores() {
    const client = firestore().createDatabase();
    return { client, store: firestoreCoordinatorStore(client), other: firestoreCoordinatorStore(firestore().createClient()) };
  }

  it("should load with one read and save with one commit, and again without a read", async () => {
    const { client, store, other } = twoStores();
    await other.save("flights", stateOf(1), 0);
    const counted = countRequests(client);
    await store.load("flights");
    expect(await store.save("flights", stateOf(2), 1)).toBe(true);
    expect(await store.save("flights", stateOf(3), 2)).toBe(true);
    expect(counted).toEqual({ commits: 2, reads: 1 });
  });

  it.each([
    [0, 1],
    [1, 1],
    [0, 3],
    [1, 3],
  ])("should know its own save at version %d again when %d responses were lost", async (version, count) => {
    // Arrange
    const { client, store, other } = twoStores();
    if (version === 1) await other.save("flights", stateOf(1), 0);
    loseResponses(client, count, 14);

    // Act
    const isSaved = await store.save("flights", stateOf(2), version);

    // Assert
    expect(isSaved).toBe(true);
    expect(await other.load("flights")).toEqual({ state: stateOf(2), version: version + 1 });
    expect(await store.save("flights", stateOf(2), version)).toBe(false);
  });

  it("should not claim a save that another made of the same state", async () => {
    const { client, store, other } = twoStores();
    refuse(client, [14]);
    expect(await other.save("flights", stateOf(2), 0)).toBe(true);
    expect(await store.save("flights", stateOf(2), 0)).toBe(false);
  });

  it("should let the caller look again when its save stood, was not heard of, and is history", async () => {
    const { client, store, other } = twoStores();
    loseResponses(client, 1, 4, () => other.save("flights", stateOf(3), 1));
    expect(await store.save("flights", stateOf(2), 0)).toBe(false);
    expect(await store.load("flights")).toEqual({ state: stateOf(3), version: 2 });
  });

  it("should save the successor of a version that another wrote, and this instance did not see", async () => {
    const { store, other } = twoStores();
    await store.save("flights", stateOf(1), 0);
    await other.save("flights", stateOf(2), 1);
    expect(await store.save("flights", stateOf(3), 2)).toBe(true);
    expect(await other.load("flights")).toEqual({ state: stateOf(3), version: 3 });
  });

  it("should save over a document that was restored at the same version", async () => {
    // Arrange
    const { client, store } = twoStores();
    await store.save("flights", stateOf(1), 0);
    const document = client.doc("coordinators/flights");
    const backup = (await document.get()).data() ?? {};
    await document.delete();
    await document.set(backup);

    // Act, Assert
    expect(await store.save("flights", stateOf(2), 1)).toBe(true);
    expect(await store.load("flights")).toEqual({ state: stateOf(2), version: 2 });
  });

  const GOOD = toDeflatedJson("x", fullState());
  const withState = (change: Readonly<Record<string, unknown>>) => toDeflatedJson("x", { ...fullState(), ...change });
  it.each([
    ["without a state", { version: 1, savedAs: "a" }],
    ["without a version", { state: GOOD, savedAs: "a" }],
    ["of version 0", { version: 0, state: GOOD, savedAs: "a" }],
    ["with a text for the state", { version: 1, state: "{}", savedAs: "a" }],
    ["with bytes cut off", { version: 1, state: GOOD.slice(0, GOOD.length - 9), savedAs: "a" }],
    ["with an empty state", { version: 1, state: toDeflatedJson("x", {}), savedAs: "a" }],
    ["with a field of a newer program", { version: 1, state: withState({ blockedByDrift: true }), savedAs: "a" }],
  ])("should reject to load a document %s, and name it", async (_, fields) => {
    const { client, store } = twoStores();
    await client.doc("coordinators/flights").set(fields);
    await expect(store.load("flights")).rejects.toThrow(
      "the document coordinators/flights is not a coordinator's state; restore it from a backup",
    );
  });

  it("should reject to save over a document without a version", async () => {
    const { client, store } = twoStores();
    await client.doc("coordinators/flights").set({ state: GOOD });
    await expect(store.save("flights", stateOf(1), 0)).rejects.toThrow("coordinators/flights is not a coordinator's state");
  });

  it("should hold a state of nearly 380 KB, and refuse one of more before asking", async () => {
    // Arrange
    const { client, store, other } = twoStores();
    const large = stateWith(480_000);
    expect(encodeState("flights", large).length).toBeGreaterThan(350_000);

    // Act, Assert
    expect(await store.save("flights", large, 0)).toBe(true);
    expect(await other.load("flights")).toEqual({ state: large, version: 1 });
    const counted = countRequests(client);
    await expect(store.save("flights", stateWith(600_000), 1)).rejects.toThrow(/state of flights takes \d+ bytes.*at most 389120/);
    expect(counted).toEqual({ commits: 0, reads: 0 });
  });

  it.each([4, 8, 10, 13, 14])("should repeat what was refused with code %d", async (code) => {
    const { client, store } = twoStores();
    const commits = refuse(client, [code, code]);
    expect(await store.save("flights", stateOf(1), 0)).toBe(true);
    expect(commits.tries).toBe(3);
  });

  it("should reject, and not call it unsaved or unknown, when there is no answer", async () => {
    const { client, store } = twoStores();
    refuse(client, [7]);
    refuse(client, [7, 7], "reads");
    await expect(store.load("flights")).rejects.toMatchObject({ code: 7 });
    await expect(store.save("flights", stateOf(1), 0)).rejects.toMatchObject({ code: 7 });
    await expect(store.save("flights", stateOf(1), 0)).rejects.toMatchObject({ code: 7 });
    expect(await store.save("flights", stateOf(1), 0)).toBe(true);
  });
});

// Helpers

/** A state that takes about so many bytes. */
function stateWith(bytes: number) {
  const [effect] = fullState().outbox;
  if (effect?.type !== "start") throw new Error("the sample's first effect is not a start");
  return { ...fullState(), outbox: [{ ...effect, request: largeRequest(bytes) }] };
}
