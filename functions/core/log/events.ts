import type { SealReason } from "../batching/batch";
import type { AnswerResult } from "../coordination/coordinator-state";
import type { Decision, Outcome } from "../coordination/decision";
import type { PersonAnswer } from "../coordination/person-answer";
import type { RunOutcome } from "../coordination/settle-run";
import type { DriftSeverity, Severity } from "../drift/severity";
import type { ToldWords } from "../notices/told-words";
import type { CandidateOutcome } from "../promotion/candidate";
import type { GuardrailName } from "../promotion/guardrails/guardrail";
import type { RegistryMark } from "../promotion/ports";
import type { CandidateRecord } from "../promotion/promotion-state";
import type { Cause } from "../training-request";
import type { ChatEvents } from "./chat-events";
import type { Failed, MonitorEvents, OfModel, Passed } from "./monitor-events";
import type { RolloutEvents } from "./rollout-events";

/** How much an event needs a person: nothing is wrong, look at it some time, look at it now. */
export type Level = "info" | "warn" | "error";

type OfRequest = OfModel & { readonly requestId: string };
type OfReport = OfModel & { readonly requestId: string; readonly reportId: string; readonly monitor: string };
type OfBatch = OfRequest & { readonly generation: number; readonly reason: SealReason; readonly delivered: number };
/** `answer` is what the person did, such as `approve`; who it was stands in the records, which can be erased. */
type OfAnswer = OfModel & { readonly requestId: string | undefined; readonly answer: PersonAnswer["do"] };
type OfRule = OfModel & { readonly rule: string; readonly why: string };
/** `function` is its role; `messageId` is that of its queue, as far as there is one. */
type FunctionFailed = Failed & {
  readonly function: string;
  readonly messageId?: string | undefined;
  readonly requestId?: string | undefined;
};

/** How a model stands: the gauges of a sweep. Spans of time are seconds; what is not known is undefined. */
export type ModelState = {
  readonly runningRuns?: number;
  readonly longestRunSec?: number;
  readonly longestRunRatio?: number | undefined;
  readonly budgetUsedDay?: number | undefined;
  readonly budgetUsedMonth?: number | undefined;
  readonly budgetLeftDayUsd?: number;
  readonly waitingRequests?: number;
  readonly oldestWaitingSec?: number | undefined;
  readonly approvalPending?: number;
  readonly approvalExpiresInSec?: number | undefined;
  readonly dataSilenceSec?: number | undefined;
  readonly monitorSilenceSec?: number | undefined;
  readonly driftSuspectedSec?: number;
  readonly blocked?: number;
  readonly paused?: number;
};

/**
 * Every event of the log with its level and fields: one list, which makes this file long. Metrics, mails and dashboards take their
 * fields from it by type, and docs/observability.md shows it as a table. Types alone: no function carries it.
 */
