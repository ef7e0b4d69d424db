import type { DecisionLog, TimeSpan } from "../../functions/core/coordination/ports";
import { decisionOf, mixOf, NOW, range, requestOf } from "./coordination-samples";

export interface DecisionLogContract {
  readonly name: string;
  /** A log without any decision. */
  readonly create: () => DecisionLog | Promise<DecisionLog>;
}

/** The contract of the `DecisionLog` port. Every adapter's test is one call. */
export function describeDecisionLog({ name, create }: DecisionLogContract): void {
  describe(`DecisionLog: ${name}`, () => {
    it("should know nothing of what was never decided", async () => {
      const decisions = await create();
      expect(await decisions.read("data/flights/12")).toBeUndefined();
      expect(await decisions.list("flights", 10)).toEqual([]);
    });

    it("should give back a decision as it was recorded", async () => {
      const decisions = await create();
      await decisions.record(decisionOf());
      expect(await decisions.read("data/flights/12")).toEqual({ decisions: [decisionOf()] });
      expect(await decisions.list("flights", 10)).toEqual([decisionOf()]);
    });

    it("should keep every decision on a request by its time, and each once", async () => {
      // Arrange
      const decisions = await create();
      const deferred = decisionOf();
      const deferredAgain = decisionOf({ decidedAt: NOW + 1 });
      const started = decisionOf({ outcome: "start", reason: "all-checks-passed", decidedAt: NOW + 2 });

      // Act
      for (const decision of [started, deferred, deferredAgain, deferred, started]) await decisions.record(decision);

      // Assert
      expect(await decisions.read("data/flights/12")).toEqual({ decisions: [deferred, deferredAgain, started] });
      expect(await decisions.list("flights", 10)).toEqual([started, deferredAgain, deferred]);
    });

    it("should keep two outcomes of one moment", async () => {
      const decisions = await create();
      await decisions.record(decisionOf());
      await decisions.record(decisionOf({ outcome: "merge" }));
      expect((await decisions.read("data/flights/12"))?.decisions.map(({ outcome }) => outcome).sort()).toEqual(["defer", "merge"]);
    });

    it("should add the run and how it ended, both as often as they are told", async () => {
      const decisions = await create();
      await decisions.record(decisionOf());
      const outcome = { requestId: "data/flights/12", status: "failed", actualUsd: 0.1 + 0.2 } as const;

      expect(await decisions.readRun("data/flights/12")).toBeUndefined();
      expect(await decisions.recordRun("data/flights/12", "arn:run/1")).toBe(true);
      expect((await decisions.read("data/flights/12"))?.run).toEqual({ runId: "arn:run/1" });
      for (const _ of range(2)) await decisions.recordOutcome(outcome, NOW + 5);
      expect(await decisions.recordRun("data/flights/12", "arn:run/1")).toBe(false);

      expect(await decisions.read("data/flights/12")).toEqual({
        decisions: [decisionOf()],
        run: { runId: "arn:run/1", ...outcome, endedAt: NOW + 5 },
      });
    });

    it("should keep what of the hold-out went into the run, whoever names the run again", async () => {
      const decisions = await create();

      await decisions.recordRun("data/flights/12", "arn:run/1", mixOf());
      await decisions.recordRun("data/flights/12", "arn:run/1");

      expect(await decisions.readRun("data/flights/12")).toEqual({ runId: "arn:run/1", mix: mixOf() });
    });

    it("should take the end of a run without a name or a cost", async () => {
      const decisions = await create();
      await decisions.record(decisionOf());
      const outcome = { requestId: "data/flights/12", status: "stopped" } as const;
      await decisions.recordOutcome(outcome, NOW);
      expect((await decisions.read("data/flights/12"))?.run).toEqual({ ...outcome, endedAt: NOW });
    });

    it("should tell nothing of a run without a decision", async () => {
      const decisions = await create();
      await decisions.recordRun("data/flights/12", "arn:run/1");
      expect(await decisions.read("data/flights/12")).toBeUndefined();
      expect(await decisions.readRun("data/flights/12")).toEqual({ runId: "arn:run/1" });
    });

    it("should list the newest first, by their times and not by when they were recorded, and no more than asked for", async () => {
      // Arrange
      const decisions = await create();
      const times = range(130).map((n) => NOW + ((n * 37) % 130));
      await Promise.all(
        times.map((decidedAt) => decisions.record(decisionOf({ requestId: `data/flights/${decidedAt}`, decidedAt }))),
      );

      // Act
      const lists = await Promise.all([0, 1, 7, 130, 1_000].map((limit) => decisions.list("flights", limit)));

      // Assert
      const newest = times.toSorted((a, b) => b - a);
      expect(lists.map((list) => list.length)).toEqual([0, 1, 7, 130, 130]);
      for (const list of lists) expect(list.map(({ decidedAt }) => decidedAt)).toEqual(newest.slice(0, list.length));
    });

    it("should list an early time after a late one, whatever their digits", async () => {
      const decisions = await create();
      for (const decidedAt of [9, NOW, 10]) await decisions.record(decisionOf({ decidedAt }));
      expect((await decisions.list("flights", 3)).map(({ decidedAt }) => decidedAt)).toEqual([NOW, 10, 9]);
    });

    it("should give a span of time, its beginning with it and its end without, newest first, and nothing twice", async () => {
      // Arrange
      const decisions = await create();
      const times = range(1_100).map((n) => NOW + n * 10);
      await Promise.all(
        times.map((decidedAt, n) => decisions.record(decisionOf({ requestId: `data/flights/${n % 40}`, decidedAt }))),
      );
      await decisions.record(decisionOf({ requestId: "data/flight/1", model: "flight", decidedAt: NOW + 30 }));
      const timesBetween = async (span: TimeSpan) => {
        const found: number[] = [];
        for await (const page of decisions.between("flights", span)) found.push(...page.map(({ decidedAt }) => decidedAt));
        return found;
      };

      // Act, Assert
      expect(await timesBetween({ since: NOW + 20, until: NOW + 50 })).toEqual([NOW + 40, NOW + 30, NOW + 20]);
      expect(await timesBetween({ since: NOW + 21, until: NOW + 41 })).toEqual([NOW + 40, NOW + 30]);
      expect(await timesBetween({ until: NOW + 10 })).toEqual([NOW]);
      expect(await timesBetween({ since: NOW + 10_990 })).toEqual([NOW + 10_990]);
      expect(await timesBetween({ since: NOW + 50, until: NOW + 20 })).toEqual([]);
      expect(await timesBetween({})).toEqual(times.toReversed());
    });

    it("should keep models and requests apart, even if one's name begins with the other's", async () => {
      // Arrange
      const decisions = await create();
      const ids = ["data/flights/1", "data/flights/12", "data/flights/1/run", "data/flight/1"];
      const models = ["flights", "flights-2", "flight", "flights/1"];

      // Act
      for (const [n, requestId] of ids.entries()) {
        const model = models[n] ?? "";
        await decisions.record(decisionOf({ requestId, model, request: requestOf({ id: requestId, model }) }));
        await decisions.recordRun(requestId, `arn:run/${n}`);
      }

      // Assert
      for (const [n, requestId] of ids.entries()) {
        const model = models[n] ?? "";
        const decision = decisionOf({ requestId, model, request: requestOf({ id: requestId, model }) });
        expect(await decisions.read(requestId)).toEqual({ decisions: [decision], run: { runId: `arn:run/${n}` } });
        expect(await decisions.list(model, 10)).toEqual([decision]);
      }
    });

    it("should hold a decision on 1,000 manifests", async () => {
      const decisions = await create();
      const manifests = range(1_000).map((n) => ({ uri: `s3://lake/retrigger/flights/${n}.manifest`, objects: n, bytes: n }));
      const decision = decisionOf({ request: requestOf({ manifests }) });
      await decisions.record(decision);
      expect(await decisions.list("flights", 1)).toEqual([decision]);
    });
  });
}
