import type { CoordinatorState } from "../functions/core/coordination/coordinator-state";
import type { ModelSettings } from "../functions/core/model-settings";
import type { ReplayState } from "./replay-state";

/** At rest, a request may still wait for time to pass or for a person. */
export async function isAtRest(models: readonly ModelSettings[], state: Pick<ReplayState, "batches" | "states">): Promise<boolean> {
  const heads = await Promise.all(models.map(({ model }) => state.batches.readHead(model)));
  const states = [...(await statesOf(models, state)).values()];
  return (
    heads.every(({ open, pending }) => open.count === 0 && pending.length === 0) &&
    states.every(({ runs, outbox }) => runs.length === 0 && outbox.length === 0)
  );
}

/** The coordinator states of the models that anything was asked for. */
export async function statesOf(
  models: readonly ModelSettings[],
  { states }: Pick<ReplayState, "states">,
): Promise<Map<string, CoordinatorState>> {
  const loaded = await Promise.all(models.map(async ({ model }) => [model, await states.load(model)] as const));
  return new Map(loaded.flatMap(([model, versioned]) => (versioned === undefined ? [] : [[model, versioned.state]])));
}
