import { createPromoter } from "../../../functions/aws/handlers/promoter";
import { PERSON_SOURCE } from "../../../functions/core/coordination/person-answer";
import { metricsOf } from "../../../functions/core/log/metrics-of";
import { PROMOTION_METRICS } from "../../../functions/core/log/promotion-metrics";
import { candidateId } from "../../../functions/core/request-ids";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { createPromotion, REGISTRY } from "../../simulation/promotion";
import { HOUR_MS } from "../../simulation/requests";

const GOOD = (row: number) => row % 12 === 0;
const BAD = (row: number) => row % 5 < 2;

describe("the metrics of promotion", () => {
  it("should all be told in a day of candidates, each with what it counts or measures", async () => {
    const world = await aDay();

    const told: Record<string, number> = {};
    for (const entry of world.logged) {
      for (const { name, value, dimensions, unit } of metricsOf(entry)) {
        if (!PROMOTION_METRICS.some((metric) => metric.name === name)) continue;
        const series = [name, ...Object.values(dimensions)].join(" ");
        told[series] = unit === "Count" ? (told[series] ?? 0) + value : value;
      }
    }

    expect(told).toEqual({
      "CandidateAge flight-delay": 3_600,
      "CandidateApprovalExpiresIn flight-delay": 10_800,
      "CandidateSteps flight-delay asked": 1,
      "CandidateSteps flight-delay ended": 4,
      "CandidateSteps flight-delay waiting": 3,
      "CandidatesEnded flight-delay accepted": 2,
      "CandidatesEnded flight-delay approved-by-hand": 1,
      "CandidatesEnded flight-delay rejected": 1,
      "EffectsPostponed flight-delay": 1,
      "GuardrailsNotPassed flight-delay chain failed": 1,
      "GuardrailsNotPassed flight-delay champion failed": 1,
      "GuardrailsNotPassed flight-delay champion not-known": 1,
      "GuardrailsNotPassed flight-delay prediction-shift not-known": 1,
      "GuardrailsNotPassed flight-delay systematic-errors not-known": 1,
      "MarksOverruled flight-delay": 1,
      "ModelsFrozen flight-delay": 1,
    });
  });
});

// Helpers

/** The first is asked about and approved, the second as good as the first, and the third worse, but somebody approves it. */
async function aDay() {
  const world = createPromotion({}, async () => {});
  world.register(GOOD);
  await world.turn(true);
  world.advance(HOUR_MS);
  await createPromoter({ ...world.ports(async () => {}), settings: memoryModelSettings([world.settings]) })();
  const answer = { source: PERSON_SOURCE, id: "answer-0", model: "flight-delay", by: "ada (declared)", do: "approve" } as const;
  await world.answer({ ...answer, requestId: candidateId("flight-delay", REGISTRY, "1") });
  await world.turn(false);
  world.register(GOOD);
  await world.turn(true);
  world.advance(HOUR_MS);
  const bad = world.register(BAD);
  const unanswered = { ...world.registry, mark: () => Promise.reject(new Error("no answer")) };
  await world.notice(bad.version);
  await world.turnWith({ registry: unanswered });
  world.registry.change(bad.version, { approval: "approved" });
  await world.turn(false);
  return world;
}
