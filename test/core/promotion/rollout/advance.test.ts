import { WINDOW_MS } from "../../../../functions/core/promotion/rollout/evidence/counted-window";
import type { Observation } from "../../../../functions/core/promotion/rollout/observation";
import { trafficAt } from "../../../../functions/core/promotion/rollout/rollout-state";
import {
  BEHIND,
  CHAMPION,
  changedBy,
  counting,
  type Followed,
  following,
  fresh,
  ordered,
  pastOf,
  REACHED,
  SERVING,
  START,
  started,
  TAKEN,
} from "./rollout-states";

const HOUR_MS = 3_600_000;

describe("the start of a rollout", () => {
  it("should fix the plan, what a rollback puts back, and say how long each stage takes", () => {
    const { rollout, steps } = following(fresh(), SERVING);

    expect(rollout).toMatchObject({
      startedAt: START,
      champion: CHAMPION,
      plan: [
        { is: "split", percent: 5 },
        { is: "split", percent: 25 },
        { is: "split", percent: 50 },
        { is: "bake", windows: 24 },
      ],
      toward: { is: "stage", index: 0 },
      high: 0.01,
    });
    const [{ rollout: record, why } = {}] = steps;
    expect(record).toMatchObject({ step: "started", target: CHAMPION });
    expect(record?.expected?.map(({ stage }) => stage)).toEqual(["5%", "25%", "50%"]);
    expect(why).toMatch(
      /^it starts with 5% to the candidate; at today's traffic an equal candidate takes about \d\.\d h: 5% \d\.\d h, /,
    );
  });

  it("should put a shadow first, and leave it after its windows, whatever small errors it has", () => {
    const shadow = started({ shadowWindows: 3 });

    const left = counting(shadow, 9, { percent: 50, rateB: 0.08 });

    expect(trafficAt(shadow.rollout.plan ?? [], shadow.rollout.at)).toEqual({ is: "shadow" });
    expect([left.rollout.windows.length, left.rollout.toward]).toEqual([3, { is: "stage", index: 1 }]);
    // Nothing was proved of its errors there.
    expect(left.steps.at(-1)?.why).toMatch(/^it did not fail grossly in the shadow: /);
  });

  it("should go back from the shadow where the candidate fails grossly", () => {
    const left = counting(started({ shadowWindows: 12 }), 9, { percent: 50, rateB: 0.9 });

    expect([left.rollout.windows.length, left.rollout.ending?.outcome]).toEqual([2, "rolled-back"]);
  });

  it("should leave out the shares that could not be decided in time, and say so", () => {
    const thin = { is: "surveyed", survey: { is: "serving", champion: CHAMPION }, history: pastOf(200, 2) } as const;

    const { rollout, steps } = following(fresh({ deadlineWindows: 200 }), thin);

    expect(rollout.plan?.map((stage) => (stage.is === "split" ? stage.percent : stage.is))).not.toContain(5);
    expect(steps[0]?.why).toContain("5% could not be decided in time and is left out");
  });

  it("should refuse what it could never decide, with the numbers, and touch no traffic", () => {
    const thin = { is: "surveyed", survey: { is: "serving", champion: CHAMPION }, history: pastOf(1, 0) } as const;

    const { end, rollout } = following(fresh(), thin);

    expect(end?.outcome).toBe("undecidable");
    expect(end?.why).toMatch(/within 168\.0 h: .*raise promotion\.rollout\.deadline/);
    expect(rollout.startedAt).toBeUndefined();
  });

  it.each([
    ["missing", "the endpoint delays is not there"],
    ["unsupported", "the endpoint delays is serverless"],
  ] as const)("should hold before an endpoint that is %s, tell it once, and start when it can", (is, why) => {
    const bad: Observation = { is: "surveyed", survey: { is, why } };

    const held = following(fresh(), bad, bad);
    const later = following(held, SERVING);

    expect(held.steps.map(({ rollout: { step, reason } }) => [step, reason])).toEqual([["held", "lost"]]);
    expect([held.rollout.startedAt, later.rollout.startedAt, later.rollout.hold]).toEqual([undefined, START, undefined]);
  });

  it("should wait for an hour of the champion's requests", () => {
    const young = { is: "surveyed", survey: { is: "serving", champion: CHAMPION }, history: pastOf(2000, 20, 11) } as const;

    const { rollout } = following(fresh(), young);

    expect(rollout.hold).toMatchObject({ reason: "uncounted", why: expect.stringContaining("in 11 windows") });
  });

  it("should give up what could not start before the deadline", () => {
    const late = { ...fresh(), now: START + 8 * 24 * HOUR_MS };

    expect(following(late, { is: "surveyed", survey: { is: "busy", why: "it is being updated" } }).end?.outcome).toBe("given-up");
  });
});

