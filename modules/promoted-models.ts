import type { ModelSettings } from "../functions/core/model-settings";
import { objectUri } from "../functions/core/object-uri";
import type { PromotionSettings } from "../functions/core/promotion/promotion-settings";
import type { RolloutSettings } from "../functions/core/promotion/rollout/rollout-settings";

/** A model whose candidates are judged. */
export interface PromotedModel {
  readonly settings: ModelSettings;
  readonly promotion: PromotionSettings;
}

/** Those of the models whose candidates are judged. */
export function promotedModels(models: readonly ModelSettings[]): PromotedModel[] {
  return models.flatMap((settings) => (settings.promotion === undefined ? [] : [{ settings, promotion: settings.promotion }]));
}

/** A model whose candidates get the traffic of its endpoint. */
export interface RolledOutModel extends PromotedModel {
  readonly rollout: RolloutSettings;
}

/** Those of the models whose candidates get the traffic of their endpoints. */
export function rolledOutModels(models: readonly ModelSettings[]): RolledOutModel[] {
  return promotedModels(models).flatMap((model) => {
    const { rollout } = model.promotion;
    return rollout === undefined ? [] : [{ ...model, rollout }];
  });
}

/** Those whose candidates a role marks as approved that neither judges them nor reads their evaluations. */
export function separatelyApproved(models: readonly PromotedModel[]): PromotedModel[] {
  return models.filter(({ promotion }) => promotion.approval.isSeparate);
}

/** Those whose candidates are approved by what judges them. */
export function jointlyApproved(models: readonly PromotedModel[]): PromotedModel[] {
  return models.filter(({ promotion }) => !promotion.approval.isSeparate);
}

/** A folder of a bucket: all keys that start with the prefix, which ends with `/`. */
export interface Folder {
  readonly bucket: string;
  readonly prefix: string;
}

/** Where the evaluations of a model lie, and that of its baseline with its predictions beside it, where it lies elsewhere. */
export function evaluationFolders({ evaluations, guardrails: { baseline } }: PromotionSettings): Folder[] {
  if (baseline === undefined) return [evaluations];
  const { bucket, key } = objectUri(baseline.uri);
  const isBelow = bucket === evaluations.bucket && key.startsWith(evaluations.prefix);
  return isBelow ? [evaluations] : [evaluations, { bucket, prefix: key.replace(/[^/]*$/, "") }];
}

/** Where the manifests of the models' hold-outs lie, which go into their runs. */
export function holdOutManifests(models: readonly ModelSettings[]): { readonly bucket: string; readonly key: string }[] {
  return models.flatMap(({ promotion }) => (promotion?.mix === undefined ? [] : [objectUri(promotion.mix.baseline)]));
}
