import type { AdaptivePolicy } from "../../../functions/core/quality/adaptive-policy";
import { stepObserved } from "../../../functions/core/quality/break-even";
import {
  candidateEnded,
  holdOutTold,
  modelServes,
  othersAwaited,
  qualityUnder,
  qualityWithoutFuture,
  trainingBegan,
  trainingEnded,
  trainingHeld,
  trainingTakenBack,
} from "../../../functions/core/quality/follow-training";
import type { QualityState } from "../../../functions/core/quality/quality-state";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 30, 12);
const POLICY: AdaptivePolicy = { price: { steps: 0.5 }, stepMs: DAY, attainable: 0.1, variance: 0.002 };
const TRAINING = { requestId: "data/churn/1", startedAt: NOW };
const ENDED = { ...TRAINING, runId: "arn:run/1", hasSucceeded: true, endedAt: NOW + 3_600_000 };

describe("qualityUnder", () => {
  it("should begin with what a backtest knows, and with the training that runs as the awaited one", () => {
    const known = qualityUnder(POLICY, undefined, [{ requestId: "data/churn/0", startedAt: 1 }, TRAINING], NOW);

    expect(known).toMatchObject({ breakEven: { attainable: 0.1, variance: 0.002, weight: 10 }, awaited: TRAINING });
  });

  it("should keep what serves, and no error, where the step is another one", () => {
    const before = { ...served(), labelledUntil: NOW, rows: 5 };

    const known = qualityUnder({ ...POLICY, stepMs: 2 * DAY, isPromoted: true }, before, [], NOW);

    expect(known).toMatchObject({ stepMs: 2 * DAY, isPromoted: true, servingSince: before.servingSince, servingRun: "arn:run/1" });
    expect(known).not.toHaveProperty("labelledUntil");
  });
});

describe("a training", () => {
  it("should be awaited and counted from its start, and serve from its end", () => {
    const began = trainingBegan(POLICY, undefined, TRAINING, NOW);
    const ended = trainingEnded(told(began, { challenger: 0.08 }), ENDED);

    expect(began).toMatchObject({ awaited: TRAINING, month: { date: "2026-11", starts: 1 } });
    expect(ended).toMatchObject({
      servingSince: ENDED.endedAt,
      servingRequest: TRAINING.requestId,
      servingRun: "arn:run/1",
      breakEven: { holdOut: 0.08, isFirst: true },
    });
    expect(ended).not.toHaveProperty("awaited");
    expect(trainingEnded(ended, ENDED)).toEqual(ended);
  });

  it("should begin a month of its own, and not bring back one that is over", () => {
    const began = trainingBegan(POLICY, undefined, TRAINING, NOW);

    expect(trainingHeld(began, { ...TRAINING, startedAt: NOW + DAY }).month).toEqual({ date: "2026-12", starts: 1 });
    expect(trainingHeld(began, { ...TRAINING, startedAt: NOW - 40 * DAY }).month).toEqual({ date: "2026-11", starts: 1 });
  });

  it("should be as if it had not been when its start is taken back", () => {
    const before = served();

    expect(trainingTakenBack(trainingHeld(before, TRAINING), TRAINING)).toEqual(before);
  });

  it("should not be awaited once it succeeded, though the clock that tells its end is behind the one of its start", () => {
    const after = trainingEnded(trainingBegan(POLICY, served(), TRAINING, NOW), { ...ENDED, endedAt: NOW - 60_000 });

    expect(after).not.toHaveProperty("awaited");
    expect(after).toMatchObject({ servingRequest: TRAINING.requestId, servingSince: NOW - 60_000 });
  });

  it("should leave another that runs as the awaited one when the wait for it is over", () => {
    const before = trainingBegan(POLICY, served(), TRAINING, NOW);
    const failed = trainingEnded(before, { ...ENDED, hasSucceeded: false });
    const older = { requestId: "manual/churn/1", startedAt: NOW - DAY, runId: "arn:run/0" };

    expect(othersAwaited(before, failed, [older]).awaited).toEqual({ requestId: "manual/churn/1", startedAt: NOW - DAY });
    expect(othersAwaited(before, failed, [])).toBe(failed);
    expect(othersAwaited(before, before, [older])).toBe(before);
    expect(othersAwaited(served(), served(), [older])).not.toHaveProperty("awaited");
  });

  it("should not be awaited once it failed, and leave the model that serves", () => {
    const before = trainingHeld(served(), { ...TRAINING, requestId: "data/churn/2" });

    const after = trainingEnded(before, { ...ENDED, requestId: "data/churn/2", hasSucceeded: false });

    expect(after).not.toHaveProperty("awaited");
    expect(after.servingSince).toBe(before.servingSince);
  });

  it("should be graded by what it cured", () => {
    const before = trainingHeld({ ...served(), breakEven: { ...served().breakEven, excessAtStart: 0.2 } }, TRAINING);
    const known = told(before, { challenger: 0.1, champion: 0.2 });

    expect(trainingEnded(known, { ...ENDED, endedAt: NOW + DAY }).breakEven.yield).toBe(0.75);
  });
});

