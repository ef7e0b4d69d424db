import type { CandidateLog } from "../../functions/core/promotion/ports";
import type { CandidateRecord } from "../../functions/core/promotion/promotion-state";
import { NOW, range } from "./coordination-samples";
import { candidateOf, candidateRecordOf } from "./promotion-samples";

export interface CandidateLogContract {
  readonly name: string;
  /** A log without any step. */
  readonly create: () => CandidateLog | Promise<CandidateLog>;
}

/** The contract of the `CandidateLog` port. Every adapter's test is one call. */
export function describeCandidateLog({ name, create }: CandidateLogContract): void {
  describe(`CandidateLog: ${name}`, () => {
    it("should know nothing of a model without a candidate, nor of a candidate that nobody heard of", async () => {
      const log = await create();
      await log.record(candidateRecordOf());
      expect(await log.list("weather", 10)).toEqual([]);
      expect(await log.read("flights", candidateOf(2).id)).toEqual([]);
    });

    it("should give back a step as it was recorded", async () => {
      const log = await create();
      await log.record(candidateRecordOf());
      expect(await log.list("flights", 10)).toEqual([candidateRecordOf()]);
      expect(await log.read("flights", candidateOf(1).id)).toEqual([candidateRecordOf()]);
    });

    it("should replace what was kept of a step by what is recorded of it later, and nothing else", async () => {
      const log = await create();
      const [first, second] = [candidateRecordOf({ number: 3 }), candidateRecordOf({ number: 4 })];
      const later = { ...first, approvedBy: ["erased"], by: "erased" };
      for (const record of [first, second, first, later, later]) await log.record(record);
      expect(await log.read("flights", candidateOf(1).id)).toEqual([later, second]);
    });

    it("should read the steps of one candidate alone, oldest first, in whatever order they were recorded", async () => {
      const log = await create();
      const numbers = range(230);
      const recordOf = (n: number) => candidateRecordOf({ candidate: candidateOf(n % 2), number: n, at: NOW + 230 - n });
      await Promise.all(numbers.map((n) => log.record(recordOf((n * 37) % 230))));
      const read = await log.read("flights", candidateOf(1).id);
      expect(read).toEqual(numbers.filter((n) => n % 2 === 1).map(recordOf));
    });

    it("should tell candidates of one moment apart, even if one's id begins with the other's", async () => {
      const log = await create();
      const ids = ["candidate/flights/delays-1", "candidate/flights/delays-10", "candidate/flights/delays-1-1"];
      const records = ids.map((id, number) => candidateRecordOf({ candidate: candidateOf(1, { id }), number }));
      for (const record of records) await log.record(record);
      for (const [number, id] of ids.entries()) expect(await log.read("flights", id)).toEqual([records[number]]);
    });

    it("should list those registered last first, of one the newest step first, and no more than asked for", async () => {
      // Arrange
      const log = await create();
      const shuffled = range(130).map((n) => (n * 37) % 130);
      const recordOf = (n: number) => candidateRecordOf({ candidate: candidateOf(Math.floor(n / 2)), number: n, at: NOW - n });
      await Promise.all(shuffled.map((n) => log.record(recordOf(n))));

      // Act
      const lists = await Promise.all([0, 1, 7, 130, 1_000].map((limit) => log.list("flights", limit)));

      // Assert
      const newest = range(130).reverse();
      expect(lists.map(numbersOf)).toEqual([0, 1, 7, 130, 130].map((limit) => newest.slice(0, limit)));
    });

    it("should list an early candidate after a late one, whatever their digits", async () => {
      const log = await create();
      for (const [number, registeredAt] of [9, NOW, 8.64e15, 0, 10].entries()) {
        await log.record(candidateRecordOf({ candidate: candidateOf(number, { registeredAt }), number }));
      }
      const listed = (await log.list("flights", 9)).map(({ candidate }) => candidate.registeredAt);
      expect(listed).toEqual([8.64e15, NOW, 10, 9, 0]);
    });

    it("should keep models apart, even if one's name begins with the other's", async () => {
      const log = await create();
      const idOf = (model: string) => `candidate/${model}/delays-1`;
      const recordOf = (model: string) => candidateRecordOf({ candidate: candidateOf(1, { id: idOf(model), model }) });
      const models = ["flights", "flights-2", "flight"];
      for (const model of models) await log.record(recordOf(model));
      for (const model of models) expect(await log.list(model, 10)).toEqual([recordOf(model)]);
      for (const model of models) expect(await log.read(model, idOf(model))).toEqual([recordOf(model)]);
    });

    it("should hold a step with 500 checks as it is", async () => {
      const log = await create();
      const [check] = candidateRecordOf().checks ?? [];
      const checks = range(500).flatMap((n) => (check === undefined ? [] : [{ ...check, subject: `accuracy where gate is ${n}` }]));
      await log.record(candidateRecordOf({ checks }));
      expect(await log.list("flights", 1)).toEqual([candidateRecordOf({ checks })]);
    });
  });
}

function numbersOf(records: readonly CandidateRecord[]): number[] {
  return records.map(({ number }) => number);
}
