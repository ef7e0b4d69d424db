import type { TrainingRequest } from "../training-request";
import type { CoordinatorState, Parked } from "./coordinator-state";
import type { CoordinatorPolicy } from "./policy";
import { isOverWholeBudget } from "./run-cost";

/** Causes that a merged request lists; what exceeds them is counted, and each has its own decision record. */
export const LISTED_CAUSES = 100;
/** Manifests that one training takes. */
export const MAX_MANIFESTS = 1_000;

/**
 * One request for both: the earlier one's id, every manifest, the highest priority, and approval if either needs it. No cause is
 * lost: those beyond LISTED_CAUSES are counted.
 */
export function mergeRequests(earlier: TrainingRequest, later: TrainingRequest): TrainingRequest {
  const causes = [...earlier.causes, ...later.causes];
  const omitted = (earlier.omittedCauses ?? 0) + (later.omittedCauses ?? 0) + Math.max(0, causes.length - LISTED_CAUSES);
  return {
    id: earlier.id,
    model: earlier.model,
    causes: causes.slice(0, LISTED_CAUSES),
    priority: Math.min(earlier.priority, later.priority),
    manifests: [...earlier.manifests, ...later.manifests],
    requestedAt: earlier.requestedAt,
    ...(omitted > 0 && { omittedCauses: omitted }),
    ...((earlier.needsApproval || later.needsApproval) && { needsApproval: true }),
  };
}

/** A waiting request with another merged into it. Its approval stays, unless what joins it needs one of its own. */
export function mergeInto(policy: CoordinatorPolicy, { approvedBy, ...parked }: Parked, joining: TrainingRequest): Parked {
  const merged = { ...parked, request: mergeRequests(parked.request, joining) };
  const needsItsOwn = policy.approval.needed === "always" || joining.needsApproval === true;
  return approvedBy === undefined || needsItsOwn ? merged : { ...merged, approvedBy };
}

/** True for a merged request that one training could not take: more manifests than that, or a cost above a whole budget. */
export function isTooMuch(policy: CoordinatorPolicy, state: CoordinatorState, merged: TrainingRequest): boolean {
  return merged.manifests.length > MAX_MANIFESTS || isOverWholeBudget(policy, state, merged);
}
