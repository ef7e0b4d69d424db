import type { Diagnosis, LetterKind } from "../../cli/redrive/dead-letters";
import type { DriftPorts } from "../../functions/core/drift/assess-drift";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import type { ReportReader } from "../../functions/core/drift/ports";
import type { LogRecord } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { Refusal, RejectingPorts } from "../../functions/core/rejected-message";
import type { SweeperPorts } from "../../functions/core/sweep-models";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryQualityQueue,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../functions/memory/versioned-store";

/** What becomes of a message: its function takes it, fails at it for now, or refuses it for ever. */
export type Verdict = "taken" | "failed" | "refused";

/** A message, the role of the queue that it comes by, and what its function must do with it. */
export interface MessageCase<M> {
  readonly name: string;
  readonly role: string;
  readonly message: M;
  readonly verdict: Verdict;
  readonly settings?: ModelSettings;
  /** What a redrive makes of it. @default - broken where it is refused, else curable */
  readonly kind?: LetterKind;
}

export type VerdictPorts = SweeperPorts & DriftPorts & RejectingPorts<unknown> & { readonly reports: ReportReader };

export interface VerdictSubject<M> {
  readonly cases: readonly MessageCase<M>[];
  readonly settings: ModelSettings;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Files of monitors, by URI. */
  readonly files: Readonly<Record<string, string>>;
  /** Hands the message to the deployed function behind its queue. */
  readonly deliver: (ports: VerdictPorts, role: string, message: M) => Promise<unknown>;
  /** What a redrive makes of it. */
  readonly examine: (role: string, message: M, models: readonly ModelSettings[], now: number, refusal?: Refusal) => Diagnosis;
}

/** A redrive must never re-send what its function refuses for ever, nor keep what that takes, but for what a person sent. */
export function itShouldAgreeWithRedrive<M>({ cases, settings: usual, now, files, deliver, examine }: VerdictSubject<M>): void {
  it.each(cases.map((one) => [`${one.role}: ${one.name}`, one] as const))(
    "should be judged by a redrive as by its function: %s",
    async (_title, { role, message, verdict, settings = usual, kind: expected = usualKind(verdict) }) => {
      const log: LogRecord[] = [];

      const rejected = memoryRejectedMessages();

      await deliver(createPorts([settings], { files, now, log, rejected }), role, message).catch(() => undefined);
      const { kind, reason } = examine(role, message, [settings], now, rejected.kept[0]?.refusal);

      expect({ verdict: verdictOf(log), said: log.filter(({ level }) => level === "error").map(({ error }) => error) }).toEqual(
        expect.objectContaining({ verdict }),
      );
      expect({ kind, reason }).toEqual(expect.objectContaining({ kind: expected }));
      if (verdict !== "refused") expect(rejected.kept).toEqual([]);
    },
  );
}

function usualKind(verdict: Verdict): LetterKind {
  return verdict === "refused" ? "broken" : "curable";
}

function verdictOf(log: readonly LogRecord[]): Verdict {
  if (log.some(({ event }) => event === "message-rejected")) return "refused";
  return log.some(({ event }) => event === "handler-failed") ? "failed" : "taken";
}

function createPorts(
  models: readonly ModelSettings[],
  {
    files,
    now,
    log,
    rejected,
  }: Pick<VerdictSubject<unknown>, "files" | "now"> & Pick<VerdictPorts, "rejected"> & { readonly log: LogRecord[] },
): VerdictPorts {
  return {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    qualities: memoryQualityQueue(async () => undefined),
    requests: memoryRequestQueue(async () => undefined),
    watcher: { describe: async () => ({ status: "running" }) },
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    fates: requestFates(memoryDecisionLog()),
    reports: {
      read: async (uri, version = "1") => {
        const text = files[uri];
        return text === undefined ? undefined : { text, version, writtenAt: now };
      },
    },
    rejected,
    log: (entry) => void log.push(entry),
    now: () => now,
  };
}
