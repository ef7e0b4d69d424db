import { type CoordinatorState, initialState } from "../../coordination/coordinator-state";
import { decide, reask, type Transition } from "../../coordination/decide";
import type { Decision, RejectReason } from "../../coordination/decision";
import { decideSignal } from "../../coordination/handle-coordinator-message";
import { answerApproval } from "../../coordination/intervene";
import { newData } from "../../coordination/run-cost";
import { settleRun } from "../../coordination/settle-run";
import { reaskAll } from "../../coordination/sweep-coordination";
import { sumUsd } from "../../numbers";
import { SCHEDULE_PRIORITY } from "../../schedules/schedule-settings";
import { scheduledRequest } from "../../schedules/scheduled-request";
import { askedBy, type TrainingRequest } from "../../training-request";
import type { ServedErrors } from "../errors/served-errors";
import type { HistoryLine, HistoryLineOf } from "../history-line";
import type { SimulatedPolicy } from "../simulated-policy";
import type { DecisionColumns, PolicyResult, SimulatedTraining } from "../simulation-result";
import { DecisionWriter } from "./decision-writer";
import { monthsOf } from "./months-of";
import { ServiceRecord } from "./service-record";
import { newestIn, SimulatedBatches } from "./simulated-batches";
import { SimulatedDrift } from "./simulated-drift";
import { nextAgeAt, SimulatedQuality } from "./simulated-quality";

/** What is taken as given of the world of a simulation. Times are milliseconds. */
export interface SimulationOptions {
  readonly model: string;
  /** The begin of the history, epoch milliseconds. */
  readonly from: number;
  /** How long each run takes; more than 0. */
  readonly runMs: number;
  /** What each run costs, USD. @default - what the policy estimates for it */
  readonly costUsd?: number;
  /** Whether people approve what they are asked for at once, or never answer. @default granted */
  readonly approvals?: "granted" | "unanswered";
  /** The history has landings, from which the requests for data follow again; recorded ones are left out then. @default true */
  readonly hasLandings?: boolean;
  /** The errors that signals of quality tell of. @default - nothing is told of quality */
  readonly errors?: ServedErrors;
  /** From the end of a step to its labels. @default 0 */
  readonly labelDelayMs?: number;
}

/** What a policy did with a history, and each of its decisions. */
interface SimulatedModel {
  readonly result: PolicyResult;
  readonly columns: DecisionColumns;
}

/** A policy that is fed a history, line by line. */
export interface Simulation {
  /** Takes the next line of its model; lines come in the order of time. */
  feed(line: HistoryLine): void;
  /** Ends the history; what waits or runs then stays as it is. */
  finish(at: number): SimulatedModel;
}

/** A simulation of one policy on one model, on a clock that goes from one thing that is due to the next. */
export function simulation(policy: SimulatedPolicy, options: SimulationOptions): Simulation {
  return new ModelSimulation(policy, options);
}

const MINUTE_MS = 60_000;

/** A request that ends so has waited too long, or found no room. */
const EXPIRED: ReadonlySet<string> = new Set<RejectReason>(["expired", "approval-expired", "backlog-full"]);

/** Requests that the quality of a model raises name no object. */
const HISTORY_DATA = { bucket: "history", prefixes: [""], suffixes: [], manifestPrefix: "manifests/" };
const APPROVERS = ["first (declared)", "second (declared)"];

class ModelSimulation implements Simulation {
  #now: number;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #sweptState: CoordinatorState | undefined;
  #nextAt: number | undefined;
  #state: CoordinatorState;
  #fireAt: number;
  readonly #batches: SimulatedBatches;
  readonly #drift: SimulatedDrift;
  readonly #service: ServiceRecord;
  readonly #quality: SimulatedQuality | undefined;
  readonly #settings: Parameters<typeof reaskAll>[0];
  readonly #decisions = new DecisionWriter();
  readonly #trainings: SimulatedTraining[] = [];
  /** Trainings that have not ended, the oldest first. */
  readonly #running: SimulatedTraining[] = [];
  #landed = 0;
  #trained = 0;
  #peakRuns = 0;
  #expired = 0;