describe("the stages", () => {
  it("should take an equal candidate through every stage of the plan to all of the traffic, and remove the champion at the end", () => {
    const seen: string[] = [];
    let followed = started();
    for (const percent of [5, 25, 50, 100]) {
      followed = counting(followed, 200, { percent });
      seen.push(JSON.stringify(trafficAt(followed.rollout.plan ?? [], followed.rollout.toward ?? { is: "before" })));
      followed = following(followed, BEHIND, TAKEN, REACHED);
    }

    expect(seen).toEqual([25, 50, 100].map((percent) => `{"is":"split","percent":${percent}}`).concat('{"is":"candidate"}'));
    expect(followed.end).toEqual({ outcome: "accepted", why: "every guardrail passed" });
  });

  it("should go back from a candidate with twice the errors, with the evidence and the target in the record", () => {
    const left = counting(started(), 200, { percent: 5, rateB: 0.02 });

    expect(left.rollout).toMatchObject({ ending: { outcome: "rolled-back" }, toward: { is: "back" } });
    const record = left.steps.at(-1);
    expect(record?.rollout).toMatchObject({ step: "back", target: CHAMPION, evidence: { by: "errors", windows: 53 } });
    expect(record?.why).toMatch(/^it fails more often than the champion: candidate 106 errors in 5,300 requests \(2\.00%\)/);
    expect(following(left, REACHED).end).toMatchObject({ outcome: "rolled-back" });
  });

  it("should judge on while the next share is under way, and go back from there", () => {
    const going = counting(started(), 200, { percent: 5 });
    const held = following(going, { is: "stepped", result: { is: "over-quota", why: "no instances" } });

    const left = counting(held, 10, { percent: 5, rateB: 0.9 });

    expect(held.rollout).toMatchObject({ hold: { reason: "quota" }, toward: { is: "stage", index: 1 } });
    expect(left.rollout).toMatchObject({ ending: { outcome: "rolled-back" }, toward: { is: "back" } });
    expect(left.rollout.abandoned).toEqual([{ is: "split", percent: 25 }]);
  });

  it("should never go forward while it is held, and back all the same", () => {
    const held = following(started(), ordered("hold"));

    const long = counting(held, 60, { percent: 5 });
    const worse = counting(long, 60, { percent: 5, rateB: 0.9 });

    expect([long.rollout.toward, long.rollout.windows.length]).toEqual([undefined, 60]);
    expect(worse.rollout.ending?.outcome).toBe("rolled-back");
  });

  it("should take no window for zero that was not counted, and tell after an hour without any", () => {
    const before = started();
    const later = { ...before, now: before.now + 2 * HOUR_MS };

    const none = following(later, { is: "counted", windows: [{ at: START + WINDOW_MS }], until: START + HOUR_MS });
    const withoutErrors = { at: START + WINDOW_MS, champion: { requests: 9 }, candidate: { requests: 1, errors: 0 } };
    const half = following(later, { is: "counted", windows: [withoutErrors], until: START + HOUR_MS });

    expect([none.rollout.windows, half.rollout.windows]).toEqual([[], []]);
    expect(none.rollout.hold?.reason).toBe("uncounted");
  });

  it("should take the newest numbers of a window that is read again", () => {
    const before = started();
    const at = START + WINDOW_MS;
    const read = (errors: number): Observation => ({
      is: "counted",
      windows: [{ at, champion: { requests: 1900, errors }, candidate: { requests: 100, errors: 1 } }],
      until: at + WINDOW_MS,
    });

    const twice = following({ ...before, now: at + 3 * WINDOW_MS }, read(2), read(19));

    expect(twice.rollout.windows).toEqual([{ at, nA: 1900, nB: 100, xA: 19, xB: 1 }]);
  });

  it("should give up at the deadline by the clock, though nothing was counted", () => {
    const before = started();

    const late = following(
      { ...before, now: START + 7 * 24 * HOUR_MS + 1 },
      { is: "counted", windows: [], until: START + 7 * 24 * HOUR_MS },
    );

    expect(late.rollout.ending?.outcome).toBe("given-up");
  });
});

