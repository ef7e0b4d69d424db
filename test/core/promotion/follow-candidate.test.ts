import { initialState } from "../../../functions/core/coordination/coordinator-state";
import type { LogRecord } from "../../../functions/core/log/log";
import type { CandidateOutcome } from "../../../functions/core/promotion/candidate";
import { followCandidate } from "../../../functions/core/promotion/follow-candidate";
import { initialPromotion } from "../../../functions/core/promotion/promotion-state";
import { trainingBegan } from "../../../functions/core/quality/follow-training";
import { memoryCoordinatorStore } from "../../../functions/memory/coordination";
import { memoryVersionedStore } from "../../../functions/memory/versioned-store";
import { promotionOf } from "../../simulation/candidates";
import { DAY_MS, NOON, policyOf } from "../../simulation/requests";

const MODEL = "flight-delay";
const ADAPTIVE = { price: { steps: 0.5 }, stepMs: DAY_MS, isPromoted: true } as const;
const CANDIDATE = { id: `candidate/${MODEL}/m-3`, model: MODEL, version: "m/3", registeredAt: NOON, runId: "arn:run/3" };
const CAUSE = { requestId: `data/${MODEL}/1`, priority: 4 };

describe("followCandidate", () => {
  it.each<CandidateOutcome>(["accepted", "approved-by-hand"])("should let a champion serve that was %s, once", async (outcome) => {
    const world = await createWorld();

    await world.follow(outcome);
    await world.follow(outcome);

    const quality = await world.quality();
    expect(quality).toMatchObject({
      servingSince: NOON + DAY_MS,
      servingVersion: "m/3",
      servingRun: "arn:run/3",
      breakEven: { yield: 1 },
    });
    expect(quality).not.toHaveProperty("awaited");
    expect(world.logged).toMatchObject([{ event: "quality-followed", trainedBy: CAUSE.requestId, serves: true }]);
  });

  it.each<CandidateOutcome>(["rejected", "rolled-back", "expired", "not-approved", "superseded"])(
    "should grade a training as one that cured nothing whose candidate was %s, once",
    async (outcome) => {
      const world = await createWorld();

      await world.follow(outcome);
      await world.follow(outcome);

      const quality = await world.quality();
      expect(quality?.breakEven.yield).toBe(0.5);
      expect(quality).not.toHaveProperty("awaited");
      expect(quality).not.toHaveProperty("servingSince");
    },
  );

  it("should leave what serves to the champion where that was registered later", async () => {
    const world = await createWorld("candidate/flight-delay/m-4");

    await world.follow("accepted");

    expect(await world.quality()).not.toHaveProperty("servingSince");
  });

  it("should touch nothing of a model without the policy", async () => {
    const world = await createWorld();
    const before = await world.quality();

    await world.follow("accepted", policyOf());

    expect(await world.quality()).toEqual(before);
  });
});

// Helpers

/** A model whose training is awaited. @param champion the id of its champion */
async function createWorld(champion: string = CANDIDATE.id) {
  const [states, promotions] = [memoryCoordinatorStore(), memoryVersionedStore<ReturnType<typeof initialPromotion>>()];
  const training = { requestId: CAUSE.requestId, startedAt: NOON };
  await states.save(MODEL, { ...initialState(NOON), quality: trainingBegan(ADAPTIVE, undefined, training, NOON) }, 0);
  const champions = [{ candidateId: champion, version: "m/3", registeredAt: NOON, at: NOON }];
  await promotions.save(MODEL, { ...initialPromotion("m", "0".repeat(64)), champions }, 0);
  const logged: LogRecord[] = [];
  const ports = { states, promotions, log: (entry: LogRecord) => void logged.push(entry), now: () => NOON + DAY_MS };
  const why = "so it was";
  return {
    logged,
    quality: async () => (await states.load(MODEL))?.state.quality,
    follow: (outcome: CandidateOutcome, policy = policyOf({ adaptive: ADAPTIVE })) =>
      followCandidate(
        ports,
        { model: MODEL, policy, promotion: promotionOf() },
        { candidate: CANDIDATE, number: 0, at: NOON + DAY_MS, step: "ended", outcome, why, cause: CAUSE },
      ),
  };
}
