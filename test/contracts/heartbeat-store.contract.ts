import { HEARTBEATS, type HeartbeatStore } from "../../functions/core/schedules/heartbeats";
import type { Heartbeats } from "../../functions/core/schedules/schedule-settings";
import { range } from "./coordination-samples";

export interface HeartbeatStoreContract {
  readonly name: string;
  /** A store without a record. */
  readonly create: () => HeartbeatStore | Promise<HeartbeatStore>;
  /** A second writer on the store that was created last, as another instance of a function is one. */
  readonly reopen?: () => HeartbeatStore;
}

/** The contract of the store of the watched schedules. Every adapter's test is one call. */
export function describeHeartbeatStore({ name, create, reopen }: HeartbeatStoreContract): void {
  describe(`watched schedules: ${name}`, () => {
    it("should know nothing before the first sweep", async () => {
      const store = await create();

      expect(await store.load(HEARTBEATS)).toBeUndefined();
    });

    it("should give back what was saved, to every instance, and refuse an older version", async () => {
      // Arrange
      const store = await create();
      const other = reopen?.() ?? store;

      // Act
      const saved = [
        await store.save(HEARTBEATS, heartbeatsOf(2), 0),
        await other.save(HEARTBEATS, heartbeatsOf(3), 1),
        await store.save(HEARTBEATS, heartbeatsOf(4), 1),
      ];

      // Assert
      expect(saved).toEqual([true, true, false]);
      expect(await other.load(HEARTBEATS)).toEqual({ state: heartbeatsOf(3), version: 2 });
    });

    it("should hold a thousand schedules, and none", async () => {
      const store = await create();

      await store.save(HEARTBEATS, heartbeatsOf(1_000), 0);
      expect((await store.load(HEARTBEATS))?.state).toEqual(heartbeatsOf(1_000));
      await store.save(HEARTBEATS, { schedules: [] }, 1);
      expect((await store.load(HEARTBEATS))?.state).toEqual({ schedules: [] });
    });
  });
}

/** Schedules of which every other one has fired. */
function heartbeatsOf(count: number): Heartbeats {
  const schedules = range(count).map((index) => ({
    model: `model-${index}`,
    name: "nightly",
    cron: `${index % 60} 2 * * 1-5`,
    timeZone: "Europe/Berlin",
    since: 1_763_700_000_000 + index,
    ...(index % 2 === 0 && { settled: 1_763_700_060_000 }),
  }));
  return { schedules };
}
