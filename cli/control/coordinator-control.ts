import { type CoordinationPorts, changeState } from "../../functions/core/coordination/coordinate";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import { answerRequest, clearBlock, pause, resume } from "../../functions/core/coordination/intervene";
import { recordRunEnd } from "../../functions/core/coordination/sweep-coordination";
import type { DriftLog } from "../../functions/core/drift/ports";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import type { Control } from "./control";

export interface ControlPorts extends Pick<CoordinationPorts, "states" | "decisions" | "now"> {
  readonly drifts: Pick<DriftLog, "list">;
  readonly settings: ModelSettingsSource;
  readonly trigger: Control["trigger"];
  readonly deadLetters: Control["deadLetters"];
  /** Called after every change of a model's state, whose outbox may hold what follows. */
  readonly afterChange: (settings: ModelSettings) => Promise<void>;
  readonly close: () => void;
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
