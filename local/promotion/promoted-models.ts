import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { scheduleRequestId } from "../../functions/core/request-ids";
import type { CloudName } from "../clouds/local-cloud";
import { MODELS } from "../clouds/local-clouds";
import type { Flight } from "../replay/landing-files";
import type { PlannedRequest } from "../replay/plan";
import { LANDING } from "../world/simulated-cloud";
import type { BrokenFeed } from "./flight-bucket";
import { cutGoldenSet, type GoldenCut, type GoldenSet, SLICE_COLUMNS } from "./golden-set";
import { SCHEMA_VERSION } from "./training-job";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Whose models are judged, on which flights of the week before the loop. */
interface PromotedModel {
  readonly cut: GoldenCut;
  /** Of the golden set, which never changes: of other flights, or others among them, the guardrails refuse. */
  readonly goldenSet: PromotionSettings["guardrails"]["goldenSet"];
  /** Least time from one start to the next. */
  readonly cooldownMs: number;
}

/**
 * `flight-delay` has a golden set that tells models apart; that of `west-coast` is as small as those that teams begin with, so that
 * it cannot.
 */
const PROMOTED: Readonly<Record<string, PromotedModel>> = {
  "flight-delay": {
    cut: { region: "all", every: 40 },
    goldenSet: { sha256: "21976408ff221e4138a5ed3bb995dbb6afbb52c525757a25efb1cbc2a1c6b6d4", rows: 2_838 },
    cooldownMs: 32 * HOUR_MS,
  },
  "west-coast": {
    cut: { region: "west", every: 60 },
    goldenSet: { sha256: "d5fc98b1aa83521c34ae349a07186f93e284c83c70d401950f07b945c5aedd29", rows: 285 },
    cooldownMs: 44 * HOUR_MS,
  },
};

const EVALUATIONS_BUCKET = "flights-models";

/** The golden set of each model, which is also written into the bucket of evaluations. @param week flights before the loop */
export async function writeGoldenSets(folder: string, week: readonly Flight[]): Promise<ReadonlyMap<string, GoldenSet>> {
  const sets = new Map(Object.entries(PROMOTED).map(([model, { cut }]) => [model, cutGoldenSet(week, cut)]));
  const place = join(folder, EVALUATIONS_BUCKET, "golden");
  await mkdir(place, { recursive: true });
  for (const [model, { csv }] of sets) await writeFile(join(place, `${model}.csv`), csv);
  return sets;
}

/** The models of the replay with their promotion, as they are configured on a cloud. */
export const PROMOTED_MODELS: Readonly<Record<CloudName, readonly ModelSettings[]>> = {
  aws: MODELS.aws.flatMap((settings) => withPromotion(settings, settings.model)),
  gcp: MODELS.gcp.flatMap((settings) =>
    withPromotion(settings, `projects/${LANDING.project}/locations/${LANDING.location}/models/${settings.model}`),
  ),
};

function withPromotion(settings: ModelSettings, registry: string): ModelSettings[] {
  const promoted = PROMOTED[settings.model];
  if (promoted === undefined) return [];
  const { goldenSet, cooldownMs } = promoted;
  const { policy, model } = settings;
  const budget = { dailyUsd: 200, monthlyUsd: 4_000 };
  const approval: typeof policy.approval = { ...policy.approval, expiresMs: [DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS] };
  return [{ ...settings, policy: { ...policy, cooldownMs, budget, approval }, promotion: promotionOf(model, registry, goldenSet) }];
}

function promotionOf(model: string, registry: string, goldenSet: PromotedModel["goldenSet"]): PromotionSettings {
  return {
    registry,
    evaluations: { bucket: EVALUATIONS_BUCKET, prefix: `${model}/` },
    guardrails: {
      goldenSet,
      metrics: [{ name: "auc", direction: "higher", margin: 0.035 }],
      confidence: 0.95,
      schemaVersion: SCHEMA_VERSION,
      slices: { columns: [...SLICE_COLUMNS], minRows: 200 },
      predictionShift: 0.95,
      systematicErrors: { minErrors: 200, maxExcess: 0.2 },
      training: { minRows: 1_000, minShareOfDataSet: 0 },
      chain: { promotions: 2 },
      notKnown: "ask",
    },
    approval: { needed: "on-drift", approvers: 1, isSeparate: false },
  };
}

/** A day and a bit on which the feed gives delays with the wrong sign. */
export const BROKEN_FEED: BrokenFeed = { from: Date.UTC(2001, 0, 12, 12), until: Date.UTC(2001, 0, 13, 18) };

/** What is asked for beside data: a training of `flight-delay` every night at 02:00 but the first, whatever data there is. */
export function nightlyRequests(from: number, until: number): PlannedRequest[] {
  const planned: PlannedRequest[] = [];
  const model = "flight-delay";
  for (let at = from + DAY_MS + 2 * HOUR_MS; at < until; at += DAY_MS) {
    const cause = { type: "schedule", name: "nightly", firedAt: at } as const;
    const id = scheduleRequestId(model, cause.name, at);
    planned.push({ at, request: { id, model, causes: [cause], priority: 3, manifests: [], requestedAt: at } });
  }
  return planned;
}
