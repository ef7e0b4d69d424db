import { assessDrift, type DriftPorts } from "../../functions/core/drift/assess-drift";
import type { DriftReport } from "../../functions/core/drift/drift-report";
import type { DriftState } from "../../functions/core/drift/drift-state";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import type { LogRecord } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { QualitySignal } from "../../functions/core/quality/quality-signal";
import type { TrainingRequest } from "../../functions/core/training-request";
import { memoryDecisionLog, memoryNotifier, memoryQualityQueue, memoryRequestQueue } from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { decodeDriftState, encodeDriftState } from "../../functions/node/drift-codecs";
import { NOON } from "./requests";
import { type Fate, runProcess, type Step, unreliable } from "./unreliable";

/** One model's drift evaluators over memory adapters that all processes share. */
export function createAssessment(settings: ModelSettings, pause: () => Promise<void>) {
  const histories = memoryDriftHistoryStore();
  const drifts = memoryDriftLog();
  const decisions = memoryDecisionLog();
  const notifier = memoryNotifier();
  const sent: TrainingRequest[] = [];
  const signals: QualitySignal[] = [];
  const saved: DriftState[] = [];
  const reported: LogRecord[] = [];
  const queue = memoryRequestQueue(async (request) => {
    sent.push(request);
  });
  const qualities = memoryQualityQueue(async (signal) => {
    signals.push(signal);
  });
  /** Keeps what the clouds' stores would read back. */
  const observed: DriftPorts["histories"] = {
    ...histories,
    async save(model, state, version) {
      const kept = decodeDriftState(encodeDriftState(model, state));
      const isSaved = await histories.save(model, kept, version);
      if (isSaved) saved.push(kept);
      return isSaved;
    },
  };

  function ports(step: Step): DriftPorts {
    return {
      histories: unreliable(observed, step),
      drifts: unreliable(drifts, step),
      requests: unreliable(queue, step),
      qualities: unreliable(qualities, step),
      notifier: unreliable(notifier, step),
      fates: unreliable(requestFates(decisions), step),
      log: (entry) => void reported.push(entry),
      now: () => NOON,
    };
  }

  const reliably = (): Fate => "fine";
  return {
    sent,
    signals,
    saved,
    /** A person refuses the training that was asked for. */
    refuse: async (request: TrainingRequest | undefined) => {
      if (request === undefined) throw new Error("no training was asked for");
      const { id: requestId, model } = request;
      await decisions.record({ requestId, model, outcome: "reject", reason: "not-approved", decidedAt: NOON, checks: [], request });
    },
    reported,
    records: drifts.records,
    subjects: notifier.subjects,
    state: async () => (await histories.load(settings.model))?.state,
    /** Rejects as the evaluator does; resolves to DIED when its process died. */
    assess: (report: DriftReport, nextFate = reliably) =>
      runProcess((step) => assessDrift(ports(step), settings, report), nextFate, pause),
    /** A step of the caller's own, for a port call that it wants to fail. */
    assessWith: (step: Step, report: DriftReport) => assessDrift(ports(step), settings, report),
  };
}

export type Assessment = ReturnType<typeof createAssessment>;
