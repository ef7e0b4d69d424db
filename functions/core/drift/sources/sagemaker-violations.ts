import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import type { DriftFeature, DriftReport, Evidence } from "../drift-report";
import { nameOf, reportOf, type SourceContext, sentenceOf, sourceKind, violationOf, withinFeatures } from "./source-report";

/** Metric of the distance that Model Monitor computes; its documentation does not say which one it is. */
export const SAGEMAKER_DISTANCE = "sagemaker-distance";

/** The monitor of every report that comes from Model Monitor's violations. */
const MONITOR = "sagemaker-violations";

/** A field that is not a text is as good as absent: the violation counts without it. */
const textSchema = z.catch(z.optional(z.string()), undefined);

const violationsSchema = z.object({ violations: z.array(z.unknown()) });

const violationSchema = z.object({
  constraint_check_type: textSchema,
  description: textSchema,
  /** Of a data quality violation. */
  feature_name: textSchema,
  /** Of a model quality violation, or with a facet of a bias violation. */
  metric_name: textSchema,
  facet: textSchema,
  facet_value: textSchema,
});

type Violation = z.infer<typeof violationSchema>;

/** The only sentence with a number that is established; both of Amazon's sample solutions read it so. */
const DISTANCE = /distance:\s*(\S+?)[.,;]?\s+exceeds\s+threshold:\s*(\S+?)[.,;]?(?:\s|$)/i;
const DECIMAL = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** True for what looks like a violations file, whole or not. */
export function isViolations(document: unknown): boolean {
  return violationsSchema.safeParse(document).success;
}

/**
 * The report of `constraint_violations.json`, which Model Monitor writes when a constraint is violated: features that it does not
 * list are calm. A drift whose distance cannot be read, or does not exceed its threshold, is a violation of unknown size.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html, of bias
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-bias-drift-violations.html
 * @throws PoisonMessageError when the document is no such file
 */
export function violationsReport(document: unknown, context: SourceContext): DriftReport {
  const parsed = violationsSchema.safeParse(document);
  if (!parsed.success) {
    throw new PoisonMessageError(`not constraint_violations.json of SageMaker Model Monitor: ${z.prettifyError(parsed.error)}`);
  }
  const features = withinFeatures(MONITOR, parsed.data.violations).map((item): DriftFeature => {
    const violation = violationSchema.safeParse(item).data ?? {};
    return { ...subjectOf(violation, context), evidence: evidenceOf(violation) };
  });
  return reportOf(context, { monitor: MONITOR, unlisted: "calm", features });
}

function subjectOf({ feature_name, metric_name, facet, facet_value }: Violation, context: SourceContext) {
  const isOfFeature = feature_name !== undefined || metric_name === undefined;
  if (isOfFeature) return { name: nameOf(feature_name), kind: sourceKind(context, feature_name ?? "") };
  if (facet === undefined) return { name: nameOf(metric_name), kind: "concept" as const };
  return {
    name: nameOf([metric_name, facet, facet_value].filter((part) => part !== undefined).join(" ")),
    kind: "prediction" as const,
  };
}

function evidenceOf({ constraint_check_type: check, description }: Violation): Evidence {
  const [, distance, threshold] = DISTANCE.exec(sentenceOf(description))?.map(decimalOf) ?? [];
  if (distance === undefined || threshold === undefined || distance <= threshold) return violationOf(check ?? "", description);
  return { type: "score", metric: SAGEMAKER_DISTANCE, score: distance, threshold };
}

/** Undefined for "NaN", "85%", "0,85" and whatever else is no number in the distance's own units. */
function decimalOf(text: string): number | undefined {
  const number = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
