import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { readList } from "../../outside-json";
import { type DriftFeature, type DriftReport, type Evidence, MAX_FEATURES } from "../drift-report";
import {
  categoriesOf,
  type FeatureStatistics,
  featureStatisticsSchema,
  histogramOf,
  sameCategories,
} from "./sagemaker-distribution";
import { nameOf, reportOf, type SourceContext, sourceKind, violationOf } from "./source-report";

/** The three files that tell, together, how each feature changed; each as it was parsed from JSON, undefined when it is missing. */
export interface StatisticsFiles {
  /** `statistics.json` of the monitoring run. */
  readonly statistics: unknown;
  /** `statistics.json` of the baseline. */
  readonly baselineStatistics: unknown;
  /** `constraints.json` of the baseline: features that it excludes from monitoring are left out. */
  readonly constraints: unknown;
}

const MONITOR = "sagemaker-statistics";

const statisticsSchema = z.object({
  dataset: z.object({ item_count: z.number().check(z.minimum(0)) }),
  features: z.array(z.unknown()).check(z.maxLength(MAX_FEATURES)),
});

/** Amazon's page writes the overrides one way, at the feature; its Python SDK the other, below the texts' constraints. */
const overridesSchema = z.optional(z.object({ evaluate_constraints: z.optional(z.string()) }));

const constraintsSchema = z.object({ features: z.array(z.unknown()).check(z.maxLength(MAX_FEATURES)) });

const constraintSchema = z.object({
  name: z.string(),
  monitoringConfigOverrides: overridesSchema,
  monitoring_config_overrides: overridesSchema,
  string_constraints: z.optional(z.object({ monitoring_config_overrides: overridesSchema })),
});

/** True for what looks like a statistics file, of a run or of the baseline. */
export function isStatistics(document: unknown): boolean {
  return z.object({ dataset: z.unknown(), features: z.array(z.unknown()) }).safeParse(document).data?.dataset !== undefined;
}

/**
 * The report of a monitoring run's statistics beside the baseline's: the two distributions of each feature, from which core
 * computes its own scores. A column that only one side has, or that changed its type, is a violation.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-statistics.html and
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
 * @throws PoisonMessageError that names the file which is missing or broken
 */
export function statisticsReport(files: StatisticsFiles, context: SourceContext): DriftReport {
  const [schema, feature] = [statisticsSchema, featureStatisticsSchema];
  const current = featuresOf(schema, feature, files.statistics, "statistics.json of the monitoring run");
  const baseline = featuresOf(schema, feature, files.baselineStatistics, "the baseline's statistics.json");
  const constraints = featuresOf(constraintsSchema, constraintSchema, files.constraints, "the baseline's constraints.json");
  const excluded = new Set(constraints.filter(isExcluded).map(({ name }) => name));
  const [then, now] = [baseline, current].map((features) => new Map(features.map((feature) => [feature.name, feature])));
  const names = [...new Set([...baseline, ...current].map(({ name }) => name))].filter((name) => !excluded.has(name));
  const features = names.map((name) => compared(name, then?.get(name), now?.get(name), context));
  return reportOf(context, { monitor: MONITOR, features: features.filter((feature) => feature !== undefined) });
}

function featuresOf<T>(
  fileSchema: z.ZodMiniType<{ readonly features: readonly unknown[] }>,
  featureSchema: z.ZodMiniType<T>,
  file: unknown,
  name: string,
): T[] {
  if (file === undefined)
    throw new PoisonMessageError(`got no ${name.replace(/^the /, "")}, expected it beside the others: is its location configured?`);
  const parsed = fileSchema.safeParse(file);
  const { data, issues } = parsed.success
    ? readList(featureSchema, parsed.data.features, ["features"])
    : { issues: parsed.error.issues, data: undefined };
  if (data === undefined) throw new PoisonMessageError(`cannot read ${name}: ${z.prettifyError({ issues })}`);
  return data;
}

function isExcluded(feature: z.infer<typeof constraintSchema>): boolean {
  const { monitoringConfigOverrides, monitoring_config_overrides, string_constraints } = feature;
  const overrides = [monitoringConfigOverrides, monitoring_config_overrides, string_constraints?.monitoring_config_overrides];
  return overrides.some((override) => override?.evaluate_constraints === "Disabled");
}

/** Undefined for a feature of which neither side has a distribution: then there is nothing to compare. */
function compared(
  name: string,
  reference: FeatureStatistics | undefined,
  current: FeatureStatistics | undefined,
  context: SourceContext,
): DriftFeature | undefined {
  const evidence = evidenceOf(reference, current);
  if (evidence === undefined) return undefined;
  const feature = { name: nameOf(name), kind: sourceKind(context, name), evidence };
  if (evidence.type !== "distributions") return feature;
  const [sampleSize, referenceSize] = [sizeOf(current), sizeOf(reference)];
  return { ...feature, ...(sampleSize !== undefined && { sampleSize }), ...(referenceSize !== undefined && { referenceSize }) };
}

function evidenceOf(reference: FeatureStatistics | undefined, current: FeatureStatistics | undefined): Evidence | undefined {
  if (reference === undefined) return violationOf("extra_column_check", "the baseline lacks this column");
  if (current === undefined) return violationOf("missing_column_check", "the monitored data lacks this column");
  if (typeOf(reference) !== typeOf(current)) {
    return violationOf("data_type_check", `${typeOf(reference)} in the baseline, ${typeOf(current)} in the monitored data`);
  }
  return distributionsOf(reference, current);
}

function distributionsOf(reference: FeatureStatistics, current: FeatureStatistics): Evidence | undefined {
  const [then, now] = [reference, current].map(histogramOf);
  if (then !== undefined && now !== undefined) return { type: "distributions", reference: then, current: now };
  const [before, after] = [reference, current].map(categoriesOf);
  if (before !== undefined && after !== undefined) return { type: "distributions", ...sameCategories(before, after) };
  const sides = [then ?? before, now ?? after];
  if (sides.every((side) => side === undefined)) return undefined;
  return violationOf("completeness_check", `no distribution in ${sides[0] === undefined ? "the baseline" : "the monitored data"}`);
}

function typeOf({ numerical_statistics: numbers, string_statistics: texts }: FeatureStatistics): string {
  if (numbers !== undefined) return "numbers";
  return texts === undefined ? "neither numbers nor texts" : "texts";
}

/** How many values a feature has; a count that is no whole number tells nothing. */
function sizeOf(feature: FeatureStatistics | undefined): number | undefined {
  const size = (feature?.numerical_statistics ?? feature?.string_statistics)?.common.num_present;
  return Number.isSafeInteger(size) ? size : undefined;
}
