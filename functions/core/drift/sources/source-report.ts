import { PoisonMessageError } from "../../errors";
import { type DriftPolicy, kindOfColumn } from "../drift-policy";
import {
  type DriftFeature,
  type DriftKind,
  type DriftReport,
  distinctFeatures,
  type Evidence,
  MAX_FEATURES,
  parseDriftReport,
} from "../drift-report";

/** What a source cannot read from the document itself. */
export interface SourceContext {
  /** Whose report it is: from the key `drift/<model>/…`, or the endpoint or monitoring schedule that is configured for a model. */
  readonly model: string | undefined;
  /** Equal for every copy of the document, such as its key and version, or the monitoring job's name; at most 256 characters. */
  readonly documentId: string;
  /**
   * The data's window where the document names none: the monitoring job's, else the document's time on both ends; epoch
   * milliseconds.
   */
  readonly window: Window;
  /** Where a file lies in the model's drift folder, such as `model-quality/2026-11-30.json`. @default - the document is no file */
  readonly path?: string;
  /** Columns of the model that are not inputs. @default - none is known */
  readonly columns?: DriftPolicy["columns"];
}

export interface Window {
  readonly start: number;
  readonly end: number;
}

/** What a source read; what it leaves out comes from the context. */
interface Findings {
  readonly monitor: string;
  readonly features: readonly DriftFeature[];
  readonly id?: string;
  readonly window?: Window;
  readonly unlisted?: DriftReport["unlisted"];
  readonly lists?: NonNullable<DriftReport["lists"]>;
}

/** As the report's format has them. */
const LONGEST_NAME = 256;
const LONGEST_DESCRIPTION = 1024;

/**
 * The report of what a source read.
 * @throws PoisonMessageError when the model is not known, or the report would not be one: too many features, a name too long
 */
export function reportOf(context: SourceContext, findings: Findings): DriftReport {
  if (context.model === undefined) {
    throw new PoisonMessageError(
      `got a report of ${findings.monitor} without a model: put it under drift/<model>/, or configure its endpoint or monitoring schedule with the model`,
    );
  }
  if (distinctFeatures(findings.features) > MAX_FEATURES) throw tooManyFeatures(findings.monitor);
  const { id = context.documentId, window = context.window, ...rest } = findings;
  return parseDriftReport({ version: 1, model: context.model, id, window, ...rest });
}

/** Takes what a monitor lists, one finding after the other. */
export interface FeatureCollector {
  /** @throws PoisonMessageError at the first feature that a report has no room for */
  add(feature: DriftFeature): void;
  features(): DriftFeature[];
}

/** Collects the findings of a monitor: of several of one feature by one rule or metric the worst is kept. */
export function featureCollector(monitor: string): FeatureCollector {
  const worst = new Map<string, DriftFeature>();
  const names = new Set<string>();
  return {
    add(feature) {
      const { kind, name, evidence } = feature;
      if (names.add(`${kind}/${name}`).size > MAX_FEATURES) throw tooManyFeatures(monitor);
      const key = [kind, name, evidence.type, measureOf(evidence)].join("\n");
      if (scoreOf(feature) > scoreOf(worst.get(key))) worst.set(key, feature);
    },
    features: () => [...worst.values()],
  };
}

function measureOf(evidence: Evidence): string | undefined {
  if (evidence.type === "violation") return evidence.check;
  return evidence.type === "distributions" ? undefined : evidence.metric;
}

/** Any finding is worse than none. */
function scoreOf(feature: DriftFeature | undefined): number {
  if (feature === undefined) return Number.NEGATIVE_INFINITY;
  return feature.evidence.type === "score" ? feature.evidence.score : 0;
}

function tooManyFeatures(monitor: string): PoisonMessageError {
  return new PoisonMessageError(`got a report of ${monitor} with more than ${MAX_FEATURES} features: have fewer columns monitored`);
}

/** The part of a text in which a sentence of a monitor is looked for: expressions take the square of a length to find nothing. */
export function sentenceOf(text: string | undefined): string {
  return (text ?? "").slice(0, LONGEST_DESCRIPTION);
}

/** What a column is that a source names: an input, unless the model's settings say otherwise. */
export function sourceKind({ columns }: Pick<SourceContext, "columns">, name: string): DriftKind {
  return (columns && kindOfColumn(columns, name)) ?? "data";
}

/** The name under which a finding counts: one without a name counts too, and a long name is cut. */
export function nameOf(text: string | undefined): string {
  return text === undefined || text === "" ? "(unnamed)" : text.slice(0, LONGEST_NAME);
}

/** A broken rule of unknown size; a long text is cut. */
export function violationOf(check: string, description?: string): Evidence {
  return {
    type: "violation",
    check: nameOf(check),
    ...(description !== undefined && { description: description.slice(0, LONGEST_DESCRIPTION) }),
  };
}

/** What nothing can be told of: it is neither drift nor calm. A long text is cut. */
export function unmeasuredOf(metric: string, why: string): Evidence {
  return { type: "unmeasured", metric: nameOf(metric), why: why.slice(0, LONGEST_DESCRIPTION) };
}

/** ISO 8601 with or without an offset, which CloudWatch writes without its colon; pandas may put a space before the time. */
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?:Z|([+-]\d{2}):?(\d{2}))?$/;

/** Epoch seconds are smaller until the year 5138, epoch milliseconds larger since 1973. */
const LEAST_MS = 1e11;

/**
 * Epoch milliseconds of a time as monitors and clouds write it: a Date, an ISO 8601 text, which is UTC where it names no offset,
 * or epoch seconds or milliseconds, told apart by their size. Undefined for anything else, and for times before 1970.
 */
export function momentOf(value: unknown): number | undefined {
  const ms = value instanceof Date ? value.getTime() : typeof value === "number" ? fromNumber(value) : fromText(value);
  return ms >= 0 && Number.isFinite(ms) ? Math.floor(ms) : undefined;
}

function fromNumber(value: number): number {
  return value < LEAST_MS ? value * 1000 : value;
}

function fromText(value: unknown): number {
  const [, day, time, hours, minutes] = (typeof value === "string" && ISO.exec(value.trim())) || [];
  if (day === undefined) return Number.NaN;
  return Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
}
