import type { Cause, TrainingRequest } from "../training-request";

/** Causes that a merged request lists; what exceeds them is counted, and each has its own decision record. */
export const LISTED_CAUSES = 100;

/**
 * One request for both: the earlier one's id, every manifest, the highest priority, and approval if either needs it. No cause is
 * lost: those beyond LISTED_CAUSES are counted. Metadata of the later one's events is in its own record only: a model's state, one
 * record of the store, would not hold that of all.
 */
export function mergeRequests(earlier: TrainingRequest, later: TrainingRequest): TrainingRequest {
  const causes = [...earlier.causes, ...later.causes.map(withoutMetadata)];
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
    ...((earlier.blocks || later.blocks) && { blocks: true }),
  };
}

function withoutMetadata(cause: Cause): Cause {
  if (cause.type !== "event") return cause;
  const { metadata: _metadata, ...rest } = cause;
  return rest;
}
