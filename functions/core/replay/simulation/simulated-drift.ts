import { type Decision, TAKEN_ALONG } from "../../coordination/decision";
import type { DriftReport } from "../../drift/drift-report";
import { INITIAL_DRIFT_STATE, respondToDrift, withActions } from "../../drift/drift-state";
import type { RequestFate } from "../../drift/episodes/episode";
import { followWithFate, requestToLookUp } from "../../drift/episodes/follow-episode";
import { fateOfDecision } from "../../drift/episodes/request-fate";
import { evaluateDrift } from "../../drift/evaluate-drift";
import { rankOf } from "../../drift/severity";
import { driftRequestId } from "../../request-ids";
import type { TrainingRequest } from "../../training-request";
import type { HistoryLineOf } from "../history-line";
import type { SimulatedPolicy } from "../simulated-policy";

/** What a line about drift means under a policy. */
export interface DriftAnswer {
  /** Its severity is one that the policy answers with a training. */
  readonly isWorthTraining: boolean;
  /** The training that it asks for; absent where its episode has asked already. */
  readonly request?: TrainingRequest;
}

/**
 * Answers the drift lines of one model. A report is judged as the drift evaluator would judge it, episodes included; a severity
 * alone asks once when it rises, and again after the next start.
 */
export class SimulatedDrift {
  #state = INITIAL_DRIFT_STATE;
  readonly #fates = new FollowedRequests();
  /** Rank of the worst severity that asked since the last start, by monitor. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly settings: SimulatedPolicy["settings"]) {}

  /** What a line asks for. */
  answer(line: HistoryLineOf<"drift">): DriftAnswer {
    return line.report === undefined ? this.#bySeverity(line) : this.#byReport(line, line.report);
  }

  /** Takes note of what was decided, which tells when an episode may ask again. */
  decided(decision: Decision): void {
    if (decision.outcome === "start") this.#asked.clear();
    this.#fates.decided(decision);
  }

  /** Takes note of the end of a run. */
  ended(requestId: string, startedAt: number, at: number): void {
    this.#fates.ended(requestId, { type: "trained", startedAt, at });
  }

  #byReport(line: HistoryLineOf<"drift">, written: NonNullable<HistoryLineOf<"drift">["report"]>): DriftAnswer {
    const { drift } = this.settings;
    const before = this.#state.episodes ?? [];
    // A line cannot be changed, and the evaluator, which takes a report as it was read, changes none.
    const report = { ...(written as DriftReport), model: line.model };
    const { evaluation, history } = evaluateDrift(drift, report, this.#state.history);
    if (evaluation.ignored !== undefined) return { isWorthTraining: false };
    const { monitor, reportId, severity } = evaluation;
    const requestId = driftRequestId({ ...report, id: reportId });
    const newest = this.#state.history.find((past) => past.monitor === monitor)?.windows.at(-1)?.end;
    const window = { evaluation, requestId, newest, isChange: false };
    const asked = requestToLookUp(drift, before, window);
    const followed = followWithFate(drift, before, window, asked === undefined ? undefined : this.#fates.fateOf(asked));
    const actions = respondToDrift(this.settings, evaluation, followed);
    const origin = { reportId, requestId, evaluatedAt: line.at };
    this.#state = withActions({ ...this.#state, outbox: [] }, { history, episodes: followed.episodes }, origin, []);
    const request = actions.flatMap((action) => (action.type === "request" ? [action.request] : []))[0];
    if (request !== undefined) this.#fates.follow(request.id);
    const isWorthTraining = severity !== "none" && drift.responses[severity].request !== undefined;
    return { isWorthTraining, ...(request !== undefined && { request }) };
  }

  #bySeverity({ model, monitor, at, severity, score = 0, feature }: HistoryLineOf<"drift">): DriftAnswer {
    if (severity === undefined) return { isWorthTraining: false };
    const { request: asked, block } = this.settings.drift.responses[severity];
    if (asked === undefined) return { isWorthTraining: false };
    if (rankOf(severity) <= (this.#asked.get(monitor) ?? 0)) return { isWorthTraining: true };
    this.#asked.set(monitor, rankOf(severity));
    const request: TrainingRequest = {
      id: driftRequestId({ model, monitor, id: severity, window: { end: at } }),
      model,
      causes: [{ type: "drift", severity, score, ...(feature !== undefined && { feature: feature.slice(0, 256) }) }],
      priority: asked.priority,
      manifests: [],
      requestedAt: at,
      ...(asked.needsApproval && { needsApproval: true }),
      ...(block && { blocks: true }),
    };
    return { isWorthTraining: true, request };
  }
}

/** What became of requests, through those that they were merged into, as the decision log would tell. */
class FollowedRequests {
  /** The request that each became part of, itself at first. */
  readonly #hosts = new Map<string, string>();
  readonly #fates = new Map<string, RequestFate>();

  follow(requestId: string): void {
    this.#hosts.set(requestId, requestId);
  }

  decided(decision: Decision): void {
    if (this.#hosts.size === 0 || decision.outcome === "duplicate" || decision.reason === TAKEN_ALONG) return;
    const { requestId, into } = decision;
    for (const [followed, host] of this.#hosts) {
      if (host !== requestId) continue;
      if (decision.outcome === "merge" && into !== undefined) this.#hosts.set(followed, into);
      const fate = fateOfDecision(decision, undefined);
      if (fate !== undefined) this.#settle(followed, fate);
    }
  }

  ended(requestId: string, fate: RequestFate): void {
    for (const [followed, host] of this.#hosts) if (host === requestId) this.#settle(followed, fate);
  }

  /** Undefined while it waits or runs. */
  fateOf(requestId: string): RequestFate | undefined {
    return this.#fates.get(requestId);
  }

  #settle(followed: string, fate: RequestFate): void {
    this.#hosts.delete(followed);
    this.#fates.set(followed, fate);
  }
}
