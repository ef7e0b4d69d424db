import fc from "fast-check";
import { randomOf } from "../../simulation/random";
import { PRICED_POLICY, PROMOTED_POLICY, recordedLife } from "../../simulation/recorded-model";
import { HOUR_MS } from "../../simulation/requests";
import { qualityWatch } from "../../simulation/watched-states";

/** Repeated by `jest --seed` with the seed that jest prints. */
const LIVES = 80;

const STEP_MS = 6 * HOUR_MS;

describe("a model whose trainings must be worth their price", () => {
  it(`should count each signal once, and start no training twice or too early, over ${LIVES} lives with crashes and races`, async () => {
    const totals = { observed: 0, starts: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 80 }), policies(), async (seed, rounds, policy) => {
        const { watch, wrong, observed, starts } = qualityWatch(STEP_MS);

        const { decisions, withdrawn } = await recordedLife(randomOf(seed), rounds, { policy, watch });

        expect(wrong).toEqual([]);
        const decided = new Set(decisions.flatMap(({ requestId, outcome }) => (outcome === "duplicate" ? [] : [requestId])));
        expect(new Set([...decided].filter(isOfSignal))).toEqual(observed);
        for (const id of decided) {
          const starts = decisions.filter(({ requestId, outcome }) => requestId === id && outcome === "start");
          expect(starts.length).toBeLessThanOrEqual(1 + (withdrawn.get(id) ?? 0));
        }
        totals.observed += observed.size;
        totals.starts += starts();
      }),
      { numRuns: LIVES, seed: jest.getSeed(), endOnFailure: true },
    );
    // Against lives in which nothing happens.
    expect(totals.observed).toBeGreaterThan(LIVES * 5);
    expect(totals.starts).toBeGreaterThan(LIVES / 10);
  });
});

// Helpers

function policies() {
  return fc.constantFrom(PRICED_POLICY, PROMOTED_POLICY);
}

function isOfSignal(requestId: string): boolean {
  return requestId.startsWith("quality/") && !requestId.includes("/sweep-");
}
