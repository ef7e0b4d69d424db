import type { PromotionStore } from "../../functions/core/promotion/ports";
import { range } from "./coordination-samples";
import { candidateOf, fullPromotion, promotionStateOf } from "./promotion-samples";

export interface PromotionStoreContract {
  readonly name: string;
  /** A store without any state. */
  readonly create: () => PromotionStore | Promise<PromotionStore>;
  /** A second writer on the states of the store that was created last. @default - the store is for one process at a time */
  readonly reopen?: () => PromotionStore;
}

/** The contract of the `PromotionStore` port. Every adapter's test is one call. */
export function describePromotionStore({ name, create, reopen }: PromotionStoreContract): void {
  describe(`PromotionStore: ${name}`, () => {
    async function writers() {
      const store = await create();
      return { store, other: reopen?.() ?? store };
    }

    it("should know nothing of a model without a candidate", async () => {
      const { store } = await writers();
      expect(await store.load("flights")).toBeUndefined();
      expect(await store.loadAll(["flights"])).toEqual([{ status: "fulfilled", value: undefined }]);
    });

    it("should give back what was saved, to every instance, alone and among others", async () => {
      const { store, other } = await writers();
      expect(await store.save("flights", fullPromotion(), 0)).toBe(true);
      const value = { state: fullPromotion(), version: 1 };
      expect(await other.load("flights")).toEqual(value);
      const all = await other.loadAll(["weather", "flights"]);
      expect(all).toEqual([undefined, value].map((value) => ({ status: "fulfilled", value })));
    });

    it("should replace the whole state, so that what was left out is gone", async () => {
      const { store, other } = await writers();
      await store.save("flights", fullPromotion(), 0);
      expect(await other.save("flights", promotionStateOf(1), 1)).toBe(true);
      expect(await store.load("flights")).toEqual({ state: promotionStateOf(1), version: 2 });
    });

    it.each([
      ["a first save when there is a state", 0],
      ["an older version", 1],
      ["a version that is yet to come", 3],
    ])("should refuse %s, and keep what is there", async (_, version) => {
      // Arrange
      const { store, other } = await writers();
      await store.save("flights", promotionStateOf(1), 0);
      await store.save("flights", promotionStateOf(2), 1);

      // Act
      const isSaved = await other.save("flights", promotionStateOf(9), version);

      // Assert
      expect(isSaved).toBe(false);
      expect(await other.load("flights")).toEqual({ state: promotionStateOf(2), version: 2 });
    });

    it("should keep models apart, even if one's name begins with the other's", async () => {
      const { store, other } = await writers();
      const models = ["flights", "flights-2", "flight"];
      for (const [n, model] of models.entries()) expect(await store.save(model, promotionStateOf(n), 0)).toBe(true);
      for (const [n, model] of models.entries())
        expect(await other.load(model)).toEqual({ state: promotionStateOf(n), version: 1 });
    });

    it("should hold as many ended candidates, and as much left to do, as a model can have", async () => {
      const { store, other } = await writers();
      const ended = range(200).map((n) => ({ candidateId: candidateOf(n).id, outcome: "superseded" as const, registeredAt: n }));
      const { outbox } = fullPromotion();
      const large = { ...fullPromotion(), ended, outbox: range(200).flatMap((n) => outbox.map((one) => ({ ...one, number: n }))) };
      expect(await store.save("flights", large, 0)).toBe(true);
      expect(await other.load("flights")).toEqual({ state: large, version: 1 });
    });

    if (reopen === undefined) return;

    it("should let exactly one of 16 savers win each version, whether or not they save the same", async () => {
      const { store, other } = await writers();
      for (const version of range(4)) {
        const stateFor = (n: number) => promotionStateOf(version % 2 === 0 ? n : version);
        const saved = await Promise.all(range(16).map((n) => (n % 2 === 0 ? store : other).save("flights", stateFor(n), version)));
        expect(saved.filter(Boolean)).toHaveLength(1);
        expect(await store.load("flights")).toEqual({ state: stateFor(saved.indexOf(true)), version: version + 1 });
      }
    });
  });
}
