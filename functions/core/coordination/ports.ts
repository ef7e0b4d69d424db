import * as z from "zod/mini";
import type { ModelSettings, PipelineSettings } from "../model-settings";
import { timeSchema } from "../numbers";
import { type TrainingMix, trainingMixRecordSchema } from "../promotion/training-mix";
import type { Stored } from "../state-layout";
import type { TrainingRequest } from "../training-request";
import type { VersionedStore } from "../versioned-store";
import type { AnswerResult, CoordinatorState } from "./coordinator-state";
import type { Decision } from "./decision";
import type { PersonAnswer, RolloutOrder } from "./person-answer";
import type { RunOutcome } from "./settle-run";

/** What is kept of a request's run: its name once it started, and how it ended. */
export const runRecordSchema = z.object({
  requestId: z.exactOptional(z.string()),
  runId: z.exactOptional(z.string()),
  status: z.exactOptional(z.enum(["succeeded", "failed", "stopped"])),
  actualUsd: z.exactOptional(z.number()),
  endedAt: z.exactOptional(timeSchema),
  /** The person who said how it ended, where the cloud could not be asked. */
  settledBy: z.exactOptional(z.string()),
  /** What of the hold-out went into it; absent where its model had none. */
  mix: z.exactOptional(trainingMixRecordSchema),
});

export type RunRecord = Stored<typeof runRecordSchema>;

/** What is kept of one request: every decision on it, by time, and how its run ended. */
export interface RequestHistory {
  readonly decisions: readonly Decision[];
  readonly run?: RunRecord;
}

/** A span of time, epoch milliseconds; without an end it is open there. */
export interface TimeSpan {
  /** Inclusive. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
}

export function isWithin({ since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }: TimeSpan, at: number): boolean {
  return since <= at && at < until;
}

/** Port: every decision, for whoever asks why. All methods may be repeated. */
export interface DecisionLog {
  /** Keeps a decision; the same one (request, time, outcome) again changes nothing. */
  record(decision: Decision): Promise<void>;
  /**
   * Keeps the name of a request's run; resolves to true when no run of it was kept before.
   * @param mix what of the hold-out went into it. @default - what was kept of that stays
   */
  recordRun(requestId: string, runId: string, mix?: TrainingMix): Promise<boolean>;
  /** Keeps how a request's run ended, at `endedAt`. */
  recordOutcome(outcome: RunOutcome, endedAt: number): Promise<void>;
  /** Undefined for a request that nobody decided on. */
  read(requestId: string): Promise<RequestHistory | undefined>;
  /** What is kept of a request's run, whether its decision was recorded or not; strongly consistent. */
  readRun(requestId: string): Promise<RunRecord | undefined>;
  /** Decisions on a model, newest first, at most `limit`. */
  list(model: string, limit: number): Promise<readonly Decision[]>;
  /** Decisions on a model within a span of time, newest first, page by page, however many there are. */
  between(model: string, span: TimeSpan): AsyncIterable<readonly Decision[]>;
}

/** Port: a decision log in which a person can be forgotten. */
export interface ErasableDecisionLog extends DecisionLog {
  /** Keeps a decision in place of the recorded one of the same request, time and outcome, for as long as that was to be kept. */
  replace(decision: Decision): Promise<void>;
}

/** Port: the coordinator's state, one record per model. */
export type CoordinatorStore = VersionedStore<CoordinatorState>;

/** A started run, named as its cloud names it. */
export interface PipelineRun {
  readonly runId: string;
}

/**
 * Port: starts a training pipeline. Calls with the same request id start one run and resolve to it, as far as the cloud remembers.
 */
export interface PipelineLauncher {
  /**
   * @param deployment whose requests and runs are told apart from those of others by it; undefined for a start that was begun by an
   * earlier version, which named runs without it
   */
  start(request: TrainingRequest, pipeline: PipelineSettings, deployment?: string): Promise<PipelineRun>;
}

/** Port: the queue of requests, for what a person answers. Delivers at least once, so an answer's id may arrive more than once. */
export interface AnswerQueue {
  send(answer: PersonAnswer): Promise<void>;
}

/** A person's answer about a candidate, or order to its rollout. */
export type CandidateAnswer = Extract<PersonAnswer, { readonly do: "approve" | "reject" }> | RolloutOrder;

/** Port: what people answer about candidates, which promotion decides about. */
export interface CandidateAnswers {
  /** Takes an answer; it may be repeated, and then resolves to undefined. Rejects when it could not be kept. */
  answer(settings: ModelSettings, answer: CandidateAnswer): Promise<AnswerResult | undefined>;
}

/** What the cloud says of a run; `actualUsd` where its steps tell what they cost. */
export type RunState =
  | { readonly status: "running" }
  | { readonly status: RunOutcome["status"]; readonly endedAt: number; readonly actualUsd?: number };

/** Port: asks the cloud about a run, because the events that tell of its end are best effort. */
export interface RunWatcher {
  describe(runId: string): Promise<RunState>;
}
