import type { DriftLog } from "../../functions/core/drift/ports";
import { NOW, range } from "./coordination-samples";
import { driftRecordOf, evaluationOf, HOUR_MS, largeRecord } from "./drift-samples";

export interface DriftLogContract {
  readonly name: string;
  /** A log without any evaluation. */
  readonly create: () => DriftLog | Promise<DriftLog>;
}

/** The contract of the `DriftLog` port. Every adapter's test is one call. */
export function describeDriftLog({ name, create }: DriftLogContract): void {
  describe(`DriftLog: ${name}`, () => {
    it("should know nothing of a model without an evaluation", async () => {
      const log = await create();
      expect(await log.list("flights", 10)).toEqual([]);
    });

    it("should give back an evaluation as it was recorded", async () => {
      const log = await create();
      await log.record(driftRecordOf());
      expect(await log.list("flights", 10)).toEqual([driftRecordOf()]);
    });

    it("should replace what was kept of a report by what is recorded of it later", async () => {
      const log = await create();
      const later = { ...driftRecordOf({ severity: "critical", features: [] }), evaluatedAt: NOW + 1, omittedFeatures: 2 };
      for (const record of [driftRecordOf(), later, later]) await log.record(record);
      expect(await log.list("flights", 10)).toEqual([later]);
    });

    it("should replace what was kept of a report by what is recorded of it under another id", async () => {
      const log = await create();
      const report = { id: "report-1", digest: "0123456789abcdef" };
      const later = { ...driftRecordOf({ reportId: "report-1 (0123456789abcdef)" }), report };
      for (const record of [{ ...driftRecordOf(), report }, later]) await log.record(record);
      expect(await log.list("flights", 10)).toEqual([later]);
    });

    it("should keep reports of one id apart by their contents, and from what an earlier program recorded", async () => {
      // Arrange
      const log = await create();
      const digests = ["0123456789abcdef", "123456789abcdef0"];
      const records = [driftRecordOf(), ...digests.map((digest) => ({ ...driftRecordOf(), report: { id: "report-1", digest } }))];

      // Act
      for (const record of records) await log.record(record);

      // Assert
      const listed = await log.list("flights", 10);
      expect(listed).toHaveLength(3);
      expect(listed).toEqual(expect.arrayContaining(records));
    });

    it("should keep reports of one window apart, by their ids and by their monitors", async () => {
      // Arrange
      const log = await create();
      const reports = [
        { monitor: "hourly", reportId: "a b" },
        { monitor: "hourly", reportId: "b" },
        { monitor: "hourly a", reportId: "b" },
        { monitor: "daily", reportId: "b" },
      ];

      // Act
      for (const report of reports) await log.record(driftRecordOf(report));

      // Assert
      const listed = (await log.list("flights", 10)).map(({ evaluation: { monitor, reportId } }) => ({ monitor, reportId }));
      expect(listed).toHaveLength(4);
      expect(listed).toEqual(expect.arrayContaining(reports));
    });

    it("should list the newest windows first, whenever they were evaluated, and no more than asked for", async () => {
      // Arrange
      const log = await create();
      const ends = range(130).map((n) => NOW + ((n * 37) % 130));
      const recordOf = (end: number) => driftRecordOf({ reportId: `report-${end}`, window: { start: end - HOUR_MS, end } });
      await Promise.all(ends.map((end) => log.record({ ...recordOf(end), evaluatedAt: 2 * NOW - end })));

      // Act
      const lists = await Promise.all([0, 1, 7, 130, 1_000].map((limit) => log.list("flights", limit)));

      // Assert
      const newest = ends.toSorted((a, b) => b - a);
      expect(lists.map((list) => list.length)).toEqual([0, 1, 7, 130, 130]);
      for (const list of lists) expect(list.map(({ evaluation }) => evaluation.window.end)).toEqual(newest.slice(0, list.length));
    });

    it("should list an early window after a late one, whatever their digits", async () => {
      const log = await create();
      const ends = [9, NOW, 8.64e15, 0, 10];
      for (const end of ends) await log.record({ evaluation: evaluationOf({ window: { start: 0, end } }), evaluatedAt: NOW });
      const listed = (await log.list("flights", 9)).map(({ evaluation }) => evaluation.window.end);
      expect(listed).toEqual([8.64e15, NOW, 10, 9, 0]);
    });

    it("should keep models apart, even if one's name begins with the other's", async () => {
      const log = await create();
      const models = ["flights", "flights-2", "flight", "flights/1", "flights 1"];
      for (const model of models) await log.record(driftRecordOf({ model }));
      for (const model of models) expect(await log.list(model, 10)).toEqual([driftRecordOf({ model })]);
    });

    it("should hold an evaluation of 2,000 features as it is", async () => {
      const log = await create();
      const large = largeRecord(2_000, 500, false);
      await log.record(large);
      expect(await log.list("flights", 1)).toEqual([large]);
    });

    it("should tell of every feature that drifts when there is too much, and count what it leaves out", async () => {
      // Arrange
      const log = await create();
      const { evaluation, evaluatedAt } = largeRecord(2_000, 800, true);
      const calmFirst = { ...evaluation, features: evaluation.features.toReversed() };
      const report = { id: "report-1", digest: "0123456789abcdef" };

      // Act
      await log.record({ evaluation: calmFirst, evaluatedAt, report });

      // Assert
      const [kept] = await log.list("flights", 1);
      const { omittedFeatures = 0 } = kept ?? {};
      expect(omittedFeatures).toBeLessThanOrEqual(1_000);
      const left = evaluation.features.slice(0, 2_000 - omittedFeatures).reverse();
      expect(kept).toEqual({
        evaluation: { ...evaluation, features: left },
        evaluatedAt,
        report,
        ...(omittedFeatures > 0 && { omittedFeatures }),
      });
    });
  });
}
