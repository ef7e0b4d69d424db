import type { CoordinatorStore, DecisionLog } from "../../functions/core/coordination/ports";
import type { Log } from "../../functions/core/log/log";
import { type PromotionPorts, promoteModel } from "../../functions/core/promotion/promote-model";
import type { PromotedModel } from "../../functions/core/promotion/promotion-effects";
import { fileDigest } from "../../functions/node/hashes";
import { fileEvaluationFiles } from "../../local/files/file-evaluation-files";
import { fileCandidateLog, filePromotionStore } from "../../local/files/file-stores";

/** Something that only a run that goes on has. */
class RunOverError extends Error {
  override readonly name = "RunOverError";
}

/** A turn of a model's promotion after its run: all of it, but that nothing is looked at in the registry. */
export async function promoteAfterRun(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  await promoteModel(ports, model, false).catch((error: unknown) => {
    const isOver = error instanceof AggregateError && error.errors.every((one) => one instanceof RunOverError);
    if (!isOver) throw error;
  });
}

/** What promotion shares with the coordinator of a local run. */
export interface LocalCoordination {
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * The promotion of a local run, over its files. The registry ended with the run: it takes every verdict, and has nothing that is
 * to be looked at. What its trainings wrote of their models is still there, to judge by.
 */
export function localPromotionPorts(record: string, { states, decisions, log, now }: LocalCoordination): PromotionPorts {
  const over = async () => {
    throw new RunOverError(
      "the run's registry ended with it; npm start -- --scenario promotion makes a new run, in which models are registered",
    );
  };
  return {
    promotions: filePromotionStore(record),
    candidates: fileCandidateLog(record),
    registry: { list: over, newestApproved: over, describe: over, mark: async () => "marked" },
    evaluations: fileEvaluationFiles(record),
    sha256: fileDigest,
    states,
    decisions,
    notifier: { notify: async () => {} },
    mayPerform: () => true,
    log,
    now,
  };
}
