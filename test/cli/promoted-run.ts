import { join } from "node:path";
import { type Judgement, judgeCandidate } from "../../functions/core/promotion/judge-candidate";
import { observeVersion } from "../../functions/core/promotion/observe-version";
import type { RegisteredVersion } from "../../functions/core/promotion/ports";
import type { PromotedModel } from "../../functions/core/promotion/promotion-effects";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import type { TrainingRequest } from "../../functions/core/training-request";
import { fileCandidateLog, filePromotionStore } from "../../local/files/file-stores";
import { RECORD_FOLDER, readState, writeState } from "../../local/files/replay-record";
import { freshState, judgementOf, promotedOf, promotionOf, versionOf } from "../simulation/candidates";
import { localRun, START } from "./local-run";

/** A version of `flight-delay`, and how the guardrails answered about it; without an answer it waits to be judged. */
export interface SeenVersion {
  readonly version?: Partial<RegisteredVersion>;
  readonly judgement?: Partial<Judgement>;
}

/** How many minutes after `START` the nth version is registered, and is judged one minute after that. */
const MINUTES = 10;

/** When the nth version was registered, from 1. */
function registeredAt(n: number): number {
  return START + n * MINUTES * 60_000;
}

/** The state after these versions were seen, one after the other, and what is left to do is. */
export function promotionAfter(settings: Partial<PromotionSettings>, versions: readonly SeenVersion[]): PromotionState {
  const model: PromotedModel = promotedOf(settings);
  return versions.reduce((state, { version, judgement }, index) => {
    const n = index + 1;
    const at = registeredAt(n);
    const seen = observeVersion(state, model, versionOf(n, { registeredAt: at, ...version }), at);
    if (judgement === undefined) return seen;
    const comparedWith = seen.champions.at(-1)?.candidateId;
    return judgeCandidate(seen, model, judgementOf(n, { comparedWith, ...judgement }), at + 60_000);
  }, freshState());
}

/** Folder of a local run in which `flight-delay` is promoted by these settings, and these versions were seen, and then more was. */
export async function promotedRun(
  settings: Partial<PromotionSettings>,
  versions: readonly SeenVersion[],
  requests: readonly TrainingRequest[] = [],
  then: (state: PromotionState) => PromotionState = (state) => state,
): Promise<string> {
  const folder = await localRun(...requests);
  const record = join(folder, RECORD_FOLDER);
  const state = await readState(record);
  const models = state.models.map((one) => (one.model === "flight-delay" ? { ...one, promotion: promotionOf(settings) } : one));
  await writeState(record, { ...state, models });
  const promotion = then(promotionAfter(settings, versions));
  const log = fileCandidateLog(record);
  for (const effect of promotion.outbox) if (effect.type === "record") await log.record(effect.record);
  await filePromotionStore(record).save("flight-delay", { ...promotion, outbox: [] }, 0);
  return folder;
}
