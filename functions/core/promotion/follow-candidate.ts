import { changeState } from "../coordination/coordinate";
import type { CoordinatorStore } from "../coordination/ports";
import type { Log } from "../log/log";
import { candidateEnded, modelServes } from "../quality/follow-training";
import type { QualityState } from "../quality/quality-state";
import { type RecordedInput, recorded } from "../replay/recorded-input";
import type { CandidateOutcome } from "./candidate";
import type { PromotionStore } from "./ports";
import type { PromotedModel } from "./promotion-effects";
import type { CandidateRecord } from "./promotion-state";

interface FollowingPorts {
  readonly promotions: PromotionStore;
  readonly states: CoordinatorStore;
  readonly log: Log;
  readonly now: () => number;
}

const SERVES: ReadonlySet<CandidateOutcome> = new Set<CandidateOutcome>(["accepted", "approved-by-hand"]);

/**
 * Tells the coordinator, where it judges the quality of the model, what the end of a candidate means: it serves, or its training
 * cured nothing. It may be repeated. What the golden set says of both models is not told on: it is fixed, and from before the drift
 * that a training is to cure.
 */
export async function followCandidate(ports: FollowingPorts, promoted: PromotedModel, record: CandidateRecord): Promise<void> {
  const { model, policy } = promoted;
  const { candidate, step, outcome, at, cause } = record;
  if (policy.adaptive === undefined || step !== "ended" || outcome === undefined) return;
  const serves = SERVES.has(outcome);
  // Of several that may serve, the one that was registered last does.
  if (serves && !(await isChampion(ports, model, candidate.id))) return;
  const { version, runId } = candidate;
  const trainedBy = cause?.requestId;
  const input: RecordedInput = serves
    ? {
        type: "serves",
        since: at,
        version,
        ...(runId !== undefined && { runId }),
        ...(trainedBy !== undefined && { requestId: trainedBy }),
      }
    : { type: "wasted", requestId: trainedBy ?? candidate.id };
  const follow = (quality: QualityState) =>
    input.type === "serves" ? modelServes(quality, input) : candidateEnded(quality, input.requestId);
  const { isNew } = await changeState(ports, model, (state) => {
    const quality = state.quality && follow(state.quality);
    if (quality === undefined || quality === state.quality) return { state, isNew: false };
    return { ...recorded(state, { state: { ...state, quality } }, input), isNew: true };
  });
  if (isNew) ports.log({ level: "info", event: "quality-followed", model, requestId: candidate.id, trainedBy, serves });
}

async function isChampion({ promotions }: FollowingPorts, model: string, candidateId: string): Promise<boolean> {
  return (await promotions.load(model))?.state.champions.at(-1)?.candidateId === candidateId;
}
