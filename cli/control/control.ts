import type { CatchUp, CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import type { Answer, ApprovalAnswer } from "../../functions/core/coordination/intervene";
import type { RequestHistory, TimeSpan } from "../../functions/core/coordination/ports";
import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { DeadLetters } from "../redrive/dead-letters";

/** Port: how the command reaches the coordinator, deployed or of a local run. */
export interface Control {
  /** Epoch milliseconds; of a local run, its virtual time. */
  readonly now: () => number;
  models(): Promise<readonly ModelSettings[]>;
  /** A model's decisions, newest first. */
  decisions(model: string, limit: number): Promise<readonly Decision[]>;
  /** A model's decisions within a span of time, newest first, page by page. */
  decisionsBetween(model: string, span: TimeSpan): AsyncIterable<readonly Decision[]>;
  /** What a model's drift reports said, the newest windows first. */
  drifts(model: string, limit: number): Promise<readonly DriftRecord[]>;
  /** Undefined for a request that nobody decided on. */
  history(requestId: string): Promise<RequestHistory | undefined>;
  state(model: string): Promise<CoordinatorState>;
  /** Asks for a training; resolves to what was decided, or to nothing where the request only was queued. */
  trigger(request: TrainingRequest): Promise<readonly Decision[]>;
  answer(settings: ModelSettings, answer: ApprovalAnswer): Promise<Answer>;
  pause(settings: ModelSettings, by: string, why: string): Promise<void>;
  /** Resolves to the decisions that it caused. */
  resume(settings: ModelSettings, by: string, catchUp: CatchUp): Promise<readonly Decision[]>;
  /** Ends a block by critical drift. */
  clear(settings: ModelSettings): Promise<void>;
  /** Ends a run that its cloud can no longer tell of. */
  settle(settings: ModelSettings, outcome: RunOutcome): Promise<void>;
  /** What could not be delivered or handled. @param environment whose queues; else as the state store's name tells */
  deadLetters(environment: string | undefined): Promise<DeadLetters>;
  /** Lets go of connections. */
  close(): void;
}
