import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { type DriftFeature, type DriftReport, distinctFeatures } from "../drift-report";
import { type DatasetDrift, type EvidentlyFindings, findingsOfReport, isReportMetric } from "./evidently-report";
import { findingsOfSnapshot } from "./evidently-snapshot";
import { findingsOfSuite, isSuite } from "./evidently-suite";
import { nameOf, reportOf, type SourceContext } from "./source-report";

/** Metric of the share of columns that drift, where a report does not list them all. */
const DRIFTED_SHARE = "drifted-columns-share";

const MONITOR = "evidently";

/** Metrics that cannot be read which a message names. */
const NAMED = 5;

const metricsSchema = z.object({ metrics: z.array(z.unknown()) });

/** True for what looks like JSON of Evidently, of either generation. */
export function isEvidently(document: unknown): boolean {
  return metricsSchema.safeParse(document).success || isSuite(document);
}

/**
 * The report that Evidently writes as JSON: `Report.json()` and `TestSuite.json()` up to 0.6, the snapshot's `json()` from 0.7 on.
 * None of them tells of the data's window, so the context's counts. A metric that measures drift and cannot be read is listed as a
 * feature of which nothing can be told. https://docs.evidentlyai.com/docs/library/output_formats
 * @throws PoisonMessageError when the document is no such report, or has no drift that can be read
 */
export function evidentlyReport(document: unknown, context: SourceContext): DriftReport {
  const { columns, others, datasets, leftOut } = findingsOf(document, context);
  const listed = distinctFeatures(columns);
  const shares = datasets.filter((dataset) => dataset.columns === undefined || dataset.columns > listed).map(datasetFeature);
  const features = [...columns, ...others, ...shares];
  if (features.length === 0) {
    const named = leftOut
      .slice(0, NAMED)
      .map(({ name, evidence }) => (evidence.type === "unmeasured" ? `${name}: ${evidence.why}` : name));
    const cannot = named.length === 0 ? "" : `; cannot be read: ${named.join("; ")}`;
    throw new PoisonMessageError(
      `got a report of Evidently that measures no drift, expected one with DataDriftPreset or ValueDrift${cannot}`,
    );
  }
  return reportOf(context, { monitor: MONITOR, features: [...features, ...leftOut] });
}

function findingsOf(document: unknown, context: SourceContext): EvidentlyFindings {
  const parsed = metricsSchema.safeParse(document);
  if (!parsed.success && isSuite(document)) return findingsOfSuite(document, context);
  if (!parsed.success) throw new PoisonMessageError(`not a report of Evidently: ${z.prettifyError(parsed.error)}`);
  const { metrics } = parsed.data;
  const isOld = metrics.some((metric) => isReportMetric(metric));
  return isOld ? findingsOfReport(metrics, context) : findingsOfSnapshot(document, context);
}

function datasetFeature({ share, limit }: DatasetDrift): DriftFeature {
  return {
    name: nameOf("(dataset)"),
    kind: "data",
    evidence: { type: "score", metric: DRIFTED_SHARE, score: share, threshold: limit },
  };
}
