import { type Baseline, parseBaseline } from "../../functions/core/capture/baseline/baseline";
import type { CaptureSettings } from "../../functions/core/capture/capture-settings";
import { parsedJson } from "../../functions/core/capture/lines/payload-rows";
import { monitorCaptures } from "../../functions/core/capture/monitor-captures";
import type { CapturePorts } from "../../functions/core/capture/ports";
import type { DriftHistory } from "../../functions/core/drift/drift-history";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from "../../functions/core/drift/drift-policy";
import { type DriftReport, parseDriftReport } from "../../functions/core/drift/drift-report";
import { type DriftEvaluation, evaluateDrift } from "../../functions/core/drift/evaluate-drift";
import type { ModelSettings } from "../../functions/core/model-settings";
import { memoryMonitorFiles, memoryTrainingStarts } from "../../functions/memory/capture";
import { FEATURE_NAMES } from "./drift-features";
import { featuresOf, STREAM_LOCATION, STREAM_START, type Stream, streamCaptures, UNIT_COLUMN } from "./drift-streams";
import { policyOf } from "./requests";

const MODEL = "flights";
const BASELINE = "s3://flights/monitor/baseline.json";

/** How a stream is watched. */
export interface Watching {
  readonly baselineMs: number;
  /** Of each user the first row of a window counts. */
  readonly hasUnit?: boolean;
  readonly season?: CaptureSettings["season"];
  readonly policy?: DriftPolicy;
}

/** What is said of a window, which is counted from the stream's first. */
export interface WatchedWindow {
  readonly window: number;
  readonly baseline: Baseline;
  readonly report: DriftReport;
  readonly evaluation: DriftEvaluation;
}

/** Lets the capture monitor look at a stream after every window, and judges each report as the drift evaluator does. */
export async function* watchStream(stream: Stream, watching: Watching): AsyncGenerator<WatchedWindow, never> {
  const { periodMs } = stream.options;
  const { baselineMs, policy = DEFAULT_DRIFT_POLICY } = watching;
  const settings = settingsOf(stream, watching);
  const files = memoryMonitorFiles();
  let now = STREAM_START + baselineMs;
  const captures = streamCaptures(stream);
  const trainings = memoryTrainingStarts();
  const ports: CapturePorts = { captures, files, trainings, log: () => undefined, now: () => now };
  await monitorCaptures(ports, settings, Number.POSITIVE_INFINITY);
  const baseline = parseBaseline(files.files.get(BASELINE) ?? "", BASELINE, MODEL, now);
  let history: DriftHistory = [];
  for (let window = Math.round(baselineMs / periodMs); ; window++) {
    now = STREAM_START + (window + 1) * periodMs;
    await monitorCaptures(ports, settings, Number.POSITIVE_INFINITY);
    const written = [...files.files].at(-1);
    const report = parseDriftReport(parsedJson(written?.[1] ?? ""));
    const { evaluation, history: next } = evaluateDrift(policy, report, history);
    history = next;
    yield { window, baseline, report, evaluation };
  }
}

function settingsOf({ options }: Stream, { baselineMs, hasUnit, season, policy }: Watching): ModelSettings {
  const { periodMs } = options;
  const names = featuresOf(options).map((feature) => FEATURE_NAMES[feature] ?? "");
  return {
    model: MODEL,
    data: { bucket: "flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
    batch: { batchSize: 10, windowMs: periodMs, dedupeHorizonMs: periodMs, retentionMs: periodMs },
    pipeline: { name: MODEL, parameters: {} },
    policy: policyOf(),
    drift: policy ?? DEFAULT_DRIFT_POLICY,
    monitoring: {
      prefix: "drift/",
      capture: {
        location: STREAM_LOCATION,
        format: "sagemaker",
        columns: [...names, UNIT_COLUMN],
        features: names,
        categories: [],
        periodMs,
        delayMs: 0,
        minimumRows: 1,
        baseline: BASELINE,
        baselineSpanMs: baselineMs,
        ...(season && { season }),
        ...(hasUnit === true && { unit: UNIT_COLUMN }),
      },
    },
  };
}
