import { CLOCK_TOLERANCE_MS } from "../numbers";
import type { AdaptivePolicy } from "./adaptive-policy";
import { stepObserved } from "./break-even";
import { isSameName } from "./follow-training";
import type { QualitySignal } from "./quality-signal";
import type { QualityState } from "./quality-state";

/** A signal that counts, and what is known after it; or why it tells nothing. */
export type Observed = { readonly quality: QualityState } | { readonly ignored: string };

/** A window that is longer, in steps, mixes what steps would tell apart. */
const LONGEST_WINDOW = 1.5;
/** Windows that cover this part of a step tell of the whole: monitors write ends such as 23:59:59. */
const WHOLE_SHARE = 0.99;
/** Weight of the newest delay in the smoothed one. */
const NEWEST_WEIGHT = 0.2;

/**
 * Takes a signal into what is known of a model. It counts for the step in which the middle of its window lies; steps begin at
 * multiples of their length since 1970. Shorter windows are pooled, by their rows, until they cover the step or one of a later step
 * comes. What comes twice, late, or is about another model is ignored, with the reason.
 * @param before under `policy`, as `qualityUnder` gives it
 * @param now epoch milliseconds
 */
export function observeQuality(policy: AdaptivePolicy, before: QualityState, signal: QualitySignal, now: number): Observed {
  const { stepMs } = policy;
  const from = Math.floor((signal.from + signal.to) / 2 / stepMs) * stepMs;
  const ignored = whyIgnored(policy, before, signal, from, now);
  if (ignored !== undefined) return { ignored };
  const known = { ...before, servingSince: before.servingSince ?? from };
  const closed = known.openStep !== undefined && known.openStep.from < from ? withStep(known, known.openStep) : known;
  const pooled = pool(closed.openStep, signal, from);
  const delayed = { ...closed, labelDelayMs: smoothed(before.labelDelayMs, Math.max(0, now - signal.to)), openStep: pooled };
  return { quality: pooled.coveredMs >= WHOLE_SHARE * stepMs ? withStep(delayed, pooled) : delayed };
}

type OpenStep = NonNullable<QualityState["openStep"]>;

/** @param from of the step that the signal would count for, epoch milliseconds */
function whyIgnored(
  { stepMs, metric }: AdaptivePolicy,
  { servingSince, servingRun, servingVersion, labelledUntil = 0, openStep }: QualityState,
  signal: QualitySignal,
  from: number,
  now: number,
): string | undefined {
  const windowMs = signal.to - signal.from;
  if (metric !== undefined && signal.metric !== metric) {
    return `it measures ${signal.metric}, and policy.adaptive.metric is ${metric}`;
  }
  if (windowMs <= 0) return "its window is empty";
  if (signal.to > now + CLOCK_TOLERANCE_MS) return "its window has not ended";
  if (signal.rows === 0) return "it has no labelled rows";
  if (windowMs > LONGEST_WINDOW * stepMs) {
    const [window, step] = [spanText(windowMs), spanText(stepMs)];
    return `its window is ${window}, the step is ${step}: set policy.adaptive.step to ${window}`;
  }
  const serving = [servingRun, servingVersion].filter((name) => name !== undefined);
  if (signal.run !== undefined && serving.length > 0 && !serving.some((name) => isSameName(name, signal.run))) {
    return "it is of another model than the one that serves";
  }
  if (servingSince !== undefined && from < servingSince) return "its step began before the model came to serve";
  if (from + stepMs <= labelledUntil || from < (openStep?.from ?? 0))
    return "labels of its time, or of a later one, counted already";
  if (openStep?.from === from && signal.from < openStep.until) return "its window overlaps one that counted already";
  return undefined;
}

function pool(open: OpenStep | undefined, { from, to, error, rows }: QualitySignal, stepFrom: number): OpenStep {
  const { wrong = 0, rows: before = 0, coveredMs = 0, isUncounted } = open ?? {};
  const weight = rows ?? 1;
  return {
    from: stepFrom,
    until: Math.max(to, open?.until ?? 0),
    coveredMs: coveredMs + to - from,
    wrong: wrong + error * weight,
    rows: before + weight,
    ...((rows === undefined || isUncounted === true) && { isUncounted: true as const }),
  };
}

/** What is known after a step has all of its labels. */
function withStep(before: QualityState, { from, wrong, rows, isUncounted }: OpenStep): QualityState {
  const { openStep: _open, rows: _rows, ...known } = before;
  return {
    ...known,
    breakEven: stepObserved(before.breakEven, Math.min(1, wrong / rows)),
    labelledUntil: from + before.stepMs,
    ...(isUncounted !== true && { rows: Math.min(rows, Number.MAX_SAFE_INTEGER) }),
  };
}

function smoothed(before: number | undefined, delayMs: number): number {
  return before === undefined ? delayMs : before + NEWEST_WEIGHT * (delayMs - before);
}

const SPANS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A duration as retrigger.yaml writes it, in the largest unit that tells it whole. */
function spanText(ms: number): string {
  const [unit, unitMs] = SPANS.find(([, unitMs]) => ms % unitMs === 0) ?? ["s", 1_000];
  return `${Math.ceil(ms / unitMs)}${unit}`;
}
