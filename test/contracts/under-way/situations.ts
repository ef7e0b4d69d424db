import type { BatchStore } from "../../../functions/core/batching/batch";
import type { CoordinationPorts } from "../../../functions/core/coordination/coordinate";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { pause } from "../../../functions/core/coordination/intervene";
import type { CoordinatorStore, DecisionLog } from "../../../functions/core/coordination/ports";
import { assessDrift } from "../../../functions/core/drift/assess-drift";
import type { DriftReport } from "../../../functions/core/drift/drift-report";
import type { DriftState } from "../../../functions/core/drift/drift-state";
import { requestFates } from "../../../functions/core/drift/episodes/request-fate";
import type { DriftLog } from "../../../functions/core/drift/ports";
import { changeRecord, type VersionedStore } from "../../../functions/core/versioned-store";
import { memoryNotifier, memoryPipelineLauncher } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, NOON, requestOf } from "../../simulation/requests";
import { segmentOf } from "../batch-store/samples";

/** The stores of one cloud. */
export interface UnderWayStores {
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly batches: BatchStore;
  readonly histories: VersionedStore<DriftState>;
  readonly drifts: DriftLog;
}

export const SETTINGS = settingsOf();
export const REQUEST = requestOf("1");

/**
 * Each leaves the rows of a model in the middle of something. They call only what `rows-2026-11-29.json` was written with too, by
 * the program of that day.
 */
export const SITUATIONS = {
  "a run": async (stores) => {
    await requestTraining(portsOf(stores), SETTINGS, REQUEST);
  },
  "a start without an answer": async (stores) => {
    await requestTraining({ ...portsOf(stores), launcher: { start: noAnswer } }, SETTINGS, REQUEST);
  },
  "an approval": async (stores) => {
    await requestTraining(portsOf(stores), SETTINGS, { ...REQUEST, needsApproval: true });
  },
  "a pause": async (stores) => {
    await changeRecord(
      stores.states,
      SETTINGS.model,
      () => initialState(NOON),
      (state) => ({ state: pause(state, "ada", "broken sensor", NOON) }),
    );
    await requestTraining(portsOf(stores), SETTINGS, REQUEST);
  },
  "a record and a notice that could not be sent": async (stores) => {
    const decisions = { ...stores.decisions, record: noAnswer };
    const ports = { ...portsOf(stores), decisions, notifier: { notify: noAnswer } };
    await requestTraining(ports, SETTINGS, { ...REQUEST, needsApproval: true });
  },
  "a block by drift": async (stores) => {
    const causes = [{ type: "drift", severity: "critical", score: 0.9, feature: "fare" }] as const;
    await requestTraining(portsOf(stores), SETTINGS, { ...REQUEST, causes, needsApproval: true, blocks: true });
  },
  "a drift that could not be told": async ({ histories, drifts, decisions }) => {
    const [requests, qualities, notifier] = [{ send: noAnswer }, { send: noAnswer }, { notify: noAnswer }];
    const fates = requestFates(decisions);
    const ports = { histories, drifts, requests, qualities, notifier, fates, log: () => undefined, now: () => NOON };
    await assessDrift(ports, SETTINGS, driftingReport(0));
    await assessDrift(ports, SETTINGS, driftingReport(1)).catch(() => undefined);
    // People are told of a drift that nobody is asked to approve a training for.
    for (const day of [0, 1]) await assessDrift(ports, TELLING, driftingReport(day, 0.06, "slow")).catch(() => undefined);
  },
  "batches that wait, and an open one": async ({ batches }) => {
    for (const generation of [1, 2]) {
      await batches.append(SETTINGS.model, generation, segmentOf(`s${generation}`, 5), SETTINGS.batch, NOON + generation);
    }
    await batches.append(SETTINGS.model, 3, segmentOf("s3", 2), SETTINGS.batch, NOON + 3);
  },
} satisfies Record<string, (stores: UnderWayStores) => Promise<void>>;

export type Situation = keyof typeof SITUATIONS;

const { responses } = SETTINGS.drift;
const TELLING = { ...SETTINGS, drift: { ...SETTINGS.drift, responses: { ...responses, low: { notify: true, block: false } } } };

/** Of a day's window, counted from 0, whose end is two days or more ago; two of them are a detected drift. */
export function driftingReport(day: number, score = 0.9, monitor = "own"): DriftReport {
  const start = NOON - (9 - day) * DAY_MS;
  return {
    version: 1,
    model: SETTINGS.model,
    id: `report-${day}`,
    monitor,
    window: { start, end: start + DAY_MS },
    unlisted: "unknown",
    features: [{ name: "fare", kind: "data", sampleSize: 5_000, evidence: { type: "score", metric: "psi", score, bins: 10 } }],
  };
}

function portsOf({ states, decisions }: UnderWayStores): CoordinationPorts {
  return {
    states,
    decisions,
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    manifests: memoryManifestStore(),
    deployment: memoryDeployment,
    log: () => undefined,
    now: () => NOON,
  };
}

async function noAnswer(): Promise<never> {
  throw new Error("no answer");
}
