import { messageOf } from "../log/log";
import { limitsLog } from "../log/passed-limits";
import type { ModelSettingsSource } from "../model-settings";
import { pacedLooks } from "../pacing";
import { promotedModel } from "./change-promotion";
import { overtaken } from "./judge-candidate";
import { alignedState } from "./observe-version";
import { type PromotionPorts, performPromotion, promoteModel } from "./promote-model";
import type { PromotedModel } from "./promotion-effects";
import type { PromotionSettings } from "./promotion-settings";
import type { PromotionEffect, PromotionState } from "./promotion-state";

/** A registry is asked for what no event told of so often, milliseconds. */
export interface LookPace {
  /** After a look. */
  readonly againMs: number;
  /** After one that failed. */
  readonly retryMs: number;
}

/** A turn of the promotion of every model that has one, by the settings of now. */
export type PromotionTurn = () => Promise<void>;

/**
 * Turns of the promotion of all models. Models at rest cost no call but the one that reads all states; a candidate may have a
 * million predictions, so one model is worked on after the other. One failure does not stop the rest.
 * @param pace of the looks at the registries
 * @returns what rejects, after every model had its turn, when one failed
 */
export function promotionTurns(ports: PromotionPorts & { readonly settings: ModelSettingsSource }, pace: LookPace): PromotionTurn {
  const paced = pacedLooks(ports.now, pace);
  return async () => {
    await eachPromoted(ports, "promoter", async (model, state) => {
      let left = state;
      try {
        const looked = await paced(model.model, model.promotion.registry, () => promoteModel(ports, model, true));
        left = looked ?? (isAtRest(state, model, ports.now()) ? state : await promoteModel(ports, model, false));
      } finally {
        // A candidate that nothing can decide about must be seen to wait.
        tellState(ports, model, left);
      }
    });
  };
}

/** Turns that only do what is left to do, as far as the function may: of one that may approve, and nothing else. */
export function performingTurns(ports: PromotionPorts & { readonly settings: ModelSettingsSource }): PromotionTurn {
  return () =>
    eachPromoted(ports, "approver", async (model, state) => {
      if (state?.outbox.some((effect) => ports.mayPerform(model, effect)) === true) await performPromotion(ports, model);
    });
}

/** @throws Error, after every model had its turn, that names those which failed */
async function eachPromoted(
  { settings, promotions, log }: PromotionPorts & { readonly settings: ModelSettingsSource },
  role: "promoter" | "approver",
  work: (model: PromotedModel, state: PromotionState | undefined) => Promise<void>,
): Promise<void> {
  const models = (await settings.list()).flatMap((one) => promotedModel(one) ?? []);
  if (models.length === 0) return;
  const states = await promotions.loadAll(models.map(({ model }) => model));
  const failed: string[] = [];
  for (const [index, model] of models.entries()) {
    const read = states[index];
    try {
      if (read?.status !== "fulfilled") throw read?.reason;
      await work(model, read.value?.state);
    } catch (error) {
      failed.push(model.model);
      log({ level: "error", event: "handler-failed", function: role, model: model.model, error: messageOf(error) });
    }
  }
  if (failed.length > 0) throw new Error(`the ${role} failed for ${failed.join(", ")}; the next tick tries again`);
}

/** What the function does that judges candidates: all but the approvals that another one is to give. */
export function judgesMay({ promotion }: PromotedModel, effect: PromotionEffect): boolean {
  return !isSeparateApproval(promotion, effect);
}

/** What the function does that may approve, where the one that judges may not: that, and nothing else. */
export function approversMay({ promotion }: PromotedModel, effect: PromotionEffect): boolean {
  return isSeparateApproval(promotion, effect);
}

function isSeparateApproval({ approval }: PromotionSettings, effect: PromotionEffect): boolean {
  return approval.isSeparate && effect.type === "mark" && effect.verdict === "approved";
}

function isAtRest(state: PromotionState | undefined, model: PromotedModel, now: number): boolean {
  if (state === undefined) return true;
  if (alignedState(state, model) !== state || overtaken(state, now) !== state) return false;
  const { outbox, noticed, current, frozenAt } = state;
  const isAsked = current?.stage === "approval" && current.approval !== undefined && current.approval.expiresAt > now;
  const isWaiting = isAsked || current?.stage === "rollout";
  return outbox.length === 0 && noticed.length === 0 && frozenAt === undefined && (current === undefined || isWaiting);
}

function tellState({ log, now }: PromotionPorts, settings: PromotedModel, state: PromotionState | undefined): void {
  // A candidate in its rollout is told of by that.
  if (state?.current === undefined || state.current.stage === "rollout") return;
  const { candidate, stage, approval } = state.current;
  const expiresAt = stage === "approval" ? approval?.expiresAt : undefined;
  limitsLog(log, [settings])({
    level: "info",
    event: "promotion-state",
    model: settings.model,
    requestId: candidate.id,
    candidateAgeSec: Math.max(0, now() - candidate.registeredAt) / 1000,
    candidateApprovalExpiresInSec: expiresAt && Math.max(0, expiresAt - now()) / 1000,
  });
}
