import type { ModelSettings } from "../../functions/core/model-settings";
import { promotedModels } from "../../modules/promoted-models";

/** What each minute's turn of the functions of promotion reads though nothing is promoted. */
export interface PromotionTurns {
  /** Functions with such turns: the promoter, the approver and the rollout, as far as they are made. */
  readonly functions: number;
  /** Models whose candidates are judged: each turn reads the state of every one. */
  readonly promoted: number;
  /** Models that have settings: each turn reads all of them, as what was read is kept for a minute. */
  readonly models: number;
  /** Bytes of those settings as JSON, which is about what a row takes. */
  readonly settingsBytes: number;
}

const ROLES = /-(?:promoter|approver|rollout)$/;

/**
 * Counts them of a stack.
 * @param functions names of its functions, each of which ends with its role
 */
export function promotionTurns(functions: readonly string[], models: readonly ModelSettings[]): PromotionTurns {
  return {
    functions: functions.filter((name) => ROLES.test(name)).length,
    promoted: promotedModels(models).length,
    models: models.length,
    settingsBytes: models.reduce((sum, settings) => sum + Buffer.byteLength(JSON.stringify(settings)), 0),
  };
}

/** `2 functions each read the states of 3 models, and the settings of 4, every minute` */
export function turnsBasis({ functions, promoted, models }: PromotionTurns): string {
  const states = `${promoted === 1 ? "the state of 1 model" : `the states of ${promoted} models`}, and the settings of ${models}`;
  return `${functions === 1 ? "1 function reads" : `${functions} functions each read`} ${states}, every minute`;
}
