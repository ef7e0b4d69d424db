import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { isMapping, ownValue } from "../../json-path";
import type { DriftFeature, DriftReport, Evidence } from "../drift-report";
import {
  type FeatureCollector,
  featureCollector,
  nameOf,
  reportOf,
  type SourceContext,
  sentenceOf,
  sourceKind,
  unmeasuredOf,
  violationOf,
} from "./source-report";

/** Metric of the distance that Model Monitor computes; its documentation does not say which one it is. */
export const SAGEMAKER_DISTANCE = "sagemaker-distance";

/** What a monitoring schedule of SageMaker looks at. */
type MonitoringType = "data-quality" | "model-quality" | "bias" | "attribution";

/** The monitor of each type's violations: the calm of one says nothing of what another measures. */
const MONITORS: Readonly<Record<MonitoringType, string>> = {
  "data-quality": "sagemaker-violations",
  "model-quality": "sagemaker-violations model-quality",
  bias: "sagemaker-violations bias",
  attribution: "sagemaker-violations attribution",
};

/** The monitor of files without violations that are of no known type. */
const UNKNOWN_MONITOR = "sagemaker-violations of unknown type";

/** What a file's place may be called by its type, in the words of Model Monitor and Clarify. */
const PLACES: readonly (readonly [MonitoringType, RegExp])[] = [
  ["data-quality", /data[-_ ]?quality/i],
  ["model-quality", /model[-_ ]?quality/i],
  ["bias", /model[-_ ]?bias|(?<![a-z])bias(?![a-z])/i],
  ["attribution", /attribution|explainability/i],
];

const violationsSchema = z.object({ violations: z.array(z.unknown()) });

/** A field that is not a text is as good as absent: the violation counts without it. */
interface Violation {
  readonly check: string | undefined;
  readonly description: string | undefined;
  /** Of a data quality violation. */
  readonly feature: string | undefined;
  /** Of a model quality violation, or with a facet of a bias violation. */
  readonly metric: string | undefined;
  readonly facet: string | undefined;
  readonly facetValue: string | undefined;
  /** The class that an attribution is of. */
  readonly label: string | undefined;
}

/** The only sentence with a number that is established; both of Amazon's sample solutions read it so. */
const DISTANCE = /distance:\s*(\S+?)[.,;]?\s+exceeds\s+threshold:\s*(\S+?)[.,;]?(?:\s|$)/i;
const NOT_A_NUMBER = /^nan$/i;
const DECIMAL = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** True for what looks like a violations file, whole or not. */
export function isViolations(document: unknown): boolean {
  return violationsSchema.safeParse(document).success;
}

/**
 * The reports of `constraint_violations.json`, which Model Monitor writes of the constraints that are violated: one of each type of
 * monitoring whose violations it lists, in which features that are not listed are calm. A file without violations is calm for the
 * type that its folder or name tells, such as `model-quality/`; where they tell none, it says nothing.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html, of bias
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-bias-drift-violations.html, of attributions
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-feature-attribution-drift-violations.html
 * @throws PoisonMessageError when the document is no such file
 */
export function violationsReports(document: unknown, context: SourceContext): DriftReport[] {
  const placed = typeOfPlace(context.path ?? "");
  const violations = listedIn(document);
  const collectors = new Map<MonitoringType, FeatureCollector>();
  const collectorOf = (type: MonitoringType) => {
    const collector = collectors.get(type) ?? featureCollector(MONITORS[type]);
    collectors.set(type, collector);
    return collector;
  };
  if (violations.size === 0 && placed !== undefined) collectorOf(placed);
  for (const item of violations) {
    const violation = violationOfItem(item);
    collectorOf(typeOf(violation) ?? placed ?? "data-quality").add(featureOf(violation, context));
  }
  if (collectors.size === 0) return [reportOfUnknownType(context)];
  return [...collectors].map(([type, collector]) =>
    reportOf(context, { monitor: MONITORS[type], unlisted: "calm", features: collector.features() }),
  );
}

