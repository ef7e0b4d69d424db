import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as z from "zod";
import {
  type BreakEvenJudgement,
  type BreakEvenState,
  beginBreakEven,
  breakEvenStateSchema,
  judgeBreakEven,
  LEAST_STEPS,
  modelDeployed,
  stepObserved,
  trainingStarted,
} from "../../../functions/core/quality/break-even";
import { matrixOf } from "../../../functions/core/replay/error-matrix";
import { oracleTrainings, scheduleCost } from "../../../functions/core/replay/oracle";
import { playBreakEven } from "../../simulation/error-streams/break-even-policy";
import type { Scene } from "../../simulation/error-streams/scene";

const { POSITIVE_INFINITY: NEVER } = Number;

const VECTORS = z
  .object({
    T0: z.number(),
    T: z.number(),
    L: z.number(),
    rows: z.number(),
    E: z.array(z.array(z.array(z.number()))),
    cases: z.array(
      z.object({
        stream: z.string(),
        alpha: z.number(),
        period: z.nullable(z.number()),
        f0: z.number(),
        v0: z.number(),
        trains: z.array(z.number()),
        cost: z.number(),
        F: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(__dirname, "../../fixtures/break-even/vectors.json"), "utf8")));

describe("the break-even policy", () => {
  it.each(VECTORS.cases)("should train on $stream at a price of $alpha when the golden case does", (golden) => {
    const { T0, T, L, rows, E } = VECTORS;
    const scene = { errors: matrixOf(E[golden.F] ?? [], T), rows, price: golden.alpha, labelDelay: L, from: T0, first: T0 - 1 - L };

    const trainings = playBreakEven(scene, {
      attainable: golden.f0,
      variance: golden.v0,
      weight: 10,
      periodSteps: golden.period ?? NEVER,
    });

    expect(trainings).toEqual(golden.trains);
    expect(Math.abs(scheduleCost(scene.errors, trainings, scene) - golden.cost)).toBeLessThanOrEqual(0.001);
  });

  it("should never train where all errors are equal", () => {
    fc.assert(
      fc.property(error(), fc.double({ min: 0.001, max: 5, noNaN: true }), period(), (level, price, periodSteps) => {
        const scene = sceneOf(
          Array.from({ length: 40 }, () => new Array(40).fill(level)),
          price,
        );

        expect(playBreakEven(scene, { periodSteps })).toEqual([]);
      }),
    );
  });

  it("should keep the fewest steps between trainings, and never beat the oracle", () => {
    fc.assert(
      fc.property(errorRows(), fc.double({ min: 0, max: 2, noNaN: true }), period(), (rows, price, periodSteps) => {
        const scene = sceneOf(rows, price);

        const trainings = playBreakEven(scene, { periodSteps });

        const apart = trainings.map((step, place) => step - (trainings[place - 1] ?? scene.from - 1));
        expect(apart.filter((steps) => steps < LEAST_STEPS)).toEqual([]);
        const oracle = oracleTrainings(scene.errors, scene).cost;
        expect(scheduleCost(scene.errors, trainings, scene)).toBeGreaterThanOrEqual(oracle - 1e-9);
      }),
    );
  });
});

describe("modelDeployed", () => {
  it("should leave the yield where nobody scored the champion", () => {
    fc.assert(
      fc.property(states(), error(), (state, challenger) => {
        expect(modelDeployed(state, { challenger }).yield).toBe(state.yield);
      }),
    );
  });

  it("should move the yield half the way to the share of the excess that was cured", () => {
    const started = trainingStarted(beginBreakEven({ attainable: 0.1 }), { excess: 0.2, debt: 0.6 });

    expect(modelDeployed(started, { challenger: 0.25, champion: 0.3 }).yield).toBeCloseTo(1 + 0.5 * (0.25 - 1), 12);
    expect(modelDeployed(started, { challenger: 0.4, champion: 0.3 }).yield).toBe(0.5);
    expect(modelDeployed(started, { challenger: 0.1, champion: 0.3 }).yield).toBe(1);
  });

  it("should take what is attainable of the first hold-out, where no history told it", () => {
    expect(modelDeployed(beginBreakEven({}), { challenger: 0.2 }).attainable).toBe(0.2);
    expect(modelDeployed(beginBreakEven({ attainable: 0.1 }), { challenger: 0.2 }).attainable).toBe(0.1);
  });
});

describe("stepObserved", () => {
  it("should learn 30 % of what a training reached, at its third step and once", () => {
    const states = observedStates(modelDeployed(beginBreakEven({ attainable: 0.1 }), {}), [0.2, 0.3, 0.4, 0.9]);

    expect(states.map(({ attainable }) => attainable)).toEqual([0.1, 0.1, expect.closeTo(0.16), expect.closeTo(0.16)]);
  });

  it("should learn the variance from differences within a model, not across models", () => {
    const one = observedStates(beginBreakEven({}), [0.1, 0.3]).at(-1) as BreakEvenState;
    const other = observedStates(modelDeployed(one, { challenger: 0.2 }), [0.9]).at(-1);

    expect(one).toMatchObject({ variance: expect.closeTo(0.02), weight: 1 });
    expect(other).toMatchObject({ variance: expect.closeTo(0.02), weight: 1 });
  });
});

describe("judgeBreakEven", () => {
  const QUESTION = { age: 6, price: 0.5, period: NEVER, rows: 100 };
  const WORSE = stateOf([0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);

  it("should start when the debt less its doubt reaches the price", () => {
    const { debt, doubt, startsAtPrice } = judgeBreakEven(WORSE, QUESTION);

    expect(debt).toBeCloseTo(6 * 0.14, 12);
    expect(doubt).toBeCloseTo(Math.sqrt((6 * 0.16 * 0.84) / 100 + (36 * 0.16 * 0.84) / 100 / 12), 12);
    expect(startsAtPrice).toBeCloseTo(debt - doubt, 12);
    expect(judgeBreakEven(WORSE, { ...QUESTION, price: startsAtPrice }).start).toBe("price");
    expect(judgeBreakEven(WORSE, { ...QUESTION, price: startsAtPrice + 1e-9 }).start).toBeUndefined();
  });

  it("should ask for more debt where trainings cure less", () => {
    expect(judgeBreakEven({ ...WORSE, yield: 0.5 }, QUESTION).startsAtPrice).toBeCloseTo(
      judgeBreakEven(WORSE, QUESTION).startsAtPrice / 2,
      12,
    );
    expect(judgeBreakEven({ ...WORSE, yield: 0 }, QUESTION).yield).toBe(0.1);
  });

  it("should count steps without labels at the present excess", () => {
    expect(judgeBreakEven(WORSE, { ...QUESTION, age: 9 }).debt).toBeCloseTo(9 * 0.14, 12);
  });

  it("should take the hold-out for labels that are not there yet", () => {
    const state = modelDeployed(beginBreakEven({ attainable: 0.1 }), { challenger: 0.5 });

    expect(judgeBreakEven(stepObserved(state, 0.1), QUESTION).excess).toBeCloseTo((0.1 + 3 * 0.5) / 4 - 0.1, 12);
  });

  it("should start at half the price when the period of the history is over, but not for a model that is no worse", () => {
    const due = { ...QUESTION, price: 1.5, period: 6 };

    expect(judgeBreakEven(WORSE, due).start).toBe("period");
    expect(judgeBreakEven(WORSE, { ...due, period: 7 }).start).toBeUndefined();
    expect(judgeBreakEven(WORSE, { ...due, price: 1.7 }).start).toBeUndefined();
    expect(judgeBreakEven(stateOf([0.1, 0.1, 0.1, 0.1, 0.1, 0.1]), { ...due, price: 0 }).start).not.toBe("period");
  });

  it("should not start for an excess that would not pay within 40 steps", () => {
    const longAgo = stateOf([...new Array(12).fill(0.9), 0.11, 0.11, 0.11, 0.11]);
    const { excess, debt, attainable } = judgeBreakEven({ ...longAgo, attainable: 0.1 }, { ...QUESTION, age: 16 });

    expect(excess).toBeCloseTo(0.01, 12);
    expect([debt > 5, attainable]).toEqual([true, 0.1]);
    expect(judgeBreakEven({ ...longAgo, attainable: 0.1 }, { ...QUESTION, age: 16, price: 0.39 }).start).toBe("price");
    expect(judgeBreakEven({ ...longAgo, attainable: 0.1 }, { ...QUESTION, age: 16, price: 0.41 }).start).toBeUndefined();
  });

  it("should say nothing of a first model without labels", () => {
    const state = modelDeployed(beginBreakEven({ attainable: 0.1 }), { challenger: 0.9, isFirst: true });

    expect(judgeBreakEven(state, { ...QUESTION, age: 100 })).toMatchObject({ debt: 0, doubt: 0, startsAtPrice: 0 });
  });

  it("should judge the same when a record is replayed, and never in numbers that are none", () => {
    fc.assert(
      fc.property(states(), questions(), (state, question) => {
        const judgement = judgeBreakEven(state, question);

        expect(judgeBreakEven(structuredClone(state), { ...question })).toEqual(judgement);
        expect(notNumbers(judgement)).toEqual([]);
        if (judgement.start === "price") expect(judgement.startsAtPrice).toBeGreaterThanOrEqual(question.price);
        if (judgement.start !== undefined) expect(question.age).toBeGreaterThanOrEqual(LEAST_STEPS);
      }),
    );
  });
});

describe("breakEvenStateSchema", () => {
  it("should read every state as it was written", () => {
    fc.assert(
      fc.property(states(), (state) => {
        expect(breakEvenStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
    );
  });
});

// Helpers

/** A model of which these errors were observed, after 10 % were attainable: 16 % with three first ones of 30 %. */
function stateOf(errors: readonly number[]): BreakEvenState {
  const state = modelDeployed(beginBreakEven({ attainable: 0.1 }), { challenger: errors[0] ?? 0 });
  return { ...(observedStates(state, errors).at(-1) ?? state), variance: 0, weight: 0 };
}

function observedStates(state: BreakEvenState, errors: readonly number[]): BreakEvenState[] {
  let last = state;
  return errors.map((observed) => {
    last = stepObserved(last, observed);
    return last;
  });
}

function sceneOf(rows: readonly (readonly number[])[], price: number): Scene {
  return { errors: matrixOf(rows, rows.length), rows: 100, price, labelDelay: 2, from: 6, first: 3 };
}

function error() {
  return fc.double({ min: 0, max: 1, noNaN: true });
}

function period() {
  return fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(NEVER));
}

function errorRows() {
  return fc.array(fc.array(error(), { minLength: 30, maxLength: 30 }), { minLength: 30, maxLength: 30 });
}

/** Where a policy gets to by what happens to a model, from any start. */
function states(): fc.Arbitrary<BreakEvenState> {
  const start = fc.record({
    attainable: error(),
    variance: fc.double({ min: 0, max: 0.25, noNaN: true }),
    weight: fc.nat({ max: 10 }),
  });
  const holdOut = fc.record({ challenger: error(), champion: error(), isFirst: fc.boolean() }, { requiredKeys: [] });
  const happened = fc.oneof(
    error().map((observed) => (state: BreakEvenState) => stepObserved(state, observed)),
    holdOut.map((errors) => (state: BreakEvenState) => modelDeployed(state, errors)),
    questions().map((question) => (state: BreakEvenState) => trainingStarted(state, judgeBreakEven(state, question))),
  );
  return fc
    .tuple(fc.oneof(start, fc.constant({})), fc.array(happened, { maxLength: 40 }))
    .map(([begun, events]) => events.reduce((state, change) => change(state), beginBreakEven(begun)));
}

function questions() {
  return fc.record({
    age: fc.integer({ min: 1, max: 500 }),
    price: fc.double({ min: 0, max: 10, noNaN: true }),
    period: period(),
    rows: fc.nat({ max: 1_000 }),
  });
}

function notNumbers(judgement: BreakEvenJudgement): string[] {
  return Object.entries(judgement)
    .filter(([, value]) => typeof value === "number" && !Number.isFinite(value))
    .map(([name]) => name);
}
