import { alarmKey, TELLING_RETENTION_MS, type ToldStore, tellingKey } from "../../functions/core/notices/chats/telling";
import { range } from "./coordination-samples";

export interface ToldStoreContract {
  readonly name: string;
  /** A store without a record. */
  readonly create: () => ToldStore | Promise<ToldStore>;
  /** A second writer on the store that was created last, as another instance of a function is one. */
  readonly reopen?: () => ToldStore;
  /** When each of its records may be removed, epoch milliseconds. @default - the store forgets nothing by itself */
  readonly expiries?: () => Promise<readonly number[]>;
}

const NOW = 1_795_262_400_000;
const KEY = tellingKey("slack", "data/flights/12#ask");
/** As long as an id may be, of the characters that take the most room. */
const LONGEST_ID = "ʬ界🛫".repeat(50);

/** The contract of the `ToldStore` port. Every adapter's test is one call. */
export function describeToldStore({ name, create, reopen, expiries }: ToldStoreContract): void {
  describe(`ToldStore: ${name}`, () => {
    async function writers() {
      const store = await create();
      return { store, other: reopen?.() ?? store };
    }

    it("should know nothing of what nobody told", async () => {
      const { store } = await writers();
      expect(await store.load(KEY)).toBeUndefined();
    });

    it("should let exactly one of 16 claim a telling", async () => {
      const { store, other } = await writers();

      const claims = await Promise.all(range(16).map((n) => (n % 2 === 0 ? store : other).save(KEY, { claimedUntil: NOW }, 0)));

      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await other.load(KEY)).toEqual({ state: { claimedUntil: NOW }, version: 1 });
    });

    it("should say to every instance that it was told, and when", async () => {
      const { store, other } = await writers();
      await store.save(KEY, { claimedUntil: NOW + 1_000 }, 0);

      expect(await store.save(KEY, { claimedUntil: NOW + 1_000, toldAt: NOW }, 1)).toBe(true);

      expect(await other.load(KEY)).toEqual({ state: { claimedUntil: NOW + 1_000, toldAt: NOW }, version: 2 });
      expect(await other.save(KEY, { claimedUntil: NOW + 5_000 }, 1)).toBe(false);
    });

    it("should keep the newest change of an alarm, apart from what chats are told", async () => {
      const { store, other } = await writers();
      const state = { claimedUntil: NOW, newest: { at: NOW - 1_000, isOver: true } };

      expect(await store.save(alarmKey(LONGEST_ID), state, 0)).toBe(true);

      expect(await other.load(alarmKey(LONGEST_ID))).toEqual({ state, version: 1 });
      expect(await other.load(tellingKey("slack", LONGEST_ID))).toBeUndefined();
    });

    it("should keep chats and messages apart, whatever the ids are", async () => {
      const { store, other } = await writers();
      const keys = ["1", "1/2", "..", "__1__", "a b#c", LONGEST_ID, `${LONGEST_ID.slice(1)}.`].flatMap((id) => [
        tellingKey("slack", id),
        tellingKey("teams", id),
      ]);

      for (const [n, key] of keys.entries()) expect(await store.save(key, { claimedUntil: NOW + n }, 0)).toBe(true);

      for (const [n, key] of keys.entries()) expect((await other.load(key))?.state).toEqual({ claimedUntil: NOW + n });
    });

    const itIfItExpires = expiries === undefined ? it.skip : it;
    itIfItExpires("should name the time from when a record may be removed, which a later telling defers", async () => {
      const { store } = await writers();

      await store.save(KEY, { claimedUntil: NOW }, 0);
      expect(await expiries?.()).toEqual([NOW + TELLING_RETENTION_MS]);

      await store.save(KEY, { claimedUntil: NOW, toldAt: NOW + 60_000 }, 1);
      expect(await expiries?.()).toEqual([NOW + 60_000 + TELLING_RETENTION_MS]);
    });
  });
}
