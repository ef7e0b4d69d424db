import { rolloutSummaries } from "../../../local/summary/rollout-summary";
import { rollingRun, STARTED } from "../../cli/rolling-run";
import { ordered, rolloutSettings } from "../../core/promotion/rollout/rollout-states";
import { versionOf } from "../../simulation/candidates";

describe("rolloutSummaries", () => {
  it("should tell that a person promoted a candidate at once", async () => {
    const { version } = versionOf(2, {});
    const { control } = await rollingRun({
      versions: [{ version: { version }, judgement: {} }],
      seen: [...STARTED, [16, ordered("promote")]],
    });
    const records = await control.candidateSteps("flight-delay", 99);

    const [summary] = await rolloutSummaries(records, { settings: rolloutSettings(), metrics: { read: async () => [] } });

    const promoted = { at: "2001-01-01T00:16:00.000Z", is: "told", step: "promoted" };
    expect(summary?.events).toContainEqual({ ...promoted, why: "a person gives it all of the traffic at once" });
  });
});
