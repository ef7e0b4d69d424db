import type { DriftState } from "../../functions/core/drift/drift-state";
import type { VersionedStore } from "../../functions/core/versioned-store";
import { range } from "./coordination-samples";
import { driftStateOf, fullDriftState, wideDriftState } from "./drift-samples";

export interface DriftHistoryStoreContract {
  readonly name: string;
  /** A store without any history. */
  readonly create: () => VersionedStore<DriftState> | Promise<VersionedStore<DriftState>>;
  /** A second writer on the histories of the store that was created last, as another instance of a function is one. */
  readonly reopen?: () => VersionedStore<DriftState>;
}

/** The contract of the store of drift histories. Every adapter's test is one call. */
export function describeDriftHistoryStore({ name, create, reopen }: DriftHistoryStoreContract): void {
  describe(`drift histories: ${name}`, () => {
    async function writers() {
      const store = await create();
      return { store, other: reopen?.() ?? store };
    }

    it("should know nothing of a model without a report", async () => {
      const { store } = await writers();
      expect(await store.load("flights")).toBeUndefined();
    });

    it("should give back what was saved, to every instance", async () => {
      const { store, other } = await writers();
      expect(await store.save("flights", fullDriftState(), 0)).toBe(true);
      expect(await other.load("flights")).toEqual({ state: fullDriftState(), version: 1 });
    });

    it("should replace the whole, so that what was left out is gone", async () => {
      const { store, other } = await writers();
      await store.save("flights", fullDriftState(), 0);
      expect(await other.save("flights", driftStateOf(1), 1)).toBe(true);
      expect(await store.load("flights")).toEqual({ state: driftStateOf(1), version: 2 });
    });

    it.each([
      ["a first save when there is a history", 0],
      ["an older version", 1],
      ["a version that is yet to come", 3],
    ])("should refuse %s, and keep what is there", async (_, version) => {
      // Arrange
      const { store, other } = await writers();
      await store.save("flights", driftStateOf(1), 0);
      await store.save("flights", driftStateOf(2), 1);

      // Act
      const isSaved = await other.save("flights", driftStateOf(9), version);

      // Assert
      expect(isSaved).toBe(false);
      expect(await other.load("flights")).toEqual({ state: driftStateOf(2), version: 2 });
    });

    it("should let exactly one of 16 savers win each version, whether or not they save the same", async () => {
      const { store, other } = await writers();
      for (const version of range(4)) {
        const stateFor = (n: number) => driftStateOf(version % 2 === 0 ? n : version);
        const saved = await Promise.all(range(16).map((n) => (n % 2 === 0 ? store : other).save("flights", stateFor(n), version)));
        expect(saved.filter(Boolean)).toHaveLength(1);
        expect(await store.load("flights")).toEqual({ state: stateFor(saved.indexOf(true)), version: version + 1 });
      }
    });

    it("should keep models apart, even if one's name begins with the other's", async () => {
      const { store, other } = await writers();
      const models = ["flights", "flights-2", "flight", "flights#state"];
      for (const [n, model] of models.entries()) expect(await store.save(model, driftStateOf(n), 0)).toBe(true);
      for (const [n, model] of models.entries()) expect(await other.load(model)).toEqual({ state: driftStateOf(n), version: 1 });
    });

    it("should hold 2,000 features that all drifted in each of 19 windows, as the last 10 are judged with", async () => {
      const { store, other } = await writers();
      const wide = wideDriftState(2_000, 19);
      expect(await store.save("flights", wide, 0)).toBe(true);
      expect(await other.load("flights")).toEqual({ state: wide, version: 1 });
    });
  });
}
