import { type Log, messageOf } from "../../log/log";
import { limitsLog } from "../../log/passed-limits";
import type { ModelSettingsSource } from "../../model-settings";
import { promotedModel } from "../change-promotion";
import type { PromotedModel } from "../promotion-effects";
import type { PromotionState } from "../promotion-state";
import { type DrivenPorts, driveRollout } from "./drive-rollout";
import { tellRollout } from "./tell-rollout";

export interface RolloutPorts extends Omit<DrivenPorts, "did"> {
  readonly settings: ModelSettingsSource;
  readonly log: Log;
}

/**
 * Turns of the rollouts of all models. Models without a rollout cost no call but the one that reads all states. One failure does
 * not stop the rest.
 * @returns what rejects, after every model had its turn, with an Error that names those which failed
 */
export function rolloutTurns(ports: RolloutPorts): () => Promise<void> {
  return async () => {
    const models = (await ports.settings.list()).flatMap((one) => promotedModel(one) ?? []);
    if (models.length === 0) return;
    const states = await ports.promotions.loadAll(models.map(({ model }) => model));
    const failed: string[] = [];
    for (const [index, model] of models.entries()) {
      const read = states[index];
      try {
        if (read?.status !== "fulfilled") throw read?.reason;
        if (read.value?.state.current?.rollout !== undefined) await turn(ports, model, read.value.state);
      } catch (error) {
        failed.push(model.model);
        ports.log({ level: "error", event: "handler-failed", function: "rollout", model: model.model, error: messageOf(error) });
      }
    }
    if (failed.length > 0) throw new Error(`the rollout failed for ${failed.join(", ")}; the next tick tries again`);
  };
}

async function turn(ports: RolloutPorts, model: PromotedModel, before: PromotionState): Promise<void> {
  let left = before;
  const requestId = before.current?.candidate.id ?? "";
  const did = (what: string) => ports.log({ level: "info", event: "traffic-step", model: model.model, requestId, did: what });
  try {
    left = await driveRollout({ ...ports, did }, model);
  } finally {
    // One that nothing can move must be seen to stand.
    tellRollout({ ...ports, log: limitsLog(ports.log, [model]) }, left);
  }
}
