import { WINDOW_MS } from "../../../../functions/core/promotion/rollout/evidence/counted-window";
import type { Observation } from "../../../../functions/core/promotion/rollout/observation";
import type { SeenWindow } from "../../../../functions/core/promotion/rollout/ports";
import { BEHIND, changedBy, counting, type Followed, following, fresh, ordered, REACHED, SERVING, started } from "./rollout-states";

const DAY_MS = 86_400_000;
const BUSY = 20_000;
const QUOTA: Observation = { is: "stepped", result: { is: "over-quota", why: "no instances are left" } };

describe("windows that are read at once, after turns that were missed", () => {
  it("should go back by a failure in the last of them, though the first would let it go forward", () => {
    const followed = atOnce(started(), 40, (index) => [19_000, 1_000, 190, index < 30 ? 10 : 600]);

    expect(followed.rollout).toMatchObject({ ending: { outcome: "rolled-back" }, toward: { is: "back" } });
  });

  it("should not remove the champion after a calm bake that ended in a total failure", () => {
    const followed = atOnce(baking(), 40, (index) => [0, BUSY, 0, index < 24 ? 200 : 19_000]);

    expect(followed.rollout.toward).toEqual({ is: "verify" });
  });

  it("should go forward by none at a share that is not the intended one", () => {
    const followed = atOnce(started(), 40, () => [10_000, 10_000, 100, 100]);
    const held = following(
      atOnce(following(started(), ordered("hold")), 40, () => [10_000, 10_000, 100, 100]),
      ordered("continue"),
    );
    const later = atOnce(held, 1, () => [10_000, 10_000, 100, 100]);

    for (const { rollout } of [followed, later]) expect(rollout).toMatchObject({ repeats: true, toward: rollout.at });
  });
});

describe("a hold that only a person ends", () => {
  it("should outlast a change by hand, an hour without counts, and an endpoint that was lost", () => {
    const held = following(started(), ordered("hold"), changedBy("60% to the candidate"));
    const without = following(uncounted(held, 14), { is: "sighted", sighting: { is: "lost", why: "it failed" } }, REACHED);

    const counted = counting(without, 60, { percent: 5, requests: BUSY });

    expect(counted.rollout.hold?.reason).toBe("person");
    expect(counted.rollout.toward).toBeUndefined();
  });

  it.each([
    ["of a wrong share", () => wrongShareTwice(), 50],
    ["of alarms that return", () => alarmedAgain(), 100],
    ["of a change by hand", () => following(started(), changedBy("60% to the candidate")), 5],
  ] as const)("should outlast a night without counts where it is %s", (_what, prepared, percent) => {
    const night = uncounted(prepared(), 14);

    const counted = counting(night, 60, { percent, requests: BUSY });

    expect(counted.rollout.hold).toEqual(prepared().rollout.hold);
    expect(counted.rollout.toward).toBeUndefined();
  });

  it("should outlast a verification, which puts the champion back all the same", () => {
    const alarmed = counting(following(baking(), ordered("hold")), 10, { percent: 100, requests: BUSY, rateB: 0.1 });
    const same = counting(following(alarmed, REACHED), 60, { percent: 50, requests: BUSY });

    expect(alarmed.rollout).toMatchObject({ toward: { is: "verify" }, hold: { reason: "person" } });
    expect(same.rollout).toMatchObject({ at: { is: "verify" }, hold: { reason: "person" } });
    expect(same.rollout.toward).toBeUndefined();
  });

  it("should be told once, whatever else is wrong for a day", () => {
    let changed = following(counting(started(), 3, { percent: 5 }), changedBy("somebody's own model"));
    let full = following(counting(started(), 200, { percent: 5, requests: BUSY }), BEHIND, QUOTA);
    const told = [changed.steps.length, full.steps.length];

    for (let window = 0; window < 288; window++) {
      changed = following(uncounted(changed, 1), changedBy("somebody's own model"));
      full = following(uncounted(full, 1), BEHIND, QUOTA);
    }

    expect([changed.steps.length, full.steps.length]).toEqual(told);
  });

  it("should begin the bake again where a person answers alarms, by windows that are counted from then on", () => {
    const asking = alarmedAgain();
    const going = following(asking, ordered("continue"));
    const again = asking.rollout.windows.map(({ at, nB, xB }) => ({ at, candidate: { requests: nB, errors: xB } }));

    const read = following(going, { is: "counted", windows: again, until: going.now });

    expect([going.rollout.since, going.rollout.readUntil]).toEqual([going.now, undefined]);
    expect(read.rollout.windows).toEqual([]);
  });
});

describe("a way back that somebody's change holds", () => {
  it("should be made where a person says so, over the change", () => {
    const late = following(started(), { is: "withdrawn", outcome: "superseded", why: "a later one came" }, changedBy("60%"));

    const told = following(late, ordered("rollback"), changedBy("60%"));

    expect(late.rollout.hold?.reason).toBe("changed");
    expect(told.rollout).toMatchObject({ ending: { outcome: "rolled-back" }, overrides: true });
    expect(told.rollout.hold).toBeUndefined();
  });
});

