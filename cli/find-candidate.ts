import type { ModelSettings } from "../functions/core/model-settings";
import type { CandidateRecord, PromotionState } from "../functions/core/promotion/promotion-state";
import { CommandError } from "./command-error";
import type { Control } from "./control/control";
import { findModel } from "./find";

/** Steps that most candidates have: they are received, people are asked, one answers, it ends. */
const USUAL_STEPS = 4;

/** @throws CommandError when there is no such model, or its candidates are not judged */
export async function findPromoted(control: Control, model: string): Promise<ModelSettings> {
  const settings = await findModel(control, model);
  if (settings.promotion !== undefined) return settings;
  throw new CommandError(`no promotion is configured for ${model}: nothing decides about what it trains`);
}

/** The newest step of each candidate of a model, those that were registered last first, at most `limit`. */
export async function newestSteps(
  control: Control,
  model: string,
  promotion: PromotionState | undefined,
  limit: number,
): Promise<CandidateRecord[]> {
  for (let asked = limit * USUAL_STEPS; ; asked *= USUAL_STEPS) {
    const recorded = await control.candidateSteps(model, asked);
    const newest = new Map<string, CandidateRecord>();
    for (const step of withPending(recorded, promotion)) {
      const known = newest.get(step.candidate.id);
      if (known === undefined || known.number < step.number) newest.set(step.candidate.id, step);
    }
    if (recorded.length >= asked && newest.size < limit) continue;
    return [...newest.values()].sort((a, b) => b.candidate.registeredAt - a.candidate.registeredAt).slice(0, limit);
  }
}

/** The steps of one candidate, oldest first, those that are still to be recorded among them. */
export async function stepsOfCandidate(
  control: Control,
  model: string,
  candidateId: string,
  promotion: PromotionState | undefined,
): Promise<CandidateRecord[]> {
  const all = withPending(await control.stepsOf(model, candidateId), promotion);
  return all.filter(({ candidate }) => candidate.id === candidateId).sort((a, b) => a.number - b.number);
}

function withPending(recorded: readonly CandidateRecord[], promotion: PromotionState | undefined): CandidateRecord[] {
  const pending = (promotion?.outbox ?? []).flatMap((effect) => (effect.type === "record" ? [effect.record] : []));
  const byStep = [...pending, ...recorded].map((step) => [`${step.candidate.id} ${step.number}`, step] as const);
  return [...new Map(byStep).values()];
}
