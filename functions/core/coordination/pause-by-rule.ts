import type { PauseOrder } from "../event-rules/ruled-message";
import type { ModelSettings } from "../model-settings";
import { type CoordinationPorts, changeState } from "./coordinate";
import type { CoordinatorState } from "./coordinator-state";
import { pause } from "./intervene";

/**
 * Pauses a model because a rule says so, and reports whether it did. Repeating it is harmless. Rejects when the state cannot be read
 * or saved; the message then returns to its queue.
 * @param settings undefined for a model that is not configured, of which nothing starts anyway
 */
export async function pauseByRule(
  ports: Pick<CoordinationPorts, "states" | "now" | "report">,
  settings: ModelSettings | undefined,
  order: PauseOrder,
): Promise<void> {
  const { model, rule, why } = order;
  if (settings === undefined) {
    ports.report({ level: "warn", event: "pause-of-unknown-model", model, rule, why });
    return;
  }
  const { isPaused } = await changeState(ports, model, (before) => {
    const state = pausedByRule(before, order, ports.now());
    return { state, isPaused: state !== before };
  });
  ports.report({ level: "info", event: isPaused ? "paused" : "pause-ignored", model, rule, why });
}

/**
 * The state after a rule's pause: unchanged where the model is paused already, so that nobody's reason is overwritten, and where a
 * person resumed it after the event, so that a late or repeated delivery does not undo what they decided.
 */
export function pausedByRule(state: CoordinatorState, { rule, why, at }: PauseOrder, now: number): CoordinatorState {
  if (state.paused !== undefined || (state.resumed !== undefined && at <= state.resumed.at)) return state;
  return pause(state, `rule ${rule}`, why, now);
}
