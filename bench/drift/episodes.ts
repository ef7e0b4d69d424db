import { DEFAULT_DRIFT_POLICY } from "../../functions/core/drift/drift-policy";
import { followEpisode } from "../../functions/core/drift/episodes/follow-episode";
import type { DriftEvaluation } from "../../functions/core/drift/evaluate-drift";
import { rankOf } from "../../functions/core/drift/severity";

/** True for a drift that asks for a training under the default policy. */
export function isRequest({ severity }: Pick<DriftEvaluation, "severity">): boolean {
  return rankOf(severity) >= rankOf("medium");
}

/** Nothing is ever known of a training that was asked for: no drift is cured, and none is refused. */
const UNKNOWN = { fateOf: async () => undefined };

/** Counts the requests of a monitor whose drift is followed as the functions do. */
export function countRequests() {
  let episodes: Awaited<ReturnType<typeof followEpisode>>["episodes"] = [];
  let [requests, newest] = [0, undefined as number | undefined];
  return {
    get requests() {
      return requests;
    },
    async add(evaluation: DriftEvaluation): Promise<void> {
      const window = { evaluation, requestId: `drift/${evaluation.model}/${evaluation.window.end}`, newest, isChange: false };
      const followed = await followEpisode(UNKNOWN, DEFAULT_DRIFT_POLICY, episodes, window);
      episodes = followed.episodes;
      newest = evaluation.window.end;
      if (followed.asks) requests++;
    },
  };
}