  constructor(
    private readonly policy: SimulatedPolicy,
    private readonly options: SimulationOptions,
  ) {
    const { model, from, errors, labelDelayMs = 0 } = options;
    this.#now = from;
    this.#state = initialState(from);
    this.#fireAt = from + (policy.causes.everyMs ?? Number.POSITIVE_INFINITY);
    this.#batches = new SimulatedBatches(model, policy.settings.batch, (request) => this.#ask(request));
    this.#drift = new SimulatedDrift(policy.settings);
    this.#service = new ServiceRecord(from);
    this.#settings = { model, policy: policy.settings.policy, data: HISTORY_DATA };
    const listens = errors !== undefined && policy.causes.quality && policy.settings.policy.adaptive !== undefined;
    this.#quality = listens ? new SimulatedQuality(model, errors, labelDelayMs) : undefined;
  }

  feed(line: HistoryLine): void {
    this.#advance(line.at);
    this.#now = Math.max(this.#now, line.at);
    switch (line.type) {
      case "landed":
        this.#land(line);
        break;
      case "schedule":
        if (this.policy.causes.schedule) this.#fire(line.name);
        break;
      case "drift":
        this.#answerDrift(line);
        break;
      case "request":
        this.#repeat(line.request);
        break;
      case "quality":
      case "run":
      case "score":
        break;
    }
  }

  finish(at: number): SimulatedModel {
    this.#advance(at);
    const { name, sentence, settings } = this.policy;
    const spendUsd = sumUsd(this.#trainings.map(({ costUsd }) => costUsd));
    const months = monthsOf(this.options.from, at);
    const result: PolicyResult = {
      policy: name,
      sentence,
      isReference: false,
      isHindsight: false,
      trainings: this.#trainings,
      decisions: this.#decisions.count,
      outcomes: this.#decisions.outcomes(),
      refusals: this.#decisions.refusals(),
      spendUsd,
      moneyLeftUsd: sumUsd([months * settings.policy.budget.monthlyUsd, -spendUsd]),
      ...this.#service.finish(at),
      peakRuns: this.#peakRuns,
      expiredRequests: this.#expired,
      untrainedObjects: this.#landed - this.#trained,
    };
    return { result, columns: this.#decisions.columns() };
  }

  #land(line: HistoryLineOf<"landed">): void {
    this.#landed += line.objects ?? 1;
    this.#service.landed(this.#now);
    if (!this.policy.causes.data) return;
    this.#batches.land({ ...line, at: this.#now });
    this.#nextAt = undefined;
  }

  #fire(name: string): void {
    const minute = this.#now - (this.#now % MINUTE_MS);
    this.#ask(scheduledRequest(this.options.model, { name, priority: SCHEDULE_PRIORITY }, minute));
  }

