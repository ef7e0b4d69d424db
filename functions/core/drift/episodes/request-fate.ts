import { type Decision, isRejectReason, REJECT_REASONS, type RejectReason, TAKEN_ALONG } from "../../coordination/decision";
import type { DecisionLog, RequestHistory, RunRecord } from "../../coordination/ports";
import type { RequestFates } from "../ports";
import type { RequestFate } from "./episode";

/** More merges than ever follow each other: what waits joins what waited before it, once for each answer of a person. */
const MAX_MERGES = 20;

/** `RequestFates` over the decision log: follows a request into those that it was merged into, to the end of its training. */
export function requestFates(decisions: Pick<DecisionLog, "read">): RequestFates {
  return {
    async fateOf(requestId) {
      let id: string | undefined = requestId;
      for (let read = 0; read <= MAX_MERGES && id !== undefined; read++) {
        const history: RequestHistory | undefined = await decisions.read(id);
        const last = history?.decisions.findLast(isOfItself);
        if (last?.outcome !== "merge") return last && fateOfDecision(last, history?.run);
        id = last.into;
      }
      return undefined;
    },
  };
}

/** Neither a repetition, nor a training that took the data of what had ended along. */
function isOfItself({ outcome, reason }: Decision): boolean {
  return outcome !== "duplicate" && reason !== TAKEN_ALONG;
}

/** What people decided of a request; everything else that ends one is nobody's refusal. */
const REFUSALS: ReadonlySet<RejectReason> = new Set(["not-approved", "skipped"]);

/** What became of a request by the last decision on it, and its run where there is one; undefined while it waits or runs. */
export function fateOfDecision({ outcome, reason, decidedAt }: Decision, run: RunRecord | undefined): RequestFate | undefined {
  switch (outcome) {
    case "start":
      return run && fateOfRun(run, decidedAt);
    case "reject": {
      if (!isRejectReason(reason)) return { type: "expired", at: decidedAt, why: "it was rejected" };
      return { type: REFUSALS.has(reason) ? "refused" : "expired", at: decidedAt, why: REJECT_REASONS[reason] };
    }
    case "ask":
    case "defer":
    case "merge":
    case "duplicate":
      return undefined;
  }
}

function fateOfRun({ status, endedAt }: RunRecord, startedAt: number): RequestFate | undefined {
  const at = endedAt ?? startedAt;
  switch (status) {
    case "succeeded":
      return { type: "trained", startedAt, at };
    case "failed":
    case "stopped":
      return { type: "failed", at };
    case undefined:
      return undefined;
  }
}
