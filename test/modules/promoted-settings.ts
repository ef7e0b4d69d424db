import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { promotionOf as simulated } from "../simulation/candidates";

/** How the candidates of a model are judged, on either cloud. */
export function promotionOf(scheme: "s3" | "gs", model: string): PromotionSettings {
  return simulated({
    registry: scheme === "s3" ? `${model}-models` : `projects/acme-ml/locations/europe-west4/models/${model}`,
    evaluations: { bucket: "acme-ml", prefix: `evaluations/${model}/` },
    approval: { needed: "on-drift", approvers: 1, isSeparate: false },
  });
}