export interface LogEvents extends MonitorEvents, RolloutEvents, ChatEvents {
  /** A request for a configured model came in, at every delivery; `type` is that of its first cause. */
  "request-received": OfRequest & {
    readonly level: "info";
    readonly type: Cause["type"] | undefined;
    readonly priority: number;
  };
  /** A gauge of the model is beyond the limit of an alarm, told as often as the gauge; where `operations.watch` is essential. */
  "limit-passed": OfModel & Passed;
  /** A request is for a model that is not configured; it is rejected, with a record. */
  "model-unknown": { readonly level: "warn"; readonly requestId: string; readonly why: string };
  /** A request was decided about, or one that waited was asked again. A merge names the request that it went `into`. */
  decided: OfRequest & {
    readonly level: "info";
    readonly outcome: Outcome;
    readonly reason: Decision["reason"];
    readonly into?: string;
  };
  /** The cloud started a pipeline. A direct schedule has neither estimate nor landing. */
  "run-started": OfRequest & {
    readonly level: "info";
    readonly runId: string;
    readonly estimatedUsd?: number | undefined;
    readonly landingToStartSec?: number | undefined;
  };
  /** A run ended, and what it held is free. */
  "run-settled": OfRequest & {
    readonly level: "info";
    readonly runId: string;
    readonly status: RunOutcome["status"];
    readonly actualUsd: number | undefined;
    readonly durationSec: number;
  };
  /** The cloud refuses to start it, or it must have a hold-out that is not there; no retry will help. */
  "start-refused": OfRequest & Failed;
  /** A list of the training is gone, or not the one that was published; the run reads the others. */
  "manifest-left-out": OfRequest & Failed;
  /** A run was started with the hold-out of its model in its data; what is not known of it, as its bytes, is undefined. */
  "training-mix": OfRequest & {
    readonly level: "info";
    readonly objects: number | undefined;
    readonly bytes: number | undefined;
    readonly share: number | undefined;
    readonly wanted: number;
  };
  /** A run was started without the hold-out of its model; the error says why. */
  "training-mix-missing": OfRequest & Failed;
  /** The cloud has no room for it; it waits. */
  "start-withdrawn": OfRequest & { readonly level: "warn"; readonly error: string };
  /** What a decision asks for failed; the sweeper does it. */
  "effect-postponed": OfRequest & Failed & { readonly effect: string };
  /** People could not be told of a decision for a day, or of too many; the record has it. */
  "notice-dropped": OfRequest & Failed;
  /** A request ended without a run. Its data goes along with the next training, or with `retrigger trigger --with`. */
  "data-set-aside": OfRequest & { readonly level: "warn"; readonly reason: string; readonly objects: number };
  /** The data of a request that `--with` names was taken along before, or the request had none, or is not known. */
  "nothing-to-take-along": OfRequest & { readonly level: "warn"; readonly named: string };
  /** A clock that was wrong wrote into the state; what it wrote counts as of now. */
  "clock-was-ahead": OfModel & { readonly level: "error"; readonly day: string; readonly lastStartAt: number | undefined };
  /** The cost of one of the steps of a run is unknown. */
  "step-cost-unknown": {
    readonly level: "warn";
    readonly runId: string;
    readonly step: string | undefined;
    readonly why: string;
  };
  /** The sweeper sealed a batch by its window or quiet period. */
  "batch-sealed": OfBatch & { readonly level: "info" };
  /** The manifest is written, and the request sent. */
  "batch-published": OfBatch & {
    readonly level: "info";
    readonly distinct: number;
    readonly uri: string;
    readonly bytes: number;
    readonly ageSec: number;
  };
  /** Duplicates made a full batch small; it went on into the next. */
  "batch-carried": OfBatch & { readonly level: "info"; readonly distinct: number };
  /** Another list lies where its manifest belongs, as after a restore of the state; its objects went on into generation `to`. */
  "generation-taken": OfRequest & { readonly level: "error"; readonly generation: number; readonly to: number };
  /** Nobody decided on some of the newest published batches, as after a restore of the state; their requests were sent again. */
  "requests-asked-again": OfModel & { readonly level: "warn"; readonly count: number };
  /** Nothing in it was new. */
  "batch-empty": OfBatch & { readonly level: "info"; readonly distinct: number };
  /** A list of published objects is gone; `effect` says what follows. */
  "ledger-missing": OfRequest & { readonly level: "warn"; readonly generation: number; readonly effect: string };
  /** A full batch could not be published; the sweeper does it. */
  "publish-postponed": OfModel & Failed;
  /** A report was judged, once. */
  "drift-evaluated": OfReport & {
    readonly level: "info";
    readonly severity: Severity;
    readonly severityRank: number;
    readonly features: number;
  };
  /** Of a judged report: 20 features with their scores, those that the policy names first, and the largest of the `other` ones. */
  "feature-drift": OfReport & {
    readonly level: "info";
    readonly feature: string;
    readonly metric?: string;
    readonly score: number;
  };
  /** A drift is detected, at every window while it lasts. */
  "drift-detected": OfModel & {
    readonly level: "warn";
    readonly requestId: string | undefined;
    readonly reportId: string;
    readonly severity: DriftSeverity;
    readonly why: string;
  };
  /** A report is a copy, or too old. */
  "drift-report-ignored": OfReport & { readonly level: "info"; readonly why: string };
  /** A report says otherwise than others of its window, or of its id, by their ids; of each feature the worse counts. */
  "drift-reports-differ": OfReport & { readonly level: "warn"; readonly others: readonly string[] };
  /** Some monitors, or features or learned scores of one, found no room in the model's record: see docs/drift-report.md. */
  "drift-history-dropped": OfReport & { readonly level: "warn"; readonly monitors: number; readonly features: number };
  /** A performance of a report is no quality signal, for a model whose adaptive policy has a price. */
  "quality-signal-refused": OfReport & { readonly level: "info"; readonly why: string };
  /** The announced version of a report's file is gone; the newer one was assessed in its place. */
  "drift-report-gone": OfModel & { readonly level: "warn"; readonly uri: string };
  /** What a drift asks for failed; the next delivery does it. */
  "drift-action-postponed": OfModel &
    Failed & { readonly requestId: string | undefined; readonly reportId: string; readonly action: string };
  /** People were told of a decision that needs them, on Google Cloud, which writes its mails from this. */
  "decision-told": OfRequest & ToldWords & { readonly level: "warn"; readonly subject: string };
  /** People were told of a drift, on Google Cloud, which writes its mails from this. */
  "drift-told": OfModel &
    ToldWords & {
      readonly level: "warn";
      readonly requestId: string | undefined;
      readonly subject: string;
      readonly why: string;
    };
  /** People were told of a candidate, on Google Cloud, which writes its mails from this. */
  "candidate-told": OfRequest & ToldWords & { readonly level: "warn"; readonly subject: string; readonly why: string };
  /** A job of SageMaker is not the monitor of a model, or did not end well. */
  "processing-job-ignored": { readonly level: "info"; readonly job: string; readonly why: string };
  /** An alarm of CloudWatch ended. */
  "alarm-ignored": OfModel & { readonly level: "info"; readonly alarm: string; readonly why: string };
  /** How a model stands, by turns and after a change: the numbers of the gauges below. What could not be read is left out. */
  "model-state": OfModel & ModelState & { readonly level: "info" };
  /** What is known of drift could not be read; nothing else failed. */
  "model-state-untold": OfModel & Failed;
  /** A sweep ended. */
  swept: { readonly level: "info"; readonly models: number; readonly failed: number; readonly durationMs: number };
  /**
   * The sweeper did what was due, or what a lost event should have caused; `settled` is the usual way on Google Cloud, which tells
   * of no end.
   */
  "sweep-repaired": OfModel & {
    readonly level: "info";
    readonly kind: "sealed" | "published" | "settled" | "reasked" | "performed" | "schedule";
    readonly count: number;
  };
  /** A schedule's time passed without its request; the sweeper sent it. `firedAt` is in ISO 8601. */
  "schedule-missed": OfRequest & { readonly level: "warn"; readonly schedule: string; readonly firedAt: string };
  /** Whether a schedule's newest fire led to a request could not be found out; the next sweep looks again. */
  "schedule-not-watched": OfModel & Failed & { readonly schedule: string };
  /** The same, of all schedules. */
  "schedules-not-watched": Failed;
  /** A rule paused a model. */
  paused: OfRule & { readonly level: "info" };
  /** A rule's pause changes nothing: the model is paused already, or a person resumed it since. */
  "pause-ignored": OfRule & { readonly level: "info" };
  /** A rule would pause a model that is not configured. */
  "pause-of-unknown-model": OfRule & { readonly level: "warn" };
  /**
   * The error of a model was measured. `debtShare` is what the excess error since it serves, less the noise and times the yield,
   * is of the price of a training; undefined while that is not known.
   */
  "quality-observed": OfRequest & {
    readonly level: "info";
    readonly monitor: string;
    readonly metric: string;
    readonly error: number;
    readonly debtShare: number | undefined;
  };
  /** A signal of a model's quality counts for nothing; `why` says what to do. */
  "quality-ignored": OfRequest & { readonly level: "warn"; readonly monitor: string; readonly why: string };
  /** A run told of its hold-out: the errors of the model that it trained, and of the one that serves. */
  "hold-out-taken": OfRequest & { readonly level: "info"; readonly challenger: number; readonly champion?: number };
  /** What a run told of its hold-out counts for nothing; `why` says why. */
  "hold-out-ignored": OfModel & { readonly level: "warn"; readonly run: string; readonly why: string };
  /** A model came to serve, by promotion, or what a training made came to nothing. */
  "quality-followed": OfRequest & { readonly level: "info"; readonly trainedBy: string | undefined; readonly serves: boolean };
  /** A person's answer took effect, or more people must approve (`more-needed`). */
  "answer-taken": OfAnswer & { readonly level: "info"; readonly result: AnswerResult };
  /** A person's answer changed nothing: `result` says why, `repeated` of one that was handled before. */
  "answer-without-effect": OfAnswer & { readonly level: "warn"; readonly result: AnswerResult | "repeated" };
  /** A person's answer concerns a model that is not configured. */
  "answer-of-unknown-model": { readonly level: "warn"; readonly answer: PersonAnswer["do"]; readonly why: string };
  /** A step of a candidate was recorded. `trainedBy` is the request whose run made it. */
  "candidate-step": OfRequest & {
    readonly level: "info";
    readonly step: CandidateRecord["step"];
    readonly trainedBy: string | undefined;
    readonly why: string;
  };
  /** The last of them. */
  "candidate-ended": OfRequest & { readonly level: "info"; readonly outcome: CandidateOutcome; readonly why: string };
  /** A guardrail failed, or could not tell, so that a candidate was rejected or people are asked. */
  guardrail: OfRequest & {
    readonly level: "warn";
    readonly check: GuardrailName;
    readonly subject: string | undefined;
    readonly verdict: "failed" | "not-known";
    readonly why: string;
  };
  /** A verdict stands in the registry. */
  "candidate-marked": OfRequest & { readonly level: "info"; readonly verdict: RegistryMark["verdict"] };
  /** A verdict was not written: somebody decided otherwise in the registry meanwhile, or the version is gone. */
  "mark-overruled": OfRequest & { readonly level: "warn"; readonly verdict: RegistryMark["verdict"] };
  /** A chain of promotions without a gain froze automatic training; `requestId` is the last candidate of it. */
  "model-frozen": OfRequest & { readonly level: "warn"; readonly why: string };
  /** How a candidate stands that is decided about, at each turn; the second is undefined while no approval is awaited. */
  "promotion-state": OfRequest & {
    readonly level: "info";
    readonly candidateAgeSec: number;
    readonly candidateApprovalExpiresInSec: number | undefined;
  };
  /** No retry can cure a message; it was set aside in the dead-letter queue. */
  "message-rejected": FunctionFailed;
  /** A message, a model of a sweep or a write of a batch failed, and is tried again; `messages` counts those of the batch. */
  "handler-failed": FunctionFailed & { readonly model?: string; readonly messages?: number };
  /** An event was written without its metrics, on AWS; `of` is its name. */
  "metrics-not-told": Failed & { readonly of: string };
}

/** Name of an event, which is the field `event` of its line. */
export type EventName = keyof LogEvents;

/** Name of a field of an event. */
export type FieldOf<E extends EventName> = Exclude<keyof LogEvents[E], "level"> & string;

/** Names of an event's fields that hold numbers. */
export type NumberFieldOf<E extends EventName> = FieldOf<E> & FieldHolding<LogEvents[E], number>;

/** Names of an event's fields that hold texts. */
export type TextFieldOf<E extends EventName> = FieldOf<E> & FieldHolding<LogEvents[E], string>;

type FieldHolding<Fields, Value> = {
  [F in keyof Fields]-?: Exclude<Fields[F], undefined> extends Value ? F : never;
}[keyof Fields];
