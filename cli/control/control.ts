import { type AnswerRecord, type CoordinatorState, initialState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import type { Erasure } from "../../functions/core/coordination/erase-person";
import { identityOf, type PersonAnswer } from "../../functions/core/coordination/person-answer";
import type { CoordinatorStore, DecisionLog, RequestHistory, TimeSpan } from "../../functions/core/coordination/ports";
import type { DriftLog, DriftRecord } from "../../functions/core/drift/ports";
import { messageOf } from "../../functions/core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import type { CandidateLog, PromotionStore } from "../../functions/core/promotion/ports";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { isCandidateId } from "../../functions/core/request-ids";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { CommandError } from "../command-error";
import { plainValues } from "../printout";
import type { DeadLetters } from "../redrive/dead-letters";

/** What came of an answer, as the state that took it has it. */
export type GivenAnswer = Omit<AnswerRecord, "do"> & Pick<PersonAnswer, "do">;

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
  /** Undefined for a model of which no candidate was seen yet. */
  promotion(model: string): Promise<PromotionState | undefined>;
  /** Steps of a model's candidates: those of candidates that were registered last first, and of each the newest first. */
  candidateSteps(model: string, limit: number): Promise<readonly CandidateRecord[]>;
  /** The steps of one candidate, oldest first; none for one that nobody heard of. */
  stepsOf(model: string, candidateId: string): Promise<readonly CandidateRecord[]>;
  /** What a read resolves to; undefined where the caller may send, but not read. */
  ifReadable<T>(read: () => Promise<T>): Promise<T | undefined>;
  /** Asks for a training; resolves to what was decided, or to nothing where the request only was queued. */
  trigger(request: TrainingRequest): Promise<readonly Decision[]>;
  /**
   * Gives the coordinator a person's answer, about a request or a candidate. Resolves to what came of it; to undefined where that
   * is not known yet, or the caller may not read it.
   */
  answer(answer: PersonAnswer): Promise<GivenAnswer | undefined>;
  /** Forgets a person, in the records of all models. */
  erase(person: string): Promise<Erasure>;
  /** Who the coordinator takes a person for who says this name; undefined where the queue attests it later. */
  identity(name: string): string | undefined;
  /** What could not be delivered or handled, in the queues of the environment. */
  deadLetters(): Promise<DeadLetters>;
  /** What a person does about an error of these methods; undefined for one of which nothing better is known than what it says. */
  troubleOf(error: unknown): Promise<CommandError | undefined>;
  /** Lets go of connections. */
  close(): void;
}

export interface ControlPorts {
  /** Only the coordinator saves what it holds. */
  readonly states: Pick<CoordinatorStore, "load">;
  readonly decisions: Pick<DecisionLog, "list" | "between" | "read">;
  readonly drifts: Pick<DriftLog, "list">;
  readonly promotions: Pick<PromotionStore, "load">;
  readonly candidates: Pick<CandidateLog, "list" | "read">;
  readonly settings: ModelSettingsSource;
  readonly now: () => number;
  readonly trigger: Control["trigger"];
  /** Hands an answer to the coordinator, or to its queue. */
  readonly send: (answer: PersonAnswer) => Promise<void>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  /** True for the error of a read that the caller's identity is not allowed. */
  readonly isNotAllowed: (error: unknown) => boolean;
  /** The queue attests who sends to it, whatever name is said. */
  readonly isAttested: boolean;
  /** The one thing that writes records beside the coordinator. */
  readonly erase: Control["erase"];
  readonly deadLetters: Control["deadLetters"];
  /** @default - knows nothing better */
  readonly troubleOf?: Control["troubleOf"];
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
    promotion: async (model) => plainValues(await control.promotion(model)),
    candidateSteps: async (...query) => plainValues(await control.candidateSteps(...query)),
    stepsOf: async (...query) => plainValues(await control.stepsOf(...query)),
    trigger: async (request) => plainValues(await control.trigger(request)),
    answer: async (...given) => plainValues(await control.answer(...given)),
  };
}

/** How often the state is looked at for what came of an answer, and how long it is waited before each further look. */
const LOOKS = 21;
const LOOK_AGAIN_MS = 1_000;

/** `Control` over the coordinator's own ports, of which it reads all and writes none. */
export function coordinatorControl(ports: ControlPorts): Control {
  const { settings, states, decisions, drifts, promotions, candidates, now, trigger, erase, deadLetters, isNotAllowed, close } =
    ports;

  let isReadable = true;

  async function ifReadable<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (!isReadable) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!isNotAllowed(error)) throw error;
      isReadable = false;
      return undefined;
    }
  }

  async function recordOf({ id, model, ...deed }: PersonAnswer): Promise<GivenAnswer | undefined> {
    if (!("requestId" in deed && isCandidateId(deed.requestId))) {
      return (await states.load(model))?.state.answers?.find((one) => one.id === id);
    }
    const record = (await promotions.load(model))?.state.answers.find((one) => one.id === id);
    if (record === undefined) return undefined;
    const { candidateId: requestId, ...answered } = record;
    return { ...answered, requestId };
  }

  return {
    now,
    trigger,
    erase,
    deadLetters,
    close,
    troubleOf: ports.troubleOf ?? (async () => undefined),
    ifReadable,
    models: () => settings.list(),
    decisions: (model, limit) => decisions.list(model, limit),
    decisionsBetween: (model, span) => decisions.between(model, span),
    drifts: (model, limit) => drifts.list(model, limit),
    history: (requestId) => decisions.read(requestId),
    state: async (model) => (await states.load(model))?.state ?? initialState(now()),
    promotion: async (model) => (await promotions.load(model))?.state,
    candidateSteps: (model, limit) => candidates.list(model, limit),
    stepsOf: (model, candidateId) => candidates.read(model, candidateId),
    identity: (name) => (ports.isAttested ? undefined : identityOf(name, "declared")),
    async answer(answer) {
      await ports.send(answer);
      for (let look = 1; ; look++) {
        const seen = await ifReadable(async () => ({ record: await recordOf(answer) })).catch((error: unknown) => {
          throw new Error(`sent, but what came of it could not be read: ${messageOf(error)}`, { cause: error });
        });
        if (seen?.record !== undefined || seen === undefined || look === LOOKS) return seen?.record;
        await ports.wait(LOOK_AGAIN_MS);
      }
    },
  };
}