describe("the deadline", () => {
  it.each([
    ["the account's limits", QUOTA],
    ["a cloud that refuses it", { is: "stepped", result: { is: "refused", why: "no" } }],
    ["an endpoint that is busy", { is: "stepped", result: { is: "busy", why: "it is being updated" } }],
  ] as const)("should give up what never came to its first share, for %s", (_what, stepped) => {
    const before = following(fresh(), SERVING, BEHIND, stepped);

    const late = following({ ...before, now: before.now + 8 * DAY_MS }, BEHIND);

    expect(late.rollout).toMatchObject({ ending: { outcome: "given-up" }, toward: { is: "back" } });
  });

  it("should not end what a person holds, before its start or after", () => {
    const unstarted = following(fresh(), ordered("hold"));
    const held = following(started(), ordered("hold"));
    const eightDays = (followed: Followed): Followed => ({ ...followed, now: followed.now + 8 * DAY_MS });

    expect(following(eightDays(unstarted), SERVING).end).toBeUndefined();
    expect(following(eightDays(held), REACHED).rollout.ending).toBeUndefined();
  });
});

describe("what was not counted", () => {
  it("should let no shadow be left without a request of the candidate", () => {
    const windows = Array.from({ length: 40 }, (_, index) => ({
      at: windowAfter(started().now, index),
      champion: { requests: 2_000, errors: 20 },
    }));
    const before = started({ shadowWindows: 12 });

    const followed = following(
      { ...before, now: before.now + DAY_MS / 2 },
      { is: "counted", windows, until: before.now + DAY_MS / 2 },
    );

    expect(followed.rollout.toward).toBeUndefined();
  });

  it("should make nobody wait for a latency that only an empty window has", () => {
    const before = started();
    const empty = { at: windowAfter(before.now, 0), champion: { requests: 0, errors: 0 }, candidate: { requests: 0, errors: 0 } };
    const first = following(
      { ...before, now: before.now + 10 * WINDOW_MS },
      { is: "counted", windows: [empty], until: before.now },
    );

    expect(counting(first, 200, { percent: 5, requests: BUSY }).rollout.toward).toEqual({ is: "stage", index: 1 });
  });

  it("should hold no evidence up where a business value is beyond all bounds", () => {
    let followed = started();
    for (let index = 0; index < 40 && followed.rollout.toward === undefined; index++) {
      const at = windowAfter(started().now, index);
      const champion = { requests: 19_000, errors: 190, business: index % 2 === 0 ? 1e300 : -1e300 };
      const window = { at, champion, candidate: { requests: 1_000, errors: 900, business: 1e300 } };
      followed = following({ ...followed, now: at + 2 * WINDOW_MS }, { is: "counted", windows: [window], until: at + WINDOW_MS });
    }

    expect(followed.rollout.ending?.outcome).toBe("rolled-back");
  });
});

describe("a clock that was a day ahead when the traffic arrived", () => {
  it("should keep no window from being counted", () => {
    const before = started();
    const ahead: Followed = { ...before, rollout: { ...before.rollout, since: before.now + DAY_MS } };

    expect(counting(ahead, 200, { percent: 5, requests: BUSY }).rollout.toward).toEqual({ is: "stage", index: 1 });
  });
});

describe("what a cloud tells", () => {
  it("should be cut, so that the state can be saved", () => {
    const failed = { is: "behind", step: "deploy", isSafe: false, failed: "x".repeat(50_000) } as const;
    const before = following(fresh(), SERVING, BEHIND, { is: "stepped", result: { is: "taken", did: "deploy" }, failed: "x" });

    const back = following(before, { is: "sighted", sighting: failed });
    const held = following(started(), { is: "sighted", sighting: { is: "lost", why: "y".repeat(50_000) } });

    for (const why of [back.rollout.ending?.why, back.steps.at(-1)?.why, held.rollout.hold?.why]) {
      expect(why?.length).toBeLessThanOrEqual(1_000);
    }
  });

  it("should be remembered once, however often a person changes where the traffic is to go", () => {
    let followed = following(fresh(), SERVING);

    for (let times = 0; times < 30; times++) followed = following(followed, ordered("promote"));

    expect(followed.rollout.abandoned?.length).toBeLessThanOrEqual(2);
  });
});

// Helpers

function windowAfter(now: number, index: number): number {
  return Math.floor(now / WINDOW_MS) * WINDOW_MS + (index + 1) * WINDOW_MS;
}

/** So many windows are read at once. */
function atOnce(before: Followed, count: number, of: (index: number) => readonly [number, number, number, number]): Followed {
  const windows = Array.from({ length: count }, (_, index): SeenWindow => {
    const [nA, nB, xA, xB] = of(index);
    const champion = nA === 0 ? {} : { champion: { requests: nA, errors: xA } };
    return { at: windowAfter(before.now, index), ...champion, candidate: { requests: nB, errors: xB } };
  });
  const until = windowAfter(before.now, count);
  return following({ ...before, now: until + 240_000 }, { is: "counted", windows, until });
}

/** So many windows pass without a count. */
function uncounted(before: Followed, count: number): Followed {
  let followed = before;
  for (let window = 0; window < count; window++) {
    const until = windowAfter(followed.now, 0);
    followed = following({ ...followed, now: until + 240_000 }, { is: "counted", windows: [], until });
  }
  return followed;
}

function baking(): Followed {
  let followed = started();
  for (const percent of [5, 25, 50]) followed = following(counting(followed, 200, { percent, requests: BUSY }), REACHED);
  return followed;
}

function alarmedAgain(): Followed {
  let followed = baking();
  for (let verifies = 0; verifies < 4; verifies++) {
    followed = counting(followed, 10, { percent: 100, requests: BUSY, rateB: 0.1 });
    if (followed.rollout.hold !== undefined) break;
    followed = following(counting(following(followed, REACHED), 60, { percent: 50, requests: BUSY }), REACHED);
  }
  return followed;
}

function wrongShareTwice(): Followed {
  const wrong = counting(started(), 10, { percent: 50, requests: BUSY });
  return counting(following(wrong, REACHED), 10, { percent: 50, requests: BUSY });
}
