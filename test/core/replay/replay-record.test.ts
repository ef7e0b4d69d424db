import fc from "fast-check";
import { replayRecord } from "../../../functions/core/replay/replay-record";
import { randomOf } from "../../simulation/random";
import { recordedLife } from "../../simulation/recorded-model";

/** Repeated by `jest --seed` with the seed that jest prints. */
const LIVES = 400;

describe("replayRecord", () => {
  it(`should decide everything as it is recorded, over ${LIVES} random lives with crashes, people and races`, async () => {
    let decisions = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, rounds) => {
        const life = await recordedLife(randomOf(seed), rounds);

        const report = replayRecord(life.decisions);

        expect(report).toEqual({
          decisions: life.decisions.length,
          same: life.decisions.length,
          unknown: {},
          differing: 0,
          differences: [],
        });
        decisions += life.decisions.length;
      }),
      { numRuns: LIVES, seed: jest.getSeed(), endOnFailure: true },
    );
    expect(decisions).toBeGreaterThan(LIVES * 10);
  });
});