/**
 * What a file of one monitor lists as violated, whatever its type. A drift whose distance cannot be read, or does not exceed its
 * threshold, is a violation of unknown size; one whose distance is NaN tells nothing.
 * @throws PoisonMessageError when the document is no such file, or lists more features than a report has room for
 */
export function violatedFeatures(monitor: string, document: unknown, context: SourceContext): DriftFeature[] {
  const collector = featureCollector(monitor);
  for (const item of listedIn(document)) collector.add(featureOf(violationOfItem(item), context));
  return collector.features();
}

/** Each of what is no object once: it says nothing but that it is there. */
function listedIn(document: unknown): ReadonlySet<unknown> {
  const parsed = violationsSchema.safeParse(document);
  if (parsed.success) return new Set(parsed.data.violations);
  throw new PoisonMessageError(`not constraint_violations.json of SageMaker Model Monitor: ${z.prettifyError(parsed.error)}`);
}

/** By hand: there may be a quarter of a million, of which a schema would take seconds. */
function violationOfItem(item: unknown): Violation {
  const fields = isMapping(item) ? item : {};
  const textOf = (name: string) => {
    const value = ownValue(fields, name);
    return typeof value === "string" ? value : undefined;
  };
  // A class or a group may be a number too.
  const labelOf = (name: string) => {
    const value = ownValue(fields, name);
    return typeof value === "number" || typeof value === "boolean" ? String(value) : textOf(name);
  };
  return {
    check: textOf("constraint_check_type"),
    description: textOf("description"),
    feature: textOf("feature_name"),
    metric: textOf("metric_name"),
    facet: textOf("facet"),
    facetValue: labelOf("facet_value"),
    label: labelOf("label"),
  };
}

function featureOf(violation: Violation, context: SourceContext): DriftFeature {
  return { ...subjectOf(violation, context), evidence: evidenceOf(violation) };
}

/** Undefined where the violation itself does not tell. */
function typeOf({ check = "", feature, metric, facet, label }: Violation): MonitoringType | undefined {
  if (facet !== undefined || check.startsWith("bias_")) return "bias";
  if (label !== undefined || check.startsWith("feature_attribution_")) return "attribution";
  if (feature !== undefined) return "data-quality";
  return metric === undefined ? undefined : "model-quality";
}

function typeOfPlace(path: string): MonitoringType | undefined {
  const [named, ...others] = PLACES.filter(([, words]) => words.test(path));
  return others.length === 0 ? named?.[0] : undefined;
}

/** Recorded, so that a person sees why it clears nothing. */
function reportOfUnknownType(context: SourceContext): DriftReport {
  const why =
    "an empty list of violations does not tell which type of monitoring found none: put the file into a folder that is named data-quality, model-quality, bias or attribution";
  const evidence = unmeasuredOf("violations", why);
  return reportOf(context, { monitor: UNKNOWN_MONITOR, features: [{ name: "(violations)", kind: "data", evidence }] });
}

function subjectOf(violation: Violation, context: SourceContext): Pick<DriftFeature, "name" | "kind"> {
  const { feature, metric, facet, facetValue, label } = violation;
  const type = typeOf(violation);
  if (type === "model-quality") return { name: nameOf(metric), kind: "concept" };
  if (type === undefined || type === "data-quality") return { name: nameOf(feature), kind: sourceKind(context, feature ?? "") };
  const parts = [metric, feature, facet, facetValue, label].filter((part) => part !== undefined);
  return { name: nameOf(parts.join(" ")), kind: "prediction" };
}

function evidenceOf({ check = "", description }: Violation): Evidence {
  const [, distance, threshold] = DISTANCE.exec(sentenceOf(description)) ?? [];
  if (distance !== undefined && NOT_A_NUMBER.test(distance)) return unmeasuredOf(check, "Model Monitor computed a distance of NaN");
  const [score, limit] = [distance, threshold].map(decimalOf);
  if (score === undefined || limit === undefined || score <= limit) return violationOf(check, description);
  return { type: "score", metric: SAGEMAKER_DISTANCE, score, threshold: limit };
}

/** Undefined for "85%", "0,85" and whatever else is no number in the distance's own units. */
function decimalOf(text: string | undefined): number | undefined {
  const number = text !== undefined && DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
