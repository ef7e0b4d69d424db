import { type CoordinationPorts, changeState } from "../coordination/coordinate";
import type { CoordinatorState } from "../coordination/coordinator-state";
import { turnCalendar } from "../coordination/turn-calendar";
import type { ModelSettings } from "../model-settings";
import { type DecidingSettings, recorded } from "../replay/recorded-input";
import { holdOutTold, qualityUnder } from "./follow-training";
import type { HoldOutReport } from "./hold-out-message";

/** The state after what a run told of its hold-out; `ignored` says why it counts for nothing, and then nothing changed. */
export type TakenHoldOut = { readonly state: CoordinatorState } & (
  | { readonly ignored: string }
  /** The training that it is about: its request, or, where nobody knows that, its run. */
  | { readonly training: string }
);

/**
 * Takes what a run's evaluation told into what is known of the model. Told again, it changes nothing.
 * @param now epoch milliseconds
 */
export function decideHoldOut(
  { policy: { adaptive } }: Pick<DecidingSettings, "policy">,
  before: CoordinatorState,
  report: HoldOutReport,
  now: number,
): TakenHoldOut {
  if (adaptive === undefined) return { state: before, ignored: "the model has no policy.adaptive, which would use it" };
  const state = turnCalendar(before, now);
  const quality = qualityUnder(adaptive, state.quality, state.runs, now);
  const told = holdOutTold(quality, report, state.runs);
  if ("ignored" in told) return { state: before, ignored: told.ignored };
  const { training } = told;
  return told.quality === quality ? { state: before, training } : { state: { ...state, quality: told.quality }, training };
}

/**
 * Handles what a run's evaluation told. Repeating it is harmless. Rejects when the state cannot be read or saved; the message then
 * returns to its queue.
 * @param settings undefined for a model that is not configured
 */
export async function takeHoldOut(
  ports: Pick<CoordinationPorts, "states" | "now" | "log">,
  settings: ModelSettings | undefined,
  report: HoldOutReport,
): Promise<void> {
  const { model, run, holdOut } = report;
  if (settings === undefined) {
    ports.log({ level: "warn", event: "hold-out-ignored", model, run, why: "no such model is configured" });
    return;
  }
  const at = ports.now();
  const taken = await changeState(ports, model, (state) => {
    const decided = decideHoldOut(settings, state, report, at);
    if ("ignored" in decided) return { ...decided, isNew: false };
    const input = { type: "hold-out", at, training: decided.training, holdOut } as const;
    return { ...recorded(state, decided, input, settings), isNew: decided.state !== state };
  });
  if ("ignored" in taken) ports.log({ level: "warn", event: "hold-out-ignored", model, run, why: taken.ignored });
  else if (taken.isNew) ports.log({ level: "info", event: "hold-out-taken", model, requestId: taken.training, ...holdOut });
}
