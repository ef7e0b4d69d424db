import { PoisonMessageError } from "../../errors";
import { type DriftPolicy, kindOfColumn } from "../drift-policy";
import {
  type DriftFeature,
  type DriftKind,
  type DriftReport,
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
  withinFeatures(findings.monitor, findings.features);
  const { id = context.documentId, window = context.window, ...rest } = findings;
  return parseDriftReport({ version: 1, model: context.model, id, window, ...rest });
}

/**
 * What a monitor lists, when a report has room for it: look before making anything of each.
 * @throws PoisonMessageError when there is more
 */
export function withinFeatures<T>(monitor: string, listed: readonly T[]): readonly T[] {
  if (listed.length <= MAX_FEATURES) return listed;
  throw new PoisonMessageError(
    `got a report of ${monitor} with ${listed.length} features, expected at most ${MAX_FEATURES}: have fewer columns monitored`,
  );
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
