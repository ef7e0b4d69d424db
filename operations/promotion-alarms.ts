import { type Alarm, AT_ONCE, COUNTED, HIGHEST, HOUR_SEC, LASTING, type ModelLimits } from "./alarm";

/** A change of an endpoint takes minutes, and half an hour where a container does not start. */
const STUCK_SEC = 2 * HOUR_SEC;
/** People hold a rollout for hours, not for days. */
const HELD_LONG_SEC = 24 * HOUR_SEC;

/** An alarm of the models that are rolled out alone. */
function rolledOut(threshold: number) {
  return ({ promotion }: ModelLimits) => (promotion?.hasRollout === true ? threshold : undefined);
}

/** The alarms of what becomes of trained models. */
export const PROMOTION_ALARMS = [
  {
    ...AT_ONCE,
    statistic: "minimum",
    comparison: "below",
    name: "candidate-expiring",
    metric: "CandidateApprovalExpiresIn",
    per: "model",
    threshold: ({ promotion, approvalLeftSec }) => (promotion === undefined ? undefined : approvalLeftSec),
    severity: "warning",
    summary: "a candidate that waits for a person's approval is about to expire",
  },
  {
    ...HIGHEST,
    ...LASTING,
    name: "candidate-undecided",
    metric: "CandidateAge",
    per: "model",
    threshold: ({ promotion }) => promotion?.candidateAgeSec,
    severity: "warning",
    summary: "a candidate is neither approved nor rejected for longer than any approval may take; what served before still does",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "model-frozen",
    metric: "ModelsFrozen",
    per: "model",
    threshold: ({ promotion }) => (promotion === undefined ? undefined : 0),
    severity: "warning",
    summary: "promotions in a row brought no gain; automatic trainings of the model are frozen until a person thaws them",
  },
  {
    ...COUNTED,
    ...LASTING,
    name: "effects-postponed",
    metric: "EffectsPostponed",
    per: "model",
    threshold: ({ promotion }) => (promotion === undefined ? undefined : 0),
    severity: "warning",
    summary: "what was decided keeps failing to be done; the registry may refuse a mark, or nobody can be told",
  },
  {
    ...HIGHEST,
    ...LASTING,
    name: "rollout-stuck",
    metric: "RolloutBusyFor",
    per: "model",
    threshold: rolledOut(STUCK_SEC),
    severity: "critical",
    summary: "a change of the endpoint's traffic, which may be a way back, is not reached for two hours",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "rollout-share-wrong",
    metric: "SharesWrong",
    per: "model",
    threshold: rolledOut(0),
    severity: "warning",
    summary: "the candidate got another share of the requests than was ordered",
  },
  {
    ...HIGHEST,
    ...LASTING,
    name: "rollout-held-long",
    metric: "RolloutHeldFor",
    per: "model",
    threshold: rolledOut(HELD_LONG_SEC),
    severity: "warning",
    summary: "a rollout is held for a day; both models cost, and nothing goes on before somebody lets it",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "rolled-back",
    metric: "RolloutsEnded",
    only: { outcome: "rolled-back" },
    per: "model",
    threshold: rolledOut(0),
    severity: "warning",
    summary: "a rollout went back to the champion, as its candidate was worse or a person said so",
  },
] as const satisfies readonly Alarm[];