describe("the bake", () => {
  it("should put the champion back to half of the traffic after two alarms, and go back only if the comparison says so", () => {
    const baking = inBake();

    const alarmed = counting(baking, 5, { percent: 100, rateB: 0.04 });
    const verifying = following(alarmed, REACHED);
    const worse = counting(verifying, 60, { percent: 50, rateB: 0.04 });
    const same = counting(verifying, 60, { percent: 50, rateA: 0.04, rateB: 0.04 });

    expect([alarmed.rollout.toward, alarmed.rollout.verifies]).toEqual([{ is: "verify" }, 1]);
    expect(worse.rollout.ending?.outcome).toBe("rolled-back");
    expect(same.rollout.toward).toEqual({ is: "stage", index: 3 });
    expect(following(same, REACHED).rollout.high).toBeGreaterThan(0.02);
  });

  it("should ask a person at the fourth alarm, and begin again where the person lets it go on", () => {
    const asking = counting({ ...inBake(), rollout: { ...inBake().rollout, verifies: 3 } }, 5, { percent: 100, rateB: 0.04 });
    const going = following(asking, ordered("continue"));

    expect(asking.rollout.hold?.reason).toBe("alarms");
    expect([going.rollout.hold, going.rollout.verifies, going.rollout.windows]).toEqual([undefined, 0, []]);
  });
});

describe("what is seen of the endpoint", () => {
  it("should hold and ask where somebody changed it, and set it again where a person lets it go on", () => {
    const held = following(started(), changedBy("60% to the candidate"));
    const going = following(held, ordered("continue"));

    expect(held.rollout.hold).toMatchObject({ reason: "changed", why: expect.stringContaining("retrigger continue") });
    expect(going.rollout).toMatchObject({ overrides: true, toward: { is: "stage", index: 0 } });
    expect(following(going, TAKEN, REACHED).rollout.overrides).toBeUndefined();
  });

  it("should put the champion back over what somebody changed where the candidate is worse, and ask where it only gives up", () => {
    const worse = following(counting(started(), 60, { percent: 5, rateB: 0.9 }), changedBy("60% to the candidate"));
    const late = following(
      { ...started(), now: START + 8 * 24 * HOUR_MS },
      { is: "counted", windows: [], until: START + 8 * 24 * HOUR_MS },
      changedBy("another configuration"),
    );

    expect([worse.rollout.overrides, worse.rollout.hold]).toEqual([true, undefined]);
    expect([late.rollout.overrides, late.rollout.hold?.reason]).toEqual([undefined, "changed"]);
  });

  it("should make the change again where the counted share is wrong, and then hold", () => {
    const wrong = counting(started(), 12, { percent: 50 });
    const again = counting(following(wrong, TAKEN, REACHED), 12, { percent: 50 });

    expect(wrong.steps.at(-1)?.rollout.step).toBe("repeated");
    expect(wrong.rollout).toMatchObject({ repeats: true, isRepeated: true });
    expect(again.rollout.hold).toMatchObject({ reason: "share", why: expect.stringContaining("50.0% of") });
  });

  it("should go back where the change failed twice, with what the cloud says", () => {
    const failed: Observation = {
      is: "sighted",
      sighting: { is: "behind", step: "UpdateEndpoint", isSafe: true, failed: "the container does not start" },
    };
    const once = following(fresh(), SERVING, BEHIND, TAKEN, failed);
    const again = following(
      once,
      { is: "stepped", result: { is: "taken", did: "UpdateEndpoint" }, failed: "the container" },
      failed,
    );

    expect(once.rollout.ending).toBeUndefined();
    expect(again.rollout.ending).toMatchObject({ outcome: "rolled-back", why: expect.stringContaining("does not start") });
  });

  it("should hold where the endpoint is lost, and end a way back there", () => {
    const lost: Observation = { is: "sighted", sighting: { is: "lost", why: "the endpoint delays was deleted" } };

    const held = following(started(), lost);
    const ended = following(held, ordered("rollback"), lost);

    expect(held.rollout.hold?.reason).toBe("lost");
    expect(following(held, REACHED).rollout.hold).toBeUndefined();
    expect(ended.end).toMatchObject({ outcome: "rolled-back", why: expect.stringContaining("was deleted") });
  });

  it.each(["quota", "refused"] as const)(
    "should hold where the change is %s, never go forward, and go on once it is taken",
    (reason) => {
      const result =
        reason === "quota" ? ({ is: "over-quota", why: "no instances" } as const) : ({ is: "refused", why: "no" } as const);

      const held = following(fresh(), SERVING, { is: "stepped", result }, { is: "stepped", result });

      expect(held.steps.filter(({ rollout: { step } }) => step === "held")).toHaveLength(1);
      expect(following(held, TAKEN).rollout.hold).toBeUndefined();
    },
  );
});

