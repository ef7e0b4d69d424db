import { Cron } from "croner";
import fc from "fast-check";
import { cronText } from "../../../functions/core/schedules/cron-dialects";
import { fireOf, lastFireBefore } from "../../../functions/core/schedules/last-fire";
import { cronExpression, readCron } from "../../../functions/core/schedules/timing";
import { cronTextArbitrary, wallTextOf } from "./random-schedules";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe("lastFireBefore", () => {
  it("should be the run before that croner knows, in UTC", () => {
    const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });

    fc.assert(
      fc.property(cronTextArbitrary(), instant, (text, now) => {
        const read = readCron(text);
        fc.pre(read.isValid);
        const fire = lastFireBefore(cronExpression(text), "UTC", now);

        const oracle = new Cron(cronText(cronExpression(text)), { utcOffset: 0, mode: "5-part" });
        expect(fire).toBeLessThanOrEqual(now);
        expect(oracle.nextRun(new Date(Number(fire) - 1))?.getTime()).toBe(fire);
        expect(oracle.nextRun(new Date(Number(fire)))?.getTime()).toBeGreaterThan(now);
      }),
    );
  });

  it("should go by the clock of the zone around its changes: once at a repeated time, not at one left out", () => {
    const transition = fc.constantFrom(...TRANSITIONS);
    const shift = fc.integer({ min: -30 * 60, max: 30 * 60 });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 });
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 });

    fc.assert(
      fc.property(transition, shift, hours, minutes, ([timeZone, at], minutesFrom, hour, minute) => {
        const now = Date.parse(at) + minutesFrom * MINUTE_MS + 12_345;
        const cron = cronExpression(`${minute} ${hour} * * *`);

        expect(shownTime(lastFireBefore(cron, timeZone, now))).toBe(shownTime(lastShown(timeZone, now, hour, minute)));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["Europe/Berlin", "30 2 * * *", "2026-03-29T10:00Z", "2026-03-28T01:30:00.000Z", "leaves out what a spring leaves out"],
    ["Europe/Berlin", "30 2 * * *", "2026-10-25T00:45Z", "2026-10-25T00:30:00.000Z", "fires at the first of two equal times"],
    ["Europe/Berlin", "30 2 * * *", "2026-10-25T01:45Z", "2026-10-25T00:30:00.000Z", "fires once at two equal times"],
    ["Pacific/Apia", "0 12 * * *", "2011-12-31T05:00Z", "2011-12-30T22:00:00.000Z", "knows a day that there was not"],
    ["Asia/Kathmandu", "0 0 * * *", "2026-11-21T00:00Z", "2026-11-20T18:15:00.000Z", "knows offsets of quarters of hours"],
    ["UTC", "0 0 29 2 *", "2026-11-21T00:00Z", "2024-02-29T00:00:00.000Z", "looks back over years"],
    ["UTC", "0 0 29 2 *", "2104-02-28T00:00Z", "2096-02-29T00:00:00.000Z", "looks back over a century's year"],
    ["UTC", "0 0 * * *", "2026-11-21T00:00Z", "2026-11-21T00:00:00.000Z", "takes the very minute"],
  ])("%s, %s at %s: %s, as it %s", (timeZone, text, now, expected) => {
    expect(shownTime(lastFireBefore(cronExpression(text), timeZone, Date.parse(now)))).toBe(expected);
  });

  it("should throw for a zone that this machine does not know", () => {
    expect(() => lastFireBefore(cronExpression("@daily"), "Mars/Olympus", 0)).toThrow(RangeError);
  });
});

describe("fireOf", () => {
  const nightly = cronExpression("30 2 * * *");
  const due = Date.UTC(2026, 10, 21, 2, 30);

  it.each([
    ["on time", 1_000],
    ["by a clock that is a little slow", -4_000],
    ["after some tries", 3 * MINUTE_MS],
  ])("should be the fire that was sent %s", (_case, lateMs) => {
    expect(fireOf(nightly, "UTC", due + lateMs, 15 * MINUTE_MS)).toBe(due);
  });

  it("should be a minute of its own when it is of no fire", () => {
    expect(fireOf(nightly, "UTC", due + 5 * HOUR_MS + 59_000, 15 * MINUTE_MS)).toBe(due + 5 * HOUR_MS);
  });
});

// Helpers

/** Instants at which a zone's clock is put forward or back. */
const TRANSITIONS: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["Antarctica/Troll", "2026-10-25T01:00Z"],
  ["America/Havana", "2025-11-02T05:00Z"],
  ["Asia/Beirut", "2025-10-25T21:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
];

function shownTime(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

/** Minute by minute: the last one that the wall shows for the first time. */
function lastShown(timeZone: string, now: number, hours: readonly number[], minutes: readonly number[]): number | undefined {
  const wall = wallTextOf(timeZone);
  for (let at = now - (now % MINUTE_MS); at > now - 80 * HOUR_MS; at -= MINUTE_MS) {
    const shown = wall(at);
    const [hour, minute] = [Number(shown.slice(11, 13)), Number(shown.slice(14, 16))];
    if (!hours.includes(hour) || !minutes.includes(minute)) continue;
    const isRepeated = [30, 60, 120].some((back) => wall(at - back * MINUTE_MS) === shown);
    if (!isRepeated) return at;
  }
  return undefined;
}
