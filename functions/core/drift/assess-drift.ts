import { CAPTURE_MONITOR } from "../capture/capture-settings";
import { PoisonMessageError, RetryableError } from "../errors";
import { ownValue } from "../json-path";
import { dimensionValue, type Log, messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { driftNotice, type Notifier } from "../notices/notice";
import { performOutbox } from "../outbox";
import type { QualityQueue } from "../quality/quality-queue";
import { driftRequestId } from "../request-ids";
import type { RequestQueue } from "../training-request";
import { changeRecord, type VersionedStore } from "../versioned-store";
import type { DriftPolicy } from "./drift-policy";
import { type DriftReport, refusalOf } from "./drift-report";
import {
  type DriftAction,
  type DriftState,
  INITIAL_DRIFT_STATE,
  type PendingAction,
  respondToDrift,
  withActions,
} from "./drift-state";
import { followEpisode } from "./episodes/follow-episode";
import { type DriftEvaluation, evaluateDrift, type FeatureEvaluation } from "./evaluate-drift";
import type { DriftLog, RequestFates } from "./ports";
import { qualityActions } from "./quality-actions";
import { rankOf } from "./severity";

export interface DriftPorts {
  readonly histories: VersionedStore<DriftState>;
  readonly drifts: DriftLog;
  readonly requests: RequestQueue;
  readonly qualities: QualityQueue;
  readonly notifier: Notifier;
  readonly fates: RequestFates;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface AssessmentOptions {
  /** The monitor tells changes alone, as an alarm does. @default false */
  readonly isChange?: boolean;
}

/**
 * Evaluates a report once, and does what follows at least once. What follows is saved with the history that it follows from, and
 * only then done: were it done before, a report that another overtook could be judged anew, as a worse drift perhaps, under the id
 * of a request that is out already, and its block would be lost as a duplicate. A crash is repaired by a redelivery, or by the
 * model's next report.
 * @throws PoisonMessageError when the report is not of this model or of a time to come; RetryableError when others kept saving
 * first, or when not all that follows could be done
 */
export async function assessDrift(
  ports: DriftPorts,
  settings: ModelSettings,
  report: DriftReport,
  { isChange = false }: AssessmentOptions = {},
): Promise<DriftEvaluation> {
  const { model } = settings;
  const refusal = refusalOf(report, model, ports.now());
  if (refusal !== undefined) throw new PoisonMessageError(`the drift report ${report.id}: ${refusal}`);
  const { evaluation, outbox } = await evaluateOnce(ports, settings, report, isChange);
  if (outbox.length > 0) await performActions(ports, model, outbox);
  return evaluation;
}

/** Resolves to the evaluation that counts, with all that is left to do for the model. */
async function evaluateOnce(ports: DriftPorts, settings: ModelSettings, report: DriftReport, isChange: boolean) {
  const { model, drift } = settings;
  return await changeState(ports, model, async (before) => {
    const { evaluation, history, digest, others, dropped } = evaluateDrift(drift, report, before.history);
    const { reportId, monitor, severity, ignored, features } = evaluation;
    const requestId = driftRequestId({ ...report, id: reportId });
    const about = { model, requestId, reportId, monitor };
    if (ignored !== undefined) {
      ports.log({ level: "info", event: "drift-report-ignored", ...about, why: ignored });
      return { state: before, result: { evaluation, outbox: before.outbox } };
    }
    // Before the save, after which a redelivery would not come here again. By its contents, since another report with its id may
    // save first: this one then counts under another id, and what was recorded of the other stays.
    const evaluatedAt = ports.now();
    const newest = before.history.find((past) => past.monitor === monitor)?.windows.at(-1)?.end;
    const isReferenceMoved = monitor === CAPTURE_MONITOR && settings.monitoring.capture?.reference === "last-training";
    const evaluated = { evaluation, requestId, newest, isChange, isReferenceMoved };
    const followed = await followEpisode(ports.fates, drift, before.episodes ?? [], evaluated);
    const episode = followed.why === undefined ? {} : { episode: followed.why };
    await ports.drifts.record({ evaluation, evaluatedAt, ...episode, report: { id: report.id, digest } });
    const quality = qualityActions(settings, report, before);
    const actions = [...respondToDrift(settings, evaluation, followed), ...quality.actions];
    const state = withActions(before, { history, episodes: followed.episodes }, { reportId, requestId, evaluatedAt }, actions);
    const done = { severity, severityRank: rankOf(severity), features: features.length };
    const saved = () => {
      ports.log({ level: "info", event: "drift-evaluated", ...about, ...done });
      if (others.length > 0)
        ports.log({ level: "warn", event: "drift-reports-differ", ...about, others: others.slice(0, TOLD_OTHERS) });
      if (dropped !== undefined) ports.log({ level: "warn", event: "drift-history-dropped", ...about, ...dropped });
      for (const why of quality.refusals) ports.log({ level: "info", event: "quality-signal-refused", ...about, why });
      for (const told of featureScores(drift, features)) ports.log({ level: "info", event: "feature-drift", ...about, ...told });
    };
    return { state, result: { evaluation, outbox: state.outbox }, saved };
  });
}

/** Does what is left to do, each for itself, and takes what was done out of the state. */
async function performActions(ports: DriftPorts, model: string, outbox: readonly PendingAction[]): Promise<void> {
  const failures: unknown[] = [];
  await performOutbox<DriftState, PendingAction>(outbox, {
    perform: async ({ reportId, requestId, action }) => {
      await perform(ports, { model, requestId, reportId }, action);
      return undefined;
    },
    failed: ({ reportId, requestId, action }, error) => {
      failures.push(error);
      const failed = { model, requestId, reportId, action: action.type, error: messageOf(error) };
      ports.log({ level: "error", event: "drift-action-postponed", ...failed });
    },
    save: (change) => changeState(ports, model, async (state) => ({ state: change(state), result: undefined })),
  });
  if (failures.length === 0) return;
  const what = `${failures.length} of ${outbox.length} actions that the drift of ${model} asks for could not be done`;
  throw new RetryableError(`${what}; they are kept, and tried again with the next delivery of any of its reports`, {
    cause: failures[0],
  });
}

/** What an action is about: the report, and the request that it raises, as far as it is known. */
interface About {
  readonly model: string;
  readonly requestId: string | undefined;
  readonly reportId: string;
}

async function perform(ports: DriftPorts, about: About, action: DriftAction): Promise<void> {
  switch (action.type) {
    case "request":
      await ports.requests.send(action.request);
      return;
    case "notify":
      await ports.notifier.notify(driftNotice(about.model, action.subject, action.text, about.requestId));
      return;
    case "quality":
      await ports.qualities.send(action.signal);
      return;
    case "record":
      ports.log({ level: "warn", event: "drift-detected", ...about, severity: action.severity, why: action.why });
  }
}

interface Change<T> {
  /** The state itself when there is nothing to save. */
  readonly state: DriftState;
  readonly result: T;
  /** Called when the save stood. */
  readonly saved?: () => void;
}

async function changeState<T>(
  { histories }: DriftPorts,
  model: string,
  change: (state: DriftState) => Promise<Change<T>>,
): Promise<T> {
  const { result, saved } = await changeRecord(histories, model, () => INITIAL_DRIFT_STATE, change);
  saved?.();
  return result;
}

/** Ids of other reports of a window that are told. */
const TOLD_OTHERS = 5;

/** Most features of a report that have log events of their own: each is a series of a metric, which costs money. */
export const TOLD_FEATURES = 20;

/** Stands for all features beyond those. */
export const OTHER_FEATURES = "other";

/** The score of a feature, or the largest of several that have one name. */
export interface FeatureScore {
  /** As the value of a dimension: printable, not too long. */
  readonly feature: string;
  /** What the score is of; absent for the others, which may have several. */
  readonly metric?: string;
  readonly score: number;
}

/**
 * The scores of a report's features: of those that the policy names first, then of the others by name, and beyond `TOLD_FEATURES`
 * the largest. Which are told does not depend on the scores, so that their series go on. Features without a score are left out.
 */
export function featureScores(
  { features: named }: Pick<DriftPolicy, "features">,
  features: readonly FeatureEvaluation[],
): FeatureScore[] {
  const scores = new Map<string, Required<FeatureScore> & { readonly isNamed: boolean }>();
  for (const { name, metric, score } of features) {
    const feature = dimensionValue(name);
    if (feature === undefined || score === undefined || !Number.isFinite(score)) continue;
    const known = scores.get(feature);
    const isNamed = ownValue(named, name) !== undefined || known?.isNamed === true;
    const largest = known !== undefined && known.score >= score ? known : { feature, metric, score };
    scores.set(feature, { ...largest, isNamed });
  }
  const ordered = [...scores.values()].sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || (a.feature < b.feature ? -1 : 1));
  const single = ordered.filter(({ feature }) => feature !== OTHER_FEATURES).slice(0, TOLD_FEATURES);
  const others = ordered.filter((one) => !single.includes(one));
  const told = single.map(({ feature, metric, score }) => ({ feature, metric, score }));
  return others.length === 0 ? told : [...told, { feature: OTHER_FEATURES, score: Math.max(...others.map(({ score }) => score)) }];
}
