import { type CoordinationPorts, changeState } from "../../functions/core/coordination/coordinate";
import { type CatchUp, type CoordinatorState, initialState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import {
  type Answer,
  type ApprovalAnswer,
  answerRequest,
  clearBlock,
  pause,
  resume,
} from "../../functions/core/coordination/intervene";
import type { RequestHistory, TimeSpan } from "../../functions/core/coordination/ports";
import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import { recordRunEnd } from "../../functions/core/coordination/sweep-coordination";
import type { DriftLog, DriftRecord } from "../../functions/core/drift/ports";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { plainValues } from "../printout";
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

export interface ControlPorts extends Pick<CoordinationPorts, "states" | "decisions" | "now"> {
  readonly drifts: Pick<DriftLog, "list">;
  readonly settings: ModelSettingsSource;
  readonly trigger: Control["trigger"];
  readonly deadLetters: Control["deadLetters"];
  /** Called after every change of a model's state, whose outbox may hold what follows. */
  readonly afterChange: (settings: ModelSettings) => Promise<void>;
  readonly close: () => void;
}

/**
 * A control whose answers hold no text that a terminal obeys, for commands that print them: reasons, names, ids and keys come from
 * outside. What a command hands in is passed on as it is.
 */
export function plainControl(control: Control): Control {
  return {
    ...control,
    decisions: async (...query) => plainValues(await control.decisions(...query)),
    async *decisionsBetween(...query) {
      for await (const page of control.decisionsBetween(...query)) yield plainValues(page);
    },
    drifts: async (...query) => plainValues(await control.drifts(...query)),
    history: async (requestId) => plainValues(await control.history(requestId)),
    state: async (model) => plainValues(await control.state(model)),
    trigger: async (request) => plainValues(await control.trigger(request)),
    answer: async (...given) => plainValues(await control.answer(...given)),
    resume: async (...given) => plainValues(await control.resume(...given)),
  };
}

/** `Control` over the coordinator's own ports: interventions are saved into the state as the deployed functions save it. */
export function coordinatorControl(ports: ControlPorts): Control {
  const { settings, states, decisions, drifts, now, trigger, deadLetters, afterChange, close } = ports;
  return {
    now,
    trigger,
    deadLetters,
    close,
    models: () => settings.list(),
    decisions: (model, limit) => decisions.list(model, limit),
    decisionsBetween: (model, span) => decisions.between(model, span),
    drifts: (model, limit) => drifts.list(model, limit),
    history: (requestId) => decisions.read(requestId),
    state: async (model) => (await states.load(model))?.state ?? initialState(now()),
    async answer(model, answer) {
      const taken = await answerRequest(ports, model, answer);
      await afterChange(model);
      return taken;
    },
    async pause(model, by, why) {
      await changeState(ports, model.model, (state) => ({ state: pause(state, by, why, now()) }));
      await afterChange(model);
    },
    async resume(model, by, catchUp) {
      const { decisions } = await changeState(ports, model.model, (state) => resume(model.policy, state, { by, catchUp }, now()));
      await afterChange(model);
      return decisions;
    },
    async clear(model) {
      await changeState(ports, model.model, (state) => ({ state: clearBlock(state, now()) }));
      await afterChange(model);
    },
    async settle(model, outcome) {
      await recordRunEnd(ports, model.model, outcome, now());
      await afterChange(model);
    },
  };
}
