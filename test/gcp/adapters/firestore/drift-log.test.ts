import { firestoreDriftLog } from "../../../../functions/gcp/adapters/firestore/drift-log";
import { NOW, range } from "../../../contracts/coordination-samples";
import { driftRecordOf, HOUR_MS } from "../../../contracts/drift-samples";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { countRequests, interceptCommits, loseResponses, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreDriftLog", (firestore) => {
  function newLog() {
    const client = firestore().createDatabase();
    const all = async () => (await client.collection("drifts").get()).docs;
    return { client, log: firestoreDriftLog(client, 1_000_000), all };
  }

  it("should record an evaluation with a look and a commit, and again in the same document", async () => {
    const { client, log, all } = newLog();
    const counted = countRequests(client);
    for (const _ of range(2)) await log.record(driftRecordOf());
    expect(counted).toEqual({ commits: 2, reads: 2 });
    const documents = await all();
    expect(documents.map(({ id }) => id)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(documents.map((document) => document.get("order"))).toEqual([`flights 000${NOW - HOUR_MS}`]);
  });

  it("should record once when responses were lost", async () => {
    const { client, log, all } = newLog();
    loseResponses(client, 2, 14);
    await log.record(driftRecordOf());
    expect(await all()).toHaveLength(1);
  });

  it("should keep an evaluation as it is whose shape is raised between the look and the write", async () => {
    // Arrange
    const { client, log, all } = newLog();
    await log.record(driftRecordOf());
    const [document] = await all();
    const newer = { order: document?.get("order"), shape: 2, text: "of a later version" };
    interceptCommits(client, async (commit) => {
      await firestore().createClient().doc(`drifts/${document?.id}`).set(newer);
      return commit();
    });

    // Act
    const recorded = log.record(driftRecordOf({ severity: "low" }));

    // Assert
    await expect(recorded).rejects.toThrow(`the document drifts/${document?.id} is not an evaluation of drift; deploy the version`);
    expect((await all()).map((each) => each.data())).toEqual([newer]);
  });

  it("should let it expire after the evaluation, however old its window is", async () => {
    const { log, all } = newLog();
    await log.record({ ...driftRecordOf({ window: { start: 0, end: 5 } }), evaluatedAt: 500_001 });
    expect((await all()).map((document) => document.get("expireAt").toMillis())).toEqual([1_500_001]);
  });

  it("should read as many documents as it lists", async () => {
    const { client, log } = newLog();
    for (const n of range(5)) await log.record(driftRecordOf({ window: { start: NOW, end: NOW + n } }));
    const counted = countRequests(client);
    expect(await log.list("flights", 2)).toHaveLength(2);
    expect(counted).toEqual({ commits: 0, reads: 1 });
  });

  it("should reject a document that is none, and name it with a remedy", async () => {
    const { log, all } = newLog();
    await log.record(driftRecordOf());
    const [document] = await all();
    await document?.ref.update({ data: new Uint8Array([1]) });
    await expect(log.list("flights", 1)).rejects.toThrow(
      `the document drifts/${document?.id} is not an evaluation of drift; deploy the version of Retrigger that wrote it, restore it from a backup`,
    );
  });

  it.each([4, 8, 10, 13, 14])("should repeat what was refused with code %d", async (code) => {
    const { client, log } = newLog();
    const commits = refuse(client, [code, code]);
    await log.record(driftRecordOf());
    expect(commits.tries).toBe(3);
    expect(await log.list("flights", 1)).toEqual([driftRecordOf()]);
  });

  it("should reject at once with what no repetition cures", async () => {
    const { client, log } = newLog();
    const met = refuse(client, [7]);
    await expect(log.record(driftRecordOf())).rejects.toMatchObject({ code: 7 });
    expect(met.tries).toBe(1);
  });
});
