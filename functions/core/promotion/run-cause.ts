import { requestersOf } from "../coordination/person-answer";
import type { DecisionLog } from "../coordination/ports";
import { rankOf } from "../drift/severity";
import type { TrainingRequest } from "../training-request";
import type { Candidate } from "./candidate";
import type { CandidateCause } from "./promotion-state";

/** A training takes days at most; a model that is registered later than this after its start is taken for somebody else's. */
const LONGEST_RUN_MS = 30 * 86_400_000;
/** Starts that are looked at: of a model that starts every hour, those of eight days. */
const MAX_STARTS = 200;

/**
 * Why the run that made a candidate was started: the newest start before its registration whose run it was. Undefined where the
 * registry names no run, or no request of ours started it.
 */
export async function runCause(
  decisions: Pick<DecisionLog, "between" | "readRun">,
  { model, runId, registeredAt }: Candidate,
): Promise<CandidateCause | undefined> {
  if (runId === undefined) return undefined;
  let looked = 0;
  for await (const page of decisions.between(model, { since: registeredAt - LONGEST_RUN_MS, until: registeredAt + 1 })) {
    for (const { outcome, request } of page) {
      if (outcome !== "start") continue;
      if (++looked > MAX_STARTS) return undefined;
      const run = await decisions.readRun(request.id);
      if (run?.runId?.toLowerCase() === runId.toLowerCase()) return causeOf(request);
    }
  }
  return undefined;
}

function causeOf(request: TrainingRequest): CandidateCause {
  const { id: requestId, priority, causes } = request;
  const by = [...new Set(requestersOf(request))];
  const severities = causes.flatMap((cause) => (cause.type === "drift" ? [cause.severity] : []));
  const [severity] = severities.toSorted((a, b) => rankOf(b) - rankOf(a));
  return { requestId, priority, ...(severity !== undefined && { severity }), ...(by.length > 0 && { by }) };
}
