import * as z from "zod/mini";
import { SEASONS } from "../capture/season";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import { amountSchema, momentSchema } from "../numbers";
import { readList } from "../outside-json";
import { calmWindowsSchema, LARGEST_EFFECT } from "./distributions/calm-floor";
import { distributionSchema } from "./distributions/distribution";

/** Features that one report may hold, of whatever name and kind. */
export const MAX_FEATURES = 2_000;

/** Findings that one report may hold: ten of each feature, such as one by each of a monitor's methods. */
export const MAX_FINDINGS = 10 * MAX_FEATURES;

/** How far ahead of the clock a window may end: clocks differ. */
const FUTURE_TOLERANCE_MS = 3_600_000;

/** What drifts: an input, what the model answers, what was true, or how well the answers fit. */
export const DRIFT_KINDS = ["data", "prediction", "label", "concept"] as const;

const textSchema = z.string().check(z.minLength(1), z.maxLength(256));

/** A score as the monitor computed it. */
const scoreSchema = z.object({
  type: z.literal("score").check(z.describe("A score as the monitor computed it")),
  metric: textSchema.check(
    z.describe("psi, jensen-shannon-distance, … as Retrigger names its own; p-value (below its threshold is drift); or any other"),
  ),
  score: z.number().check(z.describe("In the metric's units")),
  threshold: z.exactOptional(z.number().check(z.describe("What the monitor compared the score with"))),
  bins: z.exactOptional(
    z.int().check(z.minimum(1), z.describe("Bins or categories that the score was computed over; tells how much of it is noise")),
  ),
});

/** The two sides that a score is computed from. */
const distributionsSchema = z
  .object({
    type: z.literal("distributions").check(z.describe("The two sides, from which the score is computed")),
    reference: distributionSchema.check(z.describe("What the model was trained on, or another time that was fine")),
    current: distributionSchema.check(z.describe("What the window held")),
    earlier: z.exactOptional(
      z
        .tuple([distributionSchema, distributionSchema])
        .check(
          z.describe("What the two windows before held, oldest first, over the bins of current; the three are judged together too"),
        ),
    ),
  })
  .check(
    z.refine(({ reference, current }) => reference.type === current.type, {
      error: "reference and current differ in type: give both as histogram or both as categories",
    }),
    z.refine(({ current, earlier = [] }) => earlier.every(({ type }) => type === current.type), {
      error: "earlier and current differ in type: give all as histogram or all as categories",
    }),
  );

/** A broken rule without a number, such as a wrong data type, or a text that could not be read. */
const violationSchema = z.object({
  type: z.literal("violation").check(z.describe("A broken rule of unknown size")),
  check: textSchema.check(z.describe("The rule, as the monitor names it")),
  description: z.exactOptional(z.string().check(z.maxLength(1024), z.describe("What the monitor says of it"))),
});

/** What a monitor looked at in vain: its score is no number, or not in what it wrote. */
const unmeasuredSchema = z.object({
  type: z.literal("unmeasured").check(z.describe("Nothing can be told: neither drift nor calm")),
  metric: textSchema.check(z.describe("What would have been measured, as the monitor names it")),
  why: z.string().check(z.maxLength(1024), z.describe("Why it was not")),
});

/** How well the model did then and now. */
const performanceSchema = z.object({
  type: z.literal("performance").check(z.describe("How well the model did then and now")),
  metric: textSchema.check(z.describe("Such as accuracy, roc-auc or rmse")),
  reference: z.exactOptional(
    z.number().check(
      z.refine((value) => value !== 0, {
        error: "nothing is relative to 0: give the change as a score of metric performance-delta",
      }),
      z.describe(
        "Then, in the metric's units; not 0, since the change is relative to it; without it the entry tells nothing of drift, only how well the model does",
      ),
    ),
  ),
  current: z.number().check(z.describe("Now, in the metric's units")),
  higherIsBetter: z.boolean().check(z.describe("true for accuracy, false for an error")),
  standardError: z.exactOptional(
    z.number().check(z.minimum(0), z.describe("Of the difference, in the metric's units; tells how much of it is noise")),
  ),
  rows: z.exactOptional(
    amountSchema.check(z.describe("Rows with a label behind current, for the quality signal; default: the feature's sampleSize")),
  ),
  run: z.exactOptional(textSchema.check(z.describe("The run or the version whose answers were judged, for the quality signal"))),
});

