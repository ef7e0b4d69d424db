// What monitors, evaluations and promotion tell of one model's quality: at random, more than once, late and out of order.
import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import { handleCoordinatorMessage } from "../../functions/core/coordination/handle-coordinator-message";
import type { WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { CandidateOutcome } from "../../functions/core/promotion/candidate";
import { followCandidate } from "../../functions/core/promotion/follow-candidate";
import { type CandidateRecord, initialPromotion, type PromotionState } from "../../functions/core/promotion/promotion-state";
import type { HoldOutReport } from "../../functions/core/quality/hold-out-message";
import type { QualitySignal } from "../../functions/core/quality/quality-signal";
import { memoryVersionedStore } from "../../functions/memory/versioned-store";
import { GOLDEN_SHA256, promotionOf } from "./candidates";

type Random = (limit: number) => number;
type Process = (ports: WatchingPorts) => Promise<unknown>;

/** A process that tells a signal. */
export type Telling = Process & { readonly signal?: QualitySignal };

const OUTCOMES: readonly CandidateOutcome[] = ["accepted", "approved-by-hand", "accepted", "rejected", "rolled-back", "expired"];

export function qualityEvents(random: Random) {
  const signals: QualitySignal[] = [];
  const reports: HoldOutReport[] = [];
  const records: CandidateRecord[] = [];
  const promotions = memoryVersionedStore<PromotionState>();

  function tellSignal(settings: ModelSettings, signal: QualitySignal): Telling {
    const tell: Process = (ports) => handleCoordinatorMessage(ports, settings, { action: "quality", signal });
    return Object.assign(tell, { signal });
  }

  /** Of a step or a quarter of one; mostly the newest that ended, and by its run or a wrong one at times. */
  function newSignal({ model, policy }: ModelSettings, state: CoordinatorState | undefined, now: number): QualitySignal {
    const stepMs = policy.adaptive?.stepMs ?? 1;
    const from = (Math.floor(now / stepMs) - 1 - (random(3) === 0 ? random(4) : 0)) * stepMs;
    const quarter = random(3) === 0 ? random(4) : undefined;
    const window =
      quarter === undefined
        ? { from, to: from + stepMs }
        : { from: from + (quarter * stepMs) / 4, to: from + ((quarter + 1) * stepMs) / 4 };
    const run = [undefined, undefined, state?.quality?.servingRun, state?.quality?.servingVersion, "run-1"][random(5)];
    const error = (10 + random(25) + (random(3) === 0 ? 40 : 0)) / 100;
    const rows = random(3) === 0 ? {} : { rows: random(20) === 0 ? 0 : 100 + random(400) };
    return { model, monitor: "labels", metric: "accuracy", ...window, error, ...rows, ...(run !== undefined && { run }) };
  }

  function newReport({ model }: ModelSettings, state: CoordinatorState | undefined): HoldOutReport {
    const { awaited, servingRequest, servingRun } = state?.quality ?? {};
    const all = [awaited?.requestId, awaited?.runId, state?.runs.at(-1)?.runId, servingRequest, servingRun];
    const names = all.filter((name) => name !== undefined);
    const run = names[random(names.length + 1)] ?? "run-0";
    const champion = random(3) === 0 ? {} : { champion: random(50) / 100 };
    return { model, run, holdOut: { challenger: random(30) / 100, ...champion } };
  }

  /** A candidate of the training that is awaited, or of nobody knows which. */
  async function newRecord({ model }: ModelSettings, state: CoordinatorState | undefined, now: number): Promise<CandidateRecord> {
    const number = records.length;
    const [id, version] = [`candidate/${model}/m-${number}`, `m/${number}`];
    const { requestId, runId } = state?.quality?.awaited ?? {};
    const outcome = OUTCOMES[random(OUTCOMES.length)] ?? "rejected";
    const candidate = { id, model, version, registeredAt: now, ...(runId !== undefined && { runId }) };
    const cause = requestId === undefined || random(4) === 0 ? {} : { cause: { requestId, priority: 4 } };
    const champions = [{ candidateId: id, version, registeredAt: now, at: now }];
    const isChampion = outcome === "accepted" || outcome === "approved-by-hand";
    const saved = (await promotions.load(model))?.version ?? 0;
    if (isChampion) await promotions.save(model, { ...initialPromotion("m", GOLDEN_SHA256), champions }, saved);
    return { candidate, number, at: now, step: "ended", outcome, why: "so it was", ...cause };
  }

  /** What was told before, one time in three. */
  async function repeated<T>(told: T[], make: () => T | Promise<T>): Promise<T> {
    const before = random(3) === 0 ? told[random(Math.max(1, told.length))] : undefined;
    const one = before ?? (await make());
    told.push(one);
    return one;
  }

  return {
    async next(settings: ModelSettings, state: CoordinatorState | undefined, now: number): Promise<Telling> {
      const { model, policy } = settings;
      const chance = random(8);
      if (chance === 0) {
        const report = await repeated(reports, () => newReport(settings, state));
        return (ports) => handleCoordinatorMessage(ports, settings, { action: "hold-out", report });
      }
      if (chance === 1 && policy.adaptive?.isPromoted === true) {
        const record = await repeated(records, () => newRecord(settings, state, now));
        const promoted = { model, policy, promotion: promotionOf() };
        return ({ states, log, now }) => followCandidate({ promotions, states, log, now }, promoted, record);
      }
      return tellSignal(settings, await repeated(signals, () => newSignal(settings, state, now)));
    },
    /** All signals once more, those that were told last first. */
    again: (settings: ModelSettings): Telling[] => [...new Set(signals.toReversed())].map((signal) => tellSignal(settings, signal)),
  };
}