describe("a model that promotion decides about", () => {
  const promoted = trainingHeld({ ...served(), isPromoted: true as const }, TRAINING);
  const tried = trainingEnded(told(promoted, { challenger: 0.05, champion: 0.3 }), ENDED);

  it("should not serve from the end of its run, but from its acceptance, with what its run told", () => {
    const serving = modelServes(tried, { requestId: TRAINING.requestId, version: "churn/3", since: NOW + 2 * DAY });

    expect(tried.servingSince).toBe(promoted.servingSince);
    expect(serving).toMatchObject({ servingSince: NOW + 2 * DAY, servingVersion: "churn/3", breakEven: { holdOut: 0.05 } });
    expect(serving).not.toHaveProperty("awaited");
    expect(modelServes(serving, { requestId: TRAINING.requestId, version: "churn/3", since: NOW + 2 * DAY })).toBe(serving);
  });

  it("should have cured nothing when its candidate came to nothing, once", () => {
    const after = candidateEnded(tried, TRAINING.requestId);

    expect(after.breakEven).toEqual({ ...tried.breakEven, yield: 0.5 });
    expect(after).not.toHaveProperty("awaited");
    expect(candidateEnded(after, TRAINING.requestId)).toBe(after);
  });

  it("should end the wait for the training where nobody knows which it was", () => {
    expect(modelServes(tried, { version: "churn/4", since: NOW + DAY })).not.toHaveProperty("awaited");
    expect(modelServes(tried, { requestId: "data/churn/7", since: NOW + DAY })).toHaveProperty("awaited");
  });
});

