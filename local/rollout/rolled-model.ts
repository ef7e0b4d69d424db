import type { ModelSettings } from "../../functions/core/model-settings";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import { trafficAt } from "../../functions/core/promotion/rollout/rollout-state";
import type { CloudName } from "../clouds/local-cloud";
import { MODELS } from "../clouds/local-clouds";
import { SCHEMA_VERSION } from "../promotion/training-job";
import { LANDING } from "../world/simulated-cloud";
import { goldenSet } from "./candidates";

const MODEL = "flight-delay";
const EVALUATIONS = { bucket: "flights-models", prefix: `${MODEL}/` } as const;

/** What the clouds differ in: names, and SageMaker's shadow, which Vertex AI has not. */
const ROLLOUTS: Readonly<
  Record<CloudName, Pick<NonNullable<PromotionSettings["rollout"]>, "endpoint" | "shadowWindows" | "sagemaker">>
> = {
  aws: {
    endpoint: "flight-delays",
    shadowWindows: 6,
    sagemaker: { role: `arn:aws:iam::${LANDING.account}:role/flight-models`, namePrefix: "rt-0f11847d" },
  },
  gcp: { endpoint: `projects/${LANDING.project}/locations/${LANDING.location}/endpoints/4711`, shadowWindows: 0 },
};

type RolledModel = ModelSettings & {
  readonly promotion: PromotionSettings & { readonly rollout: NonNullable<PromotionSettings["rollout"]> };
};

/** The one model of the scenario, with its promotion and its rollout as they are configured on a cloud by default. */
export function rolledModel(cloud: CloudName): RolledModel {
  const settings = MODELS[cloud].find(({ model }) => model === MODEL);
  if (settings === undefined) throw new Error(`the local run has no model ${MODEL}`);
  const registry = cloud === "aws" ? MODEL : `projects/${LANDING.project}/locations/${LANDING.location}/models/${MODEL}`;
  return {
    ...settings,
    promotion: {
      registry,
      evaluations: EVALUATIONS,
      guardrails: {
        goldenSet: goldenSet(),
        metrics: [{ name: "auc", direction: "higher", margin: 0.02 }],
        confidence: 0.95,
        schemaVersion: SCHEMA_VERSION,
        slices: { columns: [], minRows: 200 },
        predictionShift: 0.1,
        systematicErrors: { minErrors: 200, maxExcess: 0.2 },
        training: { minRows: 1_000, minShareOfDataSet: 0 },
        chain: { promotions: 10 },
        notKnown: "ask",
      },
      approval: { needed: "never", approvers: 1, isSeparate: false },
      rollout: {
        ...ROLLOUTS[cloud],
        percents: [5, 25, 50],
        tolerance: 1.25,
        bakeWindows: 24,
        deadlineWindows: 2_016,
        laterCandidate: "waits",
      },
    },
  };
}

/** The candidate that is compared at this share of the traffic. */
export function candidateAt(state: PromotionState | undefined, percent: number | undefined): string | undefined {
  const { candidate, rollout } = state?.current ?? {};
  if (percent === undefined || rollout?.plan === undefined || rollout.toward !== undefined) return undefined;
  const traffic = trafficAt(rollout.plan, rollout.at);
  return traffic.is === "split" && traffic.percent === percent ? candidate?.id : undefined;
}

/** Nothing is decided about, and nothing is left to do. */
export function isIdle({ current, next, outbox, noticed }: PromotionState): boolean {
  return current === undefined && next === undefined && outbox.length === 0 && noticed.length === 0;
}