describe("a way back", () => {
  const weightless: Observation = { is: "sighted", sighting: { is: "behind", step: "UpdateEndpoint", isSafe: true } };

  it("should tell once that the candidate gets no requests, before its removal has ended", () => {
    const back = following(started(), ordered("rollback"), BEHIND, TAKEN, weightless, TAKEN, weightless);

    expect(back.steps.map(({ rollout: { step } }) => step).slice(-2)).toEqual(["back", "safe"]);
    expect(back.steps.at(-1)?.rollout.traffic).toBe("no requests to the candidate, going to the champion alone");
    expect(following(back, REACHED).end?.outcome).toBe("rolled-back");
  });

  it("should be all that is told so: a shadow gets no answers out either way", () => {
    expect(following(started({ shadowWindows: 3 }), weightless).rollout.safeSince).toBeUndefined();
  });
});

describe("what people order", () => {
  it.each([
    ["before its start", () => fresh(), undefined],
    ["while its first share is under way", () => following(fresh(), SERVING), { is: "back" }],
    ["at a share", () => started(), { is: "back" }],
    ["in the bake", () => inBake(), { is: "back" }],
    ["while it is held", () => following(started(), changedBy("60%")), { is: "back" }],
  ] as const)("should go back %s", (_when, before, toward) => {
    const back = following(before(), ordered("rollback"));
    const left = toward === undefined ? back : following(back, REACHED);

    expect(back.rollout.toward).toEqual(toward);
    expect(left.end).toMatchObject({ outcome: "rolled-back", by: "ada (declared)", why: "a person took it back: as we say" });
  });

  it("should give all of the traffic at once where a person says so, and watch it there", () => {
    const now = following(started(), ordered("promote"));
    const early = following(fresh(), ordered("promote"), SERVING);

    expect([now.rollout.toward, now.steps.at(-1)?.by]).toEqual([{ is: "stage", index: 3 }, "ada (declared)"]);
    expect(early.rollout.plan).toEqual([{ is: "bake", windows: 24 }]);
  });

  it("should go back no more once it goes back, and keep why", () => {
    const back = following(
      counting(started(), 60, { percent: 5, rateB: 0.9 }),
      ordered("promote"),
      ordered("rollback"),
      ordered("hold"),
    );

    expect(back.rollout).toMatchObject({ ending: { why: expect.stringContaining("it fails grossly") }, toward: { is: "back" } });
    expect(back.rollout.hold).toBeUndefined();
  });
});

describe("SageMaker's own blue/green", () => {
  const native = { shift: { type: "canary" as const, percent: 10 }, waitSec: 600, alarms: ["errors"] };

  it("should be one stage, which ends the rollout", () => {
    const settings = { sagemaker: { role: "arn:aws:iam::111122223333:role/delays", namePrefix: "rt-0123abcd", native } };

    expect(started(settings).end?.outcome).toBe("accepted");
  });

  it("should end it where SageMaker went back, with its reason", () => {
    const settings = { sagemaker: { role: "arn:aws:iam::111122223333:role/delays", namePrefix: "rt-0123abcd", native } };
    const failed: Observation = {
      is: "sighted",
      sighting: { is: "behind", step: "UpdateEndpoint", isSafe: true, failed: "the alarm errors rang" },
    };

    const back = following(fresh(settings), SERVING, failed, REACHED);

    expect(back.end).toMatchObject({ outcome: "rolled-back", why: "SageMaker rolled it back: the alarm errors rang" });
  });
});

function inBake(): Followed {
  let followed = started();
  for (const percent of [5, 25, 50]) followed = following(counting(followed, 200, { percent }), REACHED);
  return followed;
}
