import type { ServedErrors } from "../errors/served-errors";
import { firstPart } from "../references/reference-schedules";
import type { SimulatedPolicy } from "../simulated-policy";

/**
 * A policy whose check `adaptive` begins with what the first 30 % of the history tell at its price, where it asks for that and
 * errors of models are known that it might serve; else as it is.
 */
export function backtestedPolicy(policy: SimulatedPolicy, errors: ServedErrors | undefined): SimulatedPolicy {
  const { adaptive } = policy.settings.policy;
  if (policy.isBacktested !== true || adaptive === undefined || !("steps" in adaptive.price)) return policy;
  if (errors === undefined || errors.source === "recorded") return policy;
  const { attainable, variance, periodSteps } = firstPart(errors, adaptive.price.steps);
  const begun = {
    ...adaptive,
    ...(attainable !== undefined && { attainable }),
    ...(variance !== undefined && { variance }),
    ...(Number.isFinite(periodSteps) && { periodMs: periodSteps * adaptive.stepMs }),
  };
  return { ...policy, settings: { ...policy.settings, policy: { ...policy.settings.policy, adaptive: begun } } };
}