const driftFeatureSchema = z.object({
  name: textSchema.check(z.describe("The column, or the performance metric")),
  kind: z.enum(DRIFT_KINDS).check(z.describe("What drifts")),
  sampleSize: z.exactOptional(
    amountSchema.check(z.describe("Values behind the current side; default: its counts' sum; unknown for a score without it")),
  ),
  referenceSize: z.exactOptional(amountSchema.check(z.describe("Values behind the reference; default: its counts' sum"))),
  designEffect: z.exactOptional(
    z
      .number()
      .check(
        z.minimum(1),
        z.maximum(LARGEST_EFFECT),
        z.describe(
          "How many times more the shares of windows vary than those of independent rows; default 1: 3 with 3 equal rows a user",
        ),
      ),
  ),
  calm: z.exactOptional(
    calmWindowsSchema.check(
      z.describe("How calm windows of the reference score, over the bins of distributions, which are taken as they are"),
    ),
  ),
  season: z.exactOptional(
    z
      .enum(SEASONS)
      .check(z.describe("What the reference's windows have in common with this one: the hour of the day, the day of the week")),
  ),
  evidence: z
    .discriminatedUnion("type", [scoreSchema, distributionsSchema, violationSchema, performanceSchema, unmeasuredSchema])
    .check(z.describe("What the monitor found")),
});

/** A report but for its features, which are counted and then read one after the other. */
const shellSchema = z.object({ features: z.array(z.unknown()).check(z.maxLength(MAX_FINDINGS)) });

/** Retrigger's own format of one monitoring result, which every monitor's output is turned into; docs/drift-report.md. */
export const driftReportSchema = z.object({
  version: z.literal(1).check(z.describe("Of this format")),
  model: modelNameSchema.check(z.describe("The model's name in retrigger.yaml")),
  id: textSchema.check(
    z.describe("Equal for every copy of this report, different for any other, such as the monitoring job's name"),
  ),
  monitor: textSchema.check(z.describe("Who measured; the windows of one monitor form one history")),
  window: z
    .object({
      start: momentSchema.check(z.describe("Epoch milliseconds, or ISO 8601 with offset")),
      end: momentSchema.check(z.describe("Epoch milliseconds, or ISO 8601 with offset")),
    })
    .check(
      z.refine(({ start, end }) => start <= end, { error: "ends before it starts" }),
      z.describe("When the current side arose"),
    ),
  reference: z.exactOptional(
    z
      .object({ id: textSchema.check(z.describe("Such as the file's name")), start: momentSchema, end: momentSchema })
      .check(z.describe("What the window was compared with, and the time of its data")),
  ),
  unlisted: z._default(
    z
      .enum(["unknown", "calm"])
      .check(z.describe("What is true of features that are not listed; calm: the monitor lists only those that drift")),
    "unknown",
  ),
  lists: z.exactOptional(
    z
      .enum(["all", "drift"])
      .check(
        z.describe("Whether the monitor lists each of its scores or only those that drift; default: drift where unlisted is calm"),
      ),
  ),
  features: z.array(driftFeatureSchema).check(
    z.maxLength(MAX_FINDINGS),
    z.refine((features) => distinctFeatures(features) <= MAX_FEATURES, { error: `more than ${MAX_FEATURES} features` }),
    z.describe("What was measured, in any order; a feature may be listed several times"),
  ),
});