  #answerDrift(line: HistoryLineOf<"drift">): void {
    const { isWorthTraining, request } = this.#drift.answer({ ...line, at: this.#now });
    if (isWorthTraining) this.#service.drifted(this.#now);
    if (request !== undefined && this.policy.causes.drift) this.#ask(request);
  }

  /** A recorded request asks again where the policy listens to what asked; people and events always ask. */
  #repeat(request: TrainingRequest): void {
    const types = Object.keys(askedBy(request));
    const { data, schedule, drift } = this.policy.causes;
    const listens = types.some((type) => {
      if (type === "data") return data && this.options.hasLandings === false;
      if (type === "schedule") return schedule;
      return type === "drift" ? drift : true;
    });
    if (this.options.hasLandings === false && request.manifests.length > 0) {
      this.#landed += newData(request).objects;
      this.#service.landed(this.#now);
    }
    if (listens) this.#ask(request);
  }

  /** Does all that is due until `until`, each at its time. */
  #advance(until: number): void {
    for (let next = this.#next(); next <= until; next = this.#next()) {
      this.#now = Math.max(this.#now, next);
      this.#nextAt = undefined;
      const [run] = this.#running;
      if (run !== undefined && run.endedAt <= next) this.#end(run);
      else if (this.#fireAt <= next) {
        this.#fireAt += this.policy.causes.everyMs ?? Number.POSITIVE_INFINITY;
        this.#fire("period");
      } else if (this.#quality !== undefined && this.#quality.dueAt() <= next) this.#signal(this.#quality);
      else this.#sweep();
    }
  }

  #next(): number {
    this.#nextAt ??= Math.min(
      this.#running[0]?.endedAt ?? Number.POSITIVE_INFINITY,
      this.#fireAt,
      this.#quality?.dueAt() ?? Number.POSITIVE_INFINITY,
      this.#sweepAt(),
    );
    return this.#nextAt;
  }

  /** The sweeper comes every minute; where nothing is due, that is as if it did not. */
  #sweepAt(): number {
    let due = this.#batches.dueAt();
    const { parked, approval } = this.#state;
    for (const { dueAt = Number.POSITIVE_INFINITY, parkedAt } of parked) {
      const expiresAt = parkedAt + this.policy.settings.policy.deferralExpiresMs;
      // One that outlived its expiry waits for its price alone, and waits on until something changes.
      const isKept = expiresAt <= this.#sweptAt && this.#state === this.#sweptState;
      due = Math.min(due, dueAt, isKept ? Number.POSITIVE_INFINITY : expiresAt);
    }
    if (approval !== undefined) due = Math.min(due, approval.expiresAt);
    const { adaptive } = this.policy.settings.policy;
    if (this.#quality !== undefined && adaptive !== undefined) {
      due = Math.min(due, nextAgeAt(this.#state, adaptive.stepMs, Math.max(this.#sweptAt, this.options.from)));
    }
    return Math.max(Math.ceil(due / MINUTE_MS) * MINUTE_MS, this.#sweptAt + MINUTE_MS);
  }

  #sweep(): void {
    this.#sweptAt = this.#now;
    this.#batches.sweep(this.#now);
    const { policy } = this.policy.settings;
    // The clock asks by itself only where there is something to judge by.
    this.#take(
      this.#quality === undefined ? reask(policy, this.#state, this.#now) : reaskAll(this.#settings, this.#state, this.#now),
    );
    this.#sweptState = this.#state;
  }

  #signal(quality: SimulatedQuality): void {
    const signal = quality.next();
    if (signal !== undefined) this.#take(decideSignal(this.#settings, this.#state, signal, false, this.#now));
  }

  #end({ requestId, at, endedAt }: SimulatedTraining): void {
    this.#running.shift();
    const { costUsd } = this.options;
    const holdOut = this.#quality?.ended(endedAt);
    const cost = costUsd !== undefined && { actualUsd: costUsd };
    const outcome = { requestId, status: "succeeded", ...cost, ...(holdOut !== undefined && { holdOut }) } as const;
    this.#state = settleRun(this.#state, outcome, this.#now, endedAt);
    this.#drift.ended(requestId, at, endedAt);
  }

  #ask(request: TrainingRequest): void {
    this.#nextAt = undefined;
    this.#take(decide(this.policy.settings.policy, this.#state, request, this.#now));
  }

  #take({ decisions, state }: Transition): void {
    this.#state = state.outbox.length === 0 ? state : { ...state, outbox: [] };
    for (const decision of decisions) this.#note(decision);
    if (this.#state.approval !== undefined && this.options.approvals !== "unanswered") this.#approve();
  }

  #approve(): void {
    for (const by of APPROVERS) {
      const { approval } = this.#state;
      if (approval === undefined) return;
      const said = { requestId: approval.request.id, by, isApproved: true };
      const answer = answerApproval(this.policy.settings.policy, this.#state, said, this.#now);
      if ("transition" in answer) this.#take(answer.transition);
    }
  }

  #note(decision: Decision): void {
    this.#decisions.write(decision);
    this.#drift.decided(decision);
    if (decision.outcome === "start") this.#start(decision);
    else if (decision.outcome === "reject" && EXPIRED.has(decision.reason)) this.#expired++;
  }

  #start({ requestId, request, reservedUsd = 0 }: Decision): void {
    const { runMs, costUsd = reservedUsd } = this.options;
    const causes = Object.keys(askedBy(request));
    // Whoever asks without a list of objects trains on all that there is.
    const objects = this.policy.causes.data ? newData(request).objects : this.#landed - this.#trained;
    const training = { requestId, at: this.#now, endedAt: this.#now + runMs, costUsd, objects, causes };
    this.#trainings.push(training);
    this.#running.push(training);
    this.#peakRuns = Math.max(this.#peakRuns, this.#running.length);
    this.#trained += objects;
    const isOfDataAlone = causes.every((type) => type === "data");
    this.#service.started(this.#now, training.endedAt, isOfDataAlone ? newestIn(request.manifests) : undefined);
  }
}
