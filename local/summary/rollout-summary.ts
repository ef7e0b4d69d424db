import type { CandidateOutcome } from "../../functions/core/promotion/candidate";
import type { CandidateRecord } from "../../functions/core/promotion/promotion-state";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import type { SeenWindow, TrafficMetrics } from "../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../functions/core/promotion/rollout/rollout-settings";
import { HOLD_REASONS } from "../../functions/core/promotion/rollout/rollout-state";
import { rolloutIdOf } from "../../functions/core/promotion/rollout/start-rollout";
import type { Served } from "../../functions/core/promotion/rollout/traffic";
import { memoryCandidateLog } from "../../functions/memory/promotion";
import { CANDIDATES, numberOf, type RolledCandidate } from "../rollout/candidates";

/** Requests of a model, and those of them that ended with an error. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/** What happened on the way of a candidate. Times are ISO 8601. */
export type RolloutEvent = { readonly at: string } & (
  | { readonly is: "registered" }
  /** A share of the traffic was reached, and left some windows of five minutes later. */
  | {
      readonly is: "stage";
      readonly stage: string;
      readonly windows: number;
      readonly champion: Counts;
      readonly candidate: Counts;
    }
  | { readonly is: "held"; readonly why: string }
  | { readonly is: "went-on"; readonly by?: string }
  | { readonly is: "told"; readonly step: string; readonly why: string }
  | { readonly is: "ended"; readonly outcome: CandidateOutcome }
);

/** The way of a candidate to all of the traffic, or back. */
export interface RolloutSummary {
  readonly candidateId: string;
  readonly what: string;
  readonly events: readonly RolloutEvent[];
  /** How it ended, and the last share of the traffic that it got; absent where it did not end. */
  readonly end?: { readonly outcome: CandidateOutcome; readonly at: string };
  /** Whether that is what it was made for. */
  readonly isExpected: boolean;
}

/** What the records of a run are read with. */
interface RolloutSource {
  readonly settings: RolloutSettings;
  readonly metrics: Pick<TrafficMetrics, "read">;
}

/** Follows each candidate of the scenario from its records, and counts what it was given in each stage. */
export async function rolloutSummaries(
  records: readonly CandidateRecord[],
  source: RolloutSource,
): Promise<readonly RolloutSummary[]> {
  const log = memoryCandidateLog(records);
  const summaries: RolloutSummary[] = [];
  for (const [index, candidate] of CANDIDATES.entries()) {
    const one = records.find(({ candidate: { version } }) => numberOf(version) === index + 2);
    if (one === undefined) continue;
    const steps = await log.read(one.candidate.model, one.candidate.id);
    summaries.push(await summaryOf(candidate, steps, source));
  }
  return summaries;
}

async function summaryOf(
  { what, ends }: RolledCandidate,
  steps: readonly CandidateRecord[],
  source: RolloutSource,
): Promise<RolloutSummary> {
  const events: RolloutEvent[] = [];
  for (const [index, step] of steps.entries()) events.push(...(await eventsOf(step, steps.slice(index + 1), steps, source)));
  const outcome = steps.at(-1)?.outcome;
  const stages = events.flatMap((event) => (event.is === "stage" ? [event.stage] : []));
  const end = outcome === undefined ? undefined : { outcome, at: stages.at(-1) ?? "" };
  const isExpected = end?.outcome === ends.outcome && end.at === ends.at;
  return { candidateId: steps[0]?.candidate.id ?? "", what, events, ...(end !== undefined && { end }), isExpected };
}

async function eventsOf(
  step: CandidateRecord,
  later: readonly CandidateRecord[],
  all: readonly CandidateRecord[],
  source: RolloutSource,
): Promise<readonly RolloutEvent[]> {
  const at = new Date(step.at).toISOString();
  if (step.outcome !== undefined) return [{ at, is: "ended", outcome: step.outcome }];
  if (step.step === "waiting") return [{ at: new Date(step.candidate.registeredAt).toISOString(), is: "registered" }];
  const { rollout, why, by } = step;
  switch (rollout?.step) {
    case "reached":
      return [{ at, is: "stage", stage: stageOf(rollout.traffic), ...(await countedIn(step, later, all, source)) }];
    case "held":
      return [{ at, is: "held", why: rollout.reason === undefined ? why : HOLD_REASONS[rollout.reason] }];
    case "went-on":
      return [{ at, is: "went-on", ...(by !== undefined && { by }) }];
    case "going":
      return by === undefined ? [] : [{ at, is: "told", step: "promoted", why: why.split(":")[0] ?? why }];
    case "back":
    case "safe":
    case "verify":
    case "repeated":
      return [{ at, is: "told", step: rollout.step, why: why.split(":")[0] ?? why }];
    default:
      return [];
  }
}

/** `5%`, or the shadow. */
function stageOf(traffic: string): string {
  return /^\d+%/.exec(traffic)?.[0] ?? "shadow";
}

/** Steps after which the traffic is not what it was. */
const LEAVES: readonly unknown[] = ["going", "back", "verify", "repeated", "done", "ended", "held"];
const MINUTE_MS = 60_000;

async function countedIn(
  { at, candidate }: CandidateRecord,
  later: readonly CandidateRecord[],
  all: readonly CandidateRecord[],
  { settings, metrics }: RolloutSource,
): Promise<{ readonly windows: number; readonly champion: Counts; readonly candidate: Counts }> {
  const left = later.find(({ rollout }) => LEAVES.includes(rollout?.step));
  const champion = championOf(all);
  const from = Math.ceil((at + MINUTE_MS) / WINDOW_MS) * WINDOW_MS;
  const until = Math.floor((left?.at ?? at) / WINDOW_MS) * WINDOW_MS;
  const order = champion && { settings, rolloutId: rolloutIdOf(candidate.id), champion, candidate: candidate.version };
  const windows = order === undefined || until <= from ? [] : await metrics.read(order, { from, until });
  return {
    windows: windows.length,
    champion: sumOf(windows, ({ champion: counts }) => counts),
    candidate: sumOf(windows, ({ candidate: counts }) => counts),
  };
}

function championOf(steps: readonly CandidateRecord[]): Served | undefined {
  return steps.find(({ rollout }) => rollout?.step === "started")?.rollout?.target;
}

/** Windows of which the errors are not known are left out. */
function sumOf(windows: readonly SeenWindow[], countsOf: (window: SeenWindow) => SeenWindow["champion"]): Counts {
  let [requests, errors] = [0, 0];
  for (const window of windows) {
    const counts = countsOf(window);
    if (counts?.errors === undefined || window.candidate?.errors === undefined) continue;
    requests += counts.requests;
    errors += counts.errors;
  }
  return { requests, errors };
}