/** How many features there are among findings, which may be several of one. */
export function distinctFeatures(findings: readonly Pick<DriftFeature, "kind" | "name">[]): number {
  return new Set(findings.map(({ kind, name }) => `${kind}/${name}`)).size;
}

export type DriftKind = (typeof DRIFT_KINDS)[number];
export type DriftFeature = z.infer<typeof driftFeatureSchema>;
export type Evidence = DriftFeature["evidence"];
/** How well a model did, with or without what to compare it with. */
export type Performance = Extract<Evidence, { readonly type: "performance" }>;
/** As core uses it; times are epoch milliseconds. */
export type DriftReport = z.infer<typeof driftReportSchema>;

const FORMAT = "the format is described in docs/drift-report.md";

/**
 * The drift report that `value` is; unknown fields are left out.
 * @throws PoisonMessageError that says what is wrong where, with the feature's name
 */
export function parseDriftReport(value: unknown): DriftReport {
  const { features } = shellSchema.safeParse(value).data ?? {};
  const read = features && readList(driftFeatureSchema, features, ["features"]);
  // Without the features: a broken one would be complained of again, and others with it.
  const whole = driftReportSchema.safeParse(read ? { ...Object(value), features: [] } : value);
  const distinct = distinctFeatures(read?.data ?? []);
  if (distinct > MAX_FEATURES)
    throw new PoisonMessageError(`not a drift report: got ${distinct} features, expected at most ${MAX_FEATURES}; ${FORMAT}`);
  if (read?.data !== undefined && whole.success) return { ...whole.data, features: read.data };
  const issues = [...(whole.error?.issues ?? []), ...(read?.issues ?? [])];
  throw new PoisonMessageError(`not a drift report: ${reportProblems(value, issues)}; ${FORMAT}`);
}

/** Why a report must not be evaluated for `model` at `now` (epoch milliseconds), undefined when it may. */
export function refusalOf(report: DriftReport, model: string, now: number): string | undefined {
  if (report.model !== model) return `got a report of model ${report.model}, expected one of ${model}`;
  if (report.window.end > now + FUTURE_TOLERANCE_MS) {
    const [end, latest] = [report.window.end, now].map((at) => new Date(at).toISOString());
    return `got a window that ends at ${end}, expected one that has ended by ${latest}; check the monitor's clock and units`;
  }
  return undefined;
}

/** Problems that a message names; a broken file often has one in every feature. */
const NAMED_PROBLEMS = 5;
const SHOWN_CHARACTERS = 40;

/** What is wrong with a drift report: where, by the feature's name; what was got; what is allowed. */
export function reportProblems(report: unknown, issues: readonly z.core.$ZodIssue[]): string {
  const named = issues.slice(0, NAMED_PROBLEMS).map((issue) => `${placeOf(report, issue.path)}: ${problemOf(report, issue)}`);
  const more = issues.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

function problemOf(report: unknown, issue: z.core.$ZodIssue): string {
  const got = `got ${printed(issue.path.reduce(inside, report))}`;
  switch (issue.code) {
    case "invalid_type":
      return `${got}, expected ${issue.expected === "int" ? "a whole number" : issue.expected}`;
    case "too_big":
      return `${got}, expected at most ${issue.maximum}`;
    case "too_small":
      return `${got}, expected at least ${issue.minimum}`;
    case "invalid_value":
      return `${got}, expected ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
    case "invalid_union":
      return issue.message === "Invalid input" ? `${got}, expected one of the documented forms` : `${got}, ${issue.message}`;
    default:
      return issue.message;
  }
}

/** The path of a problem; of one in a feature with its name, which a person knows it by. */
function placeOf(report: unknown, path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole";
  const place = path.map(String).join(".");
  const name = path[0] === "features" && path.length > 1 ? [...path.slice(0, 2), "name"].reduce(inside, report) : undefined;
  return typeof name === "string" && name !== "" ? `feature ${printed(name)} (${place})` : place;
}

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function printed(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `${value.length} items`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return `"${value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value}"`;
}
