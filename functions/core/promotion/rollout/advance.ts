import type { EvidencePolicy } from "./evidence/evidence-policy";
import { sighted, stepped } from "./move-traffic";
import type { Advanced, Observation } from "./observation";
import type { Rollout } from "./rollout-state";
import { surveyed } from "./start-rollout";
import { asked, withdrawn } from "./take-order";
import { counted } from "./weigh-windows";

/**
 * What a rollout becomes by what was observed, with a record of it where it is worth telling. Pure: what the clouds are to do
 * follows from the state, whose `toward` names where the traffic is to go. A rollback preempts every stage, and every hold.
 * @param now epoch milliseconds
 */
export function advance(policy: EvidencePolicy, rollout: Rollout, observation: Observation, now: number): Advanced {
  switch (observation.is) {
    case "surveyed":
      return surveyed(policy, rollout, observation, now);
    case "sighted":
      return sighted(policy, rollout, observation.sighting, now);
    case "stepped":
      return stepped(rollout, observation, now);
    case "counted":
      return counted(policy, rollout, observation, now);
    case "asked":
      return asked(rollout, observation, now);
    case "withdrawn":
      return withdrawn(rollout, observation, now);
  }
}
