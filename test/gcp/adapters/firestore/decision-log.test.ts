import { RetryableError } from "../../../../functions/core/errors";
import { firestoreDecisionLog } from "../../../../functions/gcp/adapters/firestore/decision-log";
import { decisionOf, NOW, range } from "../../../contracts/coordination-samples";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { countRequests, interceptCommits, loseResponses, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreDecisionLog", (firestore) => {
  function newLog() {
    const client = firestore().createDatabase();
    const all = async (collection: "decisions" | "runs") => (await client.collection(collection).get()).docs;
    return { client, decisions: firestoreDecisionLog(client, 1_000_000), all };
  }

  it("should record a decision in one document with one commit, and again with no further one", async () => {
    const { client, decisions, all } = newLog();
    const counted = countRequests(client);
    await decisions.record(decisionOf());
    await decisions.record(decisionOf());
    expect(counted).toEqual({ commits: 2, reads: 0 });
    expect(await all("decisions")).toHaveLength(1);
  });

  it("should record once when responses were lost", async () => {
    const { client, decisions, all } = newLog();
    loseResponses(client, 2, 14);
    await decisions.record(decisionOf());
    expect(await all("decisions")).toHaveLength(1);
  });

  it("should let everything expire, after the decision or the run's end", async () => {
    // Arrange
    const { decisions, all } = newLog();

    // Act
    await decisions.record(decisionOf({ decidedAt: 1_001 }));
    await decisions.recordRun("data/flights/12", "projects/p/pipelineJobs/1");
    await decisions.recordOutcome({ requestId: "data/flights/12", status: "succeeded" }, 500_000);

    // Assert
    const expiries = [...(await all("decisions")), ...(await all("runs"))].map((document) => document.get("expireAt").toMillis());
    expect(expiries).toEqual([1_001_001, 1_500_000]);
  });

  it("should keep a run as it is whose shape is raised between the look and the write", async () => {
    // Arrange
    const { client, decisions, all } = newLog();
    await decisions.recordRun("data/flights/12", "projects/p/pipelineJobs/1");
    const [run] = await all("runs");
    const newer = { runId: "projects/p/pipelineJobs/1", shape: 2, region: "europe-west4" };
    interceptCommits(client, async (commit) => {
      await firestore().createClient().doc(`runs/${run?.id}`).set(newer);
      return commit();
    });

    // Act
    const recorded = decisions.recordOutcome({ requestId: "data/flights/12", status: "failed" }, NOW);

    // Assert
    await expect(recorded).rejects.toThrow(
      `the document runs/${run?.id} is not a run; deploy the version of Retrigger that wrote it`,
    );
    expect((await all("runs")).map((document) => document.data())).toEqual([newer]);
  });

  it("should add the end of a run to the name that another gave it in between", async () => {
    const { client, decisions } = newLog();
    let others = 0;
    interceptCommits(client, async (commit) => {
      if (others++ === 0) await firestoreDecisionLog(firestore().createClient()).recordRun("data/flights/12", "run/1");
      return commit();
    });

    await decisions.recordOutcome({ requestId: "data/flights/12", status: "failed" }, NOW);

    expect(await decisions.readRun("data/flights/12")).toMatchObject({ runId: "run/1", status: "failed" });
  });

  it("should call a run new whose first record was made and not acknowledged", async () => {
    const { client, decisions } = newLog();
    loseResponses(client, 1, 14);
    expect(await decisions.recordRun("data/flights/12", "run/1")).toBe(true);
    expect(await decisions.recordRun("data/flights/12", "run/1")).toBe(false);
  });

  it("should keep ids that do not rise with the time", async () => {
    const { decisions, all } = newLog();
    for (const n of range(20)) await decisions.record(decisionOf({ decidedAt: NOW + n }));
    const times = (await all("decisions")).map((document) => String(document.get("order")));
    const rising = times.toSorted((a, b) => a.localeCompare(b));
    expect(new Set(times).size).toBe(20);
    expect(times).not.toEqual(rising);
    expect(times).not.toEqual(rising.reverse());
  });

  it("should read as many documents as it lists", async () => {
    const { client, decisions } = newLog();
    for (const n of range(5)) await decisions.record(decisionOf({ decidedAt: NOW + n }));
    const counted = countRequests(client);
    expect(await decisions.list("flights", 2)).toHaveLength(2);
    expect(counted).toEqual({ commits: 0, reads: 1 });
  });

  it("should read a record whose check and reason the program does not know any more", async () => {
    const { decisions } = newLog();
    const old = JSON.parse(JSON.stringify(decisionOf()).replaceAll("cooldown", "moon-phase"));
    await decisions.record(old);
    expect(await decisions.list("flights", 1)).toEqual([old]);
  });

  it("should reject documents that are none, and name them", async () => {
    // Arrange
    const { client, decisions, all } = newLog();
    await decisions.record(decisionOf());
    await decisions.recordRun("data/flights/12", "projects/p/pipelineJobs/1");

    // Act, Assert
    const [run] = await all("runs");
    await run?.ref.update({ status: "exploded" });
    await expect(decisions.read("data/flights/12")).rejects.toThrow(
      `the document runs/${run?.id} is not a run; deploy the version of Retrigger that wrote it`,
    );
    const [decision] = await all("decisions");
    await decision?.ref.update({ data: new Uint8Array([1]) });
    const message = `the document decisions/${decision?.id} is not a decision; deploy the version of Retrigger that wrote it, restore it from a backup`;
    await expect(decisions.read("data/flights/12")).rejects.toThrow(message);
    await expect(decisions.list("flights", 1)).rejects.toThrow(message);
    expect((await client.collection("decisions").get()).size).toBe(1);
  });

  it.each([4, 8, 10, 13, 14])("should repeat what was refused with code %d", async (code) => {
    const { client, decisions } = newLog();
    const commits = refuse(client, [code, code]);
    await decisions.record(decisionOf());
    expect(commits.tries).toBe(3);
    expect(await decisions.list("flights", 1)).toEqual([decisionOf()]);
  });

  it("should call it retryable when Firestore keeps refusing", async () => {
    const { client, decisions } = newLog();
    refuse(
      client,
      range(12).map(() => 8),
    );
    await expect(decisions.record(decisionOf())).rejects.toThrow(RetryableError);
  }, 20_000);

  it("should reject at once with what no repetition cures", async () => {
    const { client, decisions } = newLog();
    const met = refuse(client, [7]);
    await expect(decisions.record(decisionOf())).rejects.toMatchObject({ code: 7 });
    expect(met.tries).toBe(1);
  });
});
