import type { DecisionLog } from "../coordination/ports";
import type { TrainingStarts } from "./ports";

/** Starts that are looked at, newest first: of so many in a row that failed, none made another model. */
const MAX_STARTS = 100;

/** `TrainingStarts` over the decision log, which tells of each start when it was decided, and how its run ended. */
export function trainingStarts(decisions: Pick<DecisionLog, "between" | "readRun">): TrainingStarts {
  return {
    async newestOf(model) {
      let looked = 0;
      for await (const page of decisions.between(model, {})) {
        for (const { outcome, requestId, decidedAt } of page) {
          if (outcome !== "start") continue;
          if (looked++ >= MAX_STARTS) return undefined;
          const run = await decisions.readRun(requestId);
          if (run?.status === "succeeded") return decidedAt;
        }
      }
      return undefined;
    },
  };
}
