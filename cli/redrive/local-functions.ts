import { createHash } from "node:crypto";
import { join } from "node:path";
import { driftStateSchema } from "../../functions/core/drift/drift-state";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import type { LogRecord } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import { qualityMessageOf } from "../../functions/core/quality/quality-message";
import { memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import type { LocalCloud, ReplayPorts } from "../../local/clouds/local-cloud";
import { fileManifestStore } from "../../local/files/file-manifest-store";
import {
  fileBatchStore,
  fileCoordinatorStore,
  fileDecisionLog,
  fileDriftLog,
  fileRuns,
  fileVersionedStore,
} from "../../local/files/file-stores";
import { appendLine } from "../../local/files/json-files";
import { REDRIVE_FILES, type ReplayQueue } from "../../local/files/replay-record";
import { rememberedStates } from "../../local/replay/replay-state";
import type { Delivery, QueuedMessage, SimulatedRejections } from "../../local/world/simulated-queue";

/** The functions of a local run, over what it left in its folder. */
export interface LocalFunctions {
  readonly ports: ReplayPorts;
  /** Hands a message to the function behind a queue. @throws Error with what the function said when it fails */
  deliver(queue: ReplayQueue, message: QueuedMessage): Promise<void>;
  sweep(): Promise<void>;
}

/** What local functions need to know of their run. */
export interface LocalRun {
  readonly folder: string;
  readonly edition: LocalCloud;
  readonly models: readonly ModelSettings[];
  readonly seed: number;
  /** Virtual time, epoch milliseconds. */
  readonly now: () => number;
}

/** A letter that its function refuses again stays where it is. */
const KEPT_HERE: SimulatedRejections = {
  keep: async (_message, { reason }) => {
    throw new Error(reason);
  },
};

/**
 * The real handlers over files. A request that the data path sends is handled before it counts as sent, so that a crash in between
 * leaves its batch to be published again.
 */
export async function localFunctions({ folder, edition, models, seed, now }: LocalRun): Promise<LocalFunctions> {
  let said = "nothing";
  const functions = new Map<ReplayQueue, Delivery>();

  async function deliver(queue: ReplayQueue, message: QueuedMessage): Promise<void> {
    const failed = (await functions.get(queue)?.([{ ...message, receives: 1, visibleAt: now() }])) ?? [message.id];
    if (failed.length > 0) throw new Error(`the function behind ${queue} failed: ${said}`);
  }

  const decisions = fileDecisionLog(folder, now);
  const ports: ReplayPorts = {
    settings: memoryModelSettings(models),
    batches: await fileBatchStore(join(folder, REDRIVE_FILES.batches)),
    states: rememberedStates(fileCoordinatorStore(folder)),
    histories: fileVersionedStore(join(folder, "drift-histories.json"), driftStateSchema),
    decisions,
    fates: requestFates(decisions),
    drifts: fileDriftLog(folder),
    deployment: memoryDeployment,
    manifests: fileManifestStore(folder, edition.manifests),
    ...fileRuns(folder, models, seed, now),
    notifier: { notify: async () => {} },
    log: ({ level, event, error }: LogRecord) => {
      if (level === "error") said = `${event}: ${String(error)}`;
    },
    requests: {
      async send(request) {
        await appendLine(join(folder, REDRIVE_FILES.requests), request);
        const id = createHash("sha256").update(request.id).digest("hex");
        const message = { id, body: edition.requestMessage(request), sequence: 1, sentAt: now(), group: request.model };
        await deliver("requests", { ...message, receives: 0, visibleAt: now() });
      },
    },
    qualities: {
      async send(signal) {
        const body = edition.requestMessage(qualityMessageOf(signal));
        const id = createHash("sha256").update(body).digest("hex");
        await deliver("requests", { id, body, sequence: 1, sentAt: now(), group: signal.model, receives: 0, visibleAt: now() });
      },
    },
    now,
  };
  functions.set("landings", edition.createBatcher(ports, KEPT_HERE));
  functions.set("requests", edition.createCoordinator(ports, KEPT_HERE));
  functions.set("drift", edition.createDriftEvaluator(ports, KEPT_HERE));
  return { ports, deliver, sweep: edition.createSweeper(ports) };
}
