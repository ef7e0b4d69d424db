import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { fnv1a } from "../../functions/core/request-ids";
import { promotionOf as simulated } from "../simulation/candidates";

/** How the traffic of a model's endpoint goes over to its candidates, on either cloud. */
export function rolloutOf(scheme: "s3" | "gs", model: string): NonNullable<PromotionSettings["rollout"]> {
  return {
    endpoint: scheme === "s3" ? model : `projects/acme-ml/locations/europe-west4/endpoints/${model}`,
    shadowWindows: 0,
    percents: [5, 25, 50],
    tolerance: 1.25,
    bakeWindows: 24,
    deadlineWindows: 2016,
    laterCandidate: "waits",
    ...(scheme === "s3" && {
      sagemaker: {
        role: `arn:aws:iam::111122223333:role/${model}-serving`,
        namePrefix: `rt-${fnv1a(`dev/${model}`).slice(0, 8)}`,
      },
    }),
  };
}

/** How the candidates of a model are judged, on either cloud. */
export function promotionOf(scheme: "s3" | "gs", model: string): PromotionSettings {
  return simulated({
    registry: scheme === "s3" ? `${model}-models` : `projects/acme-ml/locations/europe-west4/models/${model}`,
    evaluations: { bucket: "acme-ml", prefix: `evaluations/${model}/` },
    approval: { needed: "on-drift", approvers: 1, isSeparate: false },
  });
}