describe("holdOutTold", () => {
  const HOLD_OUT = { challenger: 0.1, champion: 0.2 };
  const began = trainingHeld({ ...served(), breakEven: { ...served().breakEven, excessAtStart: 0.2 } }, TRAINING);
  const ended = trainingEnded(began, { ...ENDED, runId: "arn:run/2" });
  const seen = { ...ended, breakEven: stepObserved(ended.breakEven, 0.3) };
  const promoted = trainingEnded({ ...began, isPromoted: true as const }, { ...ENDED, runId: "arn:run/2" });
  const held = [{ ...TRAINING, runId: "arn:run/2" }];

  it("should be kept until its model serves, by its request, or by its run in either case", () => {
    for (const [before, run, runs] of [
      [began, TRAINING.requestId, []],
      [began, "arn:run/2", held],
      [began, "ARN:Run/2", held],
      [promoted, "arn:run/2", []],
    ] as const) {
      const after = holdOutTold(before, { run, holdOut: HOLD_OUT }, runs);

      expect(after).toMatchObject({ quality: { awaited: HOLD_OUT }, training: TRAINING.requestId });
      expect("quality" in after && after.quality.breakEven).toEqual(began.breakEven);
    }
  });

  it("should come to the same before the model serves and after it, in which case it is graded once", () => {
    const before = trainingEnded(told(began, HOLD_OUT), { ...ENDED, runId: "arn:run/2" });
    const after = holdOutTold(ended, { run: "ARN:run/2", holdOut: HOLD_OUT }, []);

    expect(after).toEqual({ quality: before, training: TRAINING.requestId });
    expect(before.breakEven).toMatchObject({ yield: 0.75, holdOut: 0.1, steps: 0 });
    expect(holdOutTold(before, { run: "arn:run/2", holdOut: HOLD_OUT }, [])).toEqual({
      quality: before,
      training: TRAINING.requestId,
    });
  });

  it("should leave the first model the first where nothing served before it", () => {
    const first = trainingEnded(trainingBegan(POLICY, undefined, TRAINING, NOW), ENDED);

    const alone = holdOutTold(first, { run: TRAINING.requestId, holdOut: { challenger: 0.1 } }, []);
    const replacing = holdOutTold(first, { run: TRAINING.requestId, holdOut: HOLD_OUT }, []);

    expect(alone).toMatchObject({ quality: { breakEven: { isFirst: true, holdOut: 0.1 } } });
    expect("quality" in replacing && replacing.quality.breakEven).not.toHaveProperty("isFirst");
  });

  it.each([
    ["of a training that nobody knows", began, "arn:run/9", [], "it is of no training that is awaited or serves"],
    [
      "of the model before",
      began,
      "data/churn/8",
      [{ requestId: "data/churn/8", startedAt: 1 }],
      "another training began after it",
    ],
    ["of other errors than before", told(began, { challenger: 0.3 }), TRAINING.requestId, [], "its run told other errors before"],
    ["after labels of its model", seen, "arn:run/2", [], "labels of its model were observed before it"],
    ["after the next start", trainingHeld(ended, { requestId: "2", startedAt: NOW + DAY }), "arn:run/2", [], "another training"],
  ] as const)("should be ignored where it is %s", (_, before, run, runs, why) => {
    expect(holdOutTold(before, { run, holdOut: HOLD_OUT }, runs)).toEqual({ ignored: expect.stringContaining(why) });
  });
});

describe("qualityWithoutFuture", () => {
  it("should leave nothing that is later than now", () => {
    const known = trainingHeld(
      { ...served(), servingSince: NOW + DAY, labelledUntil: NOW + DAY },
      { ...TRAINING, startedAt: NOW + DAY },
    );
    const openStep = { from: NOW, until: NOW + DAY, coveredMs: 5, wrong: 0, rows: 1 };

    const corrected = qualityWithoutFuture({ ...known, openStep }, NOW);

    expect([corrected.servingSince, corrected.labelledUntil, corrected.awaited?.startedAt]).toEqual([NOW, NOW, NOW]);
    expect(corrected).not.toHaveProperty("openStep");
  });

  it("should count the starts of a month to come for this one, and go on counting", () => {
    const wrong = trainingBegan(POLICY, served(), { ...TRAINING, startedAt: NOW + 200 * DAY }, NOW + 200 * DAY);

    const corrected = qualityWithoutFuture(wrong, NOW);

    expect(corrected.month).toEqual({ date: "2026-11", starts: 1 });
    expect(trainingBegan(POLICY, corrected, TRAINING, NOW).month).toEqual({ date: "2026-11", starts: 2 });
  });
});

// Helpers

/** What is known after the awaited training told of its hold-out. */
function told(before: QualityState, holdOut: { readonly challenger: number; readonly champion?: number }): QualityState {
  const after = holdOutTold(before, { run: TRAINING.requestId, holdOut }, []);
  if ("ignored" in after) throw new Error(after.ignored);
  return after.quality;
}

function served() {
  const nothing = qualityUnder(POLICY, undefined, [], NOW);
  return modelServes(nothing, { requestId: "data/churn/0", runId: "arn:run/1", since: NOW - 10 * DAY });
}
