// What the section `policy.adaptive` asks of itself, and the policy that had its name before.
import { isMapping } from "../../functions/core/json-path";
import { type Problem, quotedValue } from "../errors";
import { durationMs } from "../sections/fields";
import { mapping, type ValidModel } from "./unchecked-config";

const RENAMED = "is called volume now: write volume in place of adaptive, with the same objects and age";

/** Steps that a model must serve before it may be replaced. */
const LEAST_STEPS = 3;

/** The problems of a model's policy `adaptive`. @param config unchecked */
export function adaptiveProblems(config: unknown, { name, policy }: ValidModel): Problem[] {
  const path = ["models", name, "policy", "adaptive"];
  const former = formerAdaptive(mapping(mapping(mapping(config).models)[name]).policy, path);
  if (former !== undefined) return [former];
  const { adaptive } = policy;
  if (adaptive?.period === undefined || durationMs(adaptive.period) >= LEAST_STEPS * durationMs(adaptive.step)) return [];
  const message = `got ${quotedValue(adaptive.period)}; expected at least 3 steps of ${adaptive.step}, before which nothing is replaced; lengthen it, or shorten step`;
  return [{ path: [...path, "period"], message }];
}

/** The problem of the policy that was called adaptive before, which says all of what stands there. @param policy unchecked */
export function formerAdaptive(policy: unknown, path: Problem["path"]): Problem | undefined {
  if (!isFormer(mapping(policy).adaptive)) return undefined;
  return { path, message: `a training by new objects and age ${RENAMED}`, isWhole: true };
}

function isFormer(adaptive: unknown): boolean {
  return isMapping(adaptive) && ("objects" in adaptive || "age" in adaptive) && !("price" in adaptive);
}
