import type { ModelSettings } from "../functions/core/model-settings";
import type { CandidateRecord, CurrentCandidate, PromotionState } from "../functions/core/promotion/promotion-state";
import type { Rollout } from "../functions/core/promotion/rollout/rollout-state";
import { isCandidateId } from "../functions/core/request-ids";
import { CommandError, UsageError } from "./command-error";
import { modelNamedBy } from "./commands/answer";
import type { Control } from "./control/control";
import { endText } from "./describe-candidate";
import { checkNamed } from "./find";
import { findPromoted, newestSteps, stepsOfCandidate } from "./find-candidate";

/** Candidates among which the last one that had a rollout is looked for. */
const SEARCHED = 100;

/** The rollout of a model that is in progress. */
export interface RunningRollout {
  readonly settings: ModelSettings;
  readonly promotion: PromotionState;
  readonly current: CurrentCandidate;
  readonly rollout: Rollout;
}

/** Undefined where none is in progress. */
export function runningRollout(promotion: PromotionState | undefined): Pick<RunningRollout, "current" | "rollout"> | undefined {
  const { current } = promotion ?? {};
  return current?.rollout && { current, rollout: current.rollout };
}

/** What an order is about; `running` is absent where the caller may send, but not read. */
export interface OrderedRollout {
  readonly model: string;
  readonly candidateId: string;
  readonly running?: RunningRollout;
}

/**
 * The rollout in progress that a person means.
 * @param named a model, or a candidate
 * @param deed for what to do where only the id of a candidate helps: `rollback`
 * @throws CommandError where none is in progress, with how the last one ended; UsageError for a model of a caller who may not read
 */
export async function findRollout(control: Control, named: string, deed: string): Promise<OrderedRollout> {
  checkNamed(named);
  const isCandidate = isCandidateId(named);
  const model = isCandidate ? modelNamedBy(named) : named;
  const running = await control.ifReadable(async () => {
    const settings = await findPromoted(control, model);
    const promotion = await control.promotion(model);
    const found = runningRollout(promotion);
    if (promotion === undefined || found === undefined || (isCandidate && found.current.candidate.id !== named)) {
      throw await notRolling(control, model, isCandidate ? named : undefined, promotion);
    }
    return { settings, promotion, ...found };
  });
  if (running !== undefined) return { model, candidateId: running.current.candidate.id, running };
  if (isCandidate) return { model, candidateId: named };
  throw new UsageError(
    `your identity may not read which candidate of ${model} is in a rollout; name it: retrigger ${deed} candidate/${model}/…`,
  );
}

/** Says what is in progress instead, and how the rollout that was meant ended, or the last one did. */
export async function notRolling(
  control: Control,
  model: string,
  candidateId: string | undefined,
  promotion: PromotionState | undefined,
): Promise<CommandError> {
  const running = runningRollout(promotion)?.current.candidate.id;
  const other = running === undefined ? `no rollout of ${model} is in progress` : `the rollout of ${running} is in progress`;
  if (candidateId === undefined) {
    const last = await lastRollout(control, model, promotion);
    return new CommandError(last === undefined ? other : `${other}; the last one ended: ${endOf(last)}`);
  }
  const last = (await stepsOfCandidate(control, model, candidateId, promotion)).at(-1);
  const fate =
    last === undefined ? "there is no such candidate" : last.outcome === undefined ? "it is in none" : `it ${endText(last)}`;
  return new CommandError(`${candidateId} has no rollout in progress: ${fate}; ${other}`);
}

function endOf(last: CandidateRecord): string {
  return `${last.candidate.id} ${endText(last)}`;
}

/** The end of the rollout that ended last; undefined where there was none. */
export async function lastRollout(
  control: Control,
  model: string,
  promotion: PromotionState | undefined,
): Promise<CandidateRecord | undefined> {
  const newest = await newestSteps(control, model, promotion, SEARCHED);
  const ended = newest.filter(({ outcome, rollout }) => outcome !== undefined && rollout !== undefined);
  return ended.reduce<CandidateRecord | undefined>((last, one) => (last === undefined || one.at > last.at ? one : last), undefined);
}
