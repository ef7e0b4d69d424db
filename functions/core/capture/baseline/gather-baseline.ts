import { usualThresholds } from "../../drift/drift-policy";
import { baselineWindows, type CaptureWindow, toldWindow, windowsForBaseline } from "../capture-windows";
import { type CaptureReading, countWindow, isOutOfTime, readInto } from "../count-window";
import { countingTally } from "../counting-tally";
import { reportWindowQuality } from "../read-window";
import type { Baseline } from "./baseline";
import { type CountedSlice, makeBaseline } from "./make-baseline";
import { halfOf, type PlannedFeature, plannedFeatures } from "./planned-feature";
import { createSurvey, type Survey } from "./survey";

/** The captures that a baseline is made of. */
export interface Gathering extends CaptureReading {
  /** Windows that begin before are not part of it, epoch milliseconds. */
  readonly notBefore: number;
}

/**
 * The baseline of the first windows with enough rows, of which the first begins a span: read twice, since the bins must be known
 * before anything can be counted over them. Undefined, with its reason in the log, while the span is not over, where nothing of it
 * can be compared, or when the time is up: the next call begins anew.
 */
export async function gatherBaseline(gathering: Gathering): Promise<Baseline | undefined> {
  const { capture, ports, settings, notBefore } = gathering;
  const { model } = settings;
  const windows = windowsForBaseline(capture, ports.now()).filter(({ start }) => start >= notBefore);
  const begun = await beginSurvey(gathering, windows);
  if (begun === undefined) return undefined;
  const { survey, at } = begun;
  const count = baselineWindows(capture);
  const [first, span] = [windows[at], windows.slice(at, at + count)];
  if (first === undefined) return undefined;
  if (span.length < count) {
    const end = first.start + count * capture.periodMs;
    ports.log({ level: "info", event: "monitor-baseline-awaited", model, ...toldWindow({ start: first.start, end }) });
    return undefined;
  }
  const slices = await surveyed(gathering, survey, span);
  if (slices === undefined || !isComparable(gathering, survey, first)) return undefined;
  const features = plannedFeatures(survey.summary.features, slices.length);
  const counted = await countedSlices(gathering, features, slices);
  if (counted === undefined) return undefined;
  return makeBaseline({
    model,
    window: { start: first.start, end: first.start + count * capture.periodMs },
    features,
    slices: counted,
    basis: {
      periodMs: capture.periodMs,
      season: capture.season ?? "auto",
      hasUnits: capture.unit !== undefined,
      alpha: settings.drift.falseAlarmRate / Math.max(1, 2 * features.length),
      band: usualThresholds(settings.drift, "psi").medium,
    },
  });
}

interface Begun {
  readonly survey: Survey;
  /** Place of the first window that is fit. */
  readonly at: number;
}

/** A survey with the rows of the first window that has enough; undefined where none has. */
async function beginSurvey(gathering: Gathering, windows: readonly CaptureWindow[]): Promise<Begun | undefined> {
  for (const [at, window] of windows.entries()) {
    if (isOutOfTime(gathering, windows.length - at)) return undefined;
    const survey = createSurvey(gathering.settings.model, {
      capture: gathering.capture,
      columns: gathering.settings.drift.columns,
    });
    if (await isFit(gathering, survey, window)) return { survey, at };
  }
  return undefined;
}

/** The windows of the span that are fit, once the survey has the rows of all; undefined when the time is up. */
async function surveyed(
  gathering: Gathering,
  survey: Survey,
  [first, ...others]: readonly CaptureWindow[],
): Promise<CaptureWindow[] | undefined> {
  const slices = first === undefined ? [] : [first];
  for (const [at, window] of others.entries()) {
    if (isOutOfTime(gathering, others.length - at)) return undefined;
    survey.turnTo(slices.length);
    if (await isFit(gathering, survey, window)) slices.push(window);
  }
  return slices;
}

/** Adds a window's rows; true when they are enough, and most of its lines could be read. */
async function isFit(gathering: Gathering, { summary }: Survey, window: CaptureWindow): Promise<boolean> {
  const { ports, settings, capture } = gathering;
  const before = summary.rows;
  const reading = await readInto(gathering, summary, window);
  const told = { model: settings.model, ...toldWindow(window) };
  return reportWindowQuality(ports.log, told, reading, summary, capture.minimumRows, before);
}

/** False, with its reason in the log, for a span that no window can be compared with. */
function isComparable({ ports, settings }: Gathering, { summary }: Survey, window: CaptureWindow): boolean {
  const misfits = summary.features.filter(({ numbers, texts, misfits }) => numbers + texts === 0 && misfits > 0);
  const [first] = misfits;
  if (summary.features.length > 0 && first === undefined) return true;
  const why =
    first === undefined
      ? "got no value of any feature to compare, expected those that features names: check its spelling"
      : `got nothing but lists and objects in ${misfits.length} features, such as ${first.name}; expected numbers and texts: check format, or leave them out of features`;
  const told = { model: settings.model, ...toldWindow(window), rows: summary.rows, unreadShare: 1, why };
  ports.log({ level: "error", event: "monitor-baseline-empty", ...told });
  return false;
}

/** Every slice counted over the bins of the planned features; undefined when the time is up. */
async function countedSlices(
  gathering: Gathering,
  features: readonly PlannedFeature[],
  slices: readonly CaptureWindow[],
): Promise<CountedSlice[] | undefined> {
  const counted: CountedSlice[] = [];
  for (const [at, window] of slices.entries()) {
    if (isOutOfTime(gathering, slices.length - at)) return undefined;
    const known = features.map((feature) => countingTally(feature, feature.binsIn(halfOf(at, slices.length))));
    const { summary } = await countWindow(gathering, known, window);
    counted.push({ window, rows: summary.rows, features: known.map((tally) => tally.counted()) });
  }
  return counted;
}
