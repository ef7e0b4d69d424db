import type { CandidateOutcome } from "../../functions/core/promotion/candidate";
import type { GuardrailCheck } from "../../functions/core/promotion/guardrails/guardrail";
import { decidingCheck, verdictOf } from "../../functions/core/promotion/guardrails/verdict";
import type { CandidateRecord } from "../../functions/core/promotion/promotion-state";
import type { Freeze, PromotionOutcome, RegisteredModel } from "../promotion/promotion-world";
import type { Replay } from "../replay/replay";

/** What became of a model that a run made; nothing of it is a cloud's own. Times are ISO 8601. */
export interface CandidateSummary {
  readonly model: string;
  /** Absent where promotion never heard of it. */
  readonly candidateId?: string;
  readonly registeredAt: string;
  /** Flights that it learned from. */
  readonly rows: number;
  /** On the golden set, as its evaluation has it. */
  readonly auc: number;
  /** Of the guardrails; absent where it was not judged. */
  readonly verdict?: GuardrailCheck["verdict"];
  /** The first check that did not pass. */
  readonly decidedBy?: Pick<GuardrailCheck, "name" | "subject">;
  /** Absent while it waits. */
  readonly outcome?: CandidateOutcome;
  readonly isApproved: boolean;
}

/** A time in which automatic training was frozen, and what happened in it. Times are epoch milliseconds. */
export interface FreezeSummary extends Freeze {
  /** Ids of what waited because of it. */
  readonly waited: readonly string[];
  /** Ids of what people asked for, and was started. */
  readonly started: readonly string[];
}

/** All that the promotion of a replay came to. */
export interface PromotionSummary {
  /** In the order of their registration. */
  readonly candidates: readonly CandidateSummary[];
  readonly freezes: readonly FreezeSummary[];
}

/** Follows each model that was made to its end, and each freeze. */
export function promotionSummary(
  { trained, records, freezes }: PromotionOutcome,
  decisions: Replay["decisions"],
): PromotionSummary {
  return {
    candidates: trained.map((made) => candidateSummary(made, lastRecord(records, made))),
    freezes: freezes.map((freeze) => freezeSummary(freeze, decisions)),
  };
}

function lastRecord(records: readonly CandidateRecord[], { version }: RegisteredModel): CandidateRecord | undefined {
  const steps = records.filter(({ candidate }) => candidate.version === version);
  return steps.toSorted((a, b) => a.number - b.number).at(-1);
}

function candidateSummary({ run, rows, auc }: RegisteredModel, last: CandidateRecord | undefined): CandidateSummary {
  const { candidate, checks, outcome, approvedBy = [] } = last ?? {};
  const deciding = checks && decidingCheck(checks);
  return {
    model: run.model,
    ...(candidate && { candidateId: candidate.id }),
    registeredAt: run.endsAt,
    rows,
    auc,
    ...(checks && { verdict: verdictOf({ notKnown: "ask" }, checks) }),
    ...(deciding && { decidedBy: { name: deciding.name, ...(deciding.subject !== undefined && { subject: deciding.subject }) } }),
    ...(outcome !== undefined && { outcome }),
    isApproved: approvedBy.length > 0,
  };
}

function freezeSummary(freeze: Freeze, decisions: Replay["decisions"]): FreezeSummary {
  const { model, from, until = Number.POSITIVE_INFINITY } = freeze;
  const within = decisions.filter(
    (decision) => decision.model === model && decision.decidedAt >= from && decision.decidedAt < until,
  );
  const idsOf = (chosen: typeof within) => [...new Set(chosen.map(({ requestId }) => requestId))];
  return {
    ...freeze,
    waited: idsOf(within.filter(({ outcome, reason }) => outcome === "defer" && reason === "paused")),
    started: idsOf(within.filter(({ outcome, request }) => outcome === "start" && isByPerson(request))),
  };
}

function isByPerson({ causes }: Replay["decisions"][number]["request"]): boolean {
  return causes.some(({ type }) => type === "manual");
}
