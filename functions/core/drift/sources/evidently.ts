import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import type { DriftFeature, DriftReport } from "../drift-report";
import type { EvidentlyFindings } from "./evidently-report";
import { findingsOfReport, isReportMetric } from "./evidently-report";
import { findingsOfSnapshot } from "./evidently-snapshot";
import { nameOf, reportOf, type SourceContext } from "./source-report";

/** Metric of the share of columns that drift, where a report tells no more. */
const DRIFTED_SHARE = "drifted-columns-share";

const MONITOR = "evidently";

const metricsSchema = z.object({ metrics: z.array(z.unknown()) });

/** True for what looks like JSON of Evidently, of either generation. */
export function isEvidently(document: unknown): boolean {
  return metricsSchema.safeParse(document).success;
}

/**
 * The report that Evidently writes as JSON: `Report.json()` up to 0.6, the snapshot's `json()` from 0.7 on. Neither tells of the
 * data's window, so the context's counts. https://docs.evidentlyai.com/docs/library/output_formats
 * @throws PoisonMessageError when the document is no such report, or measures no drift
 */
export function evidentlyReport(document: unknown, context: SourceContext): DriftReport {
  const parsed = metricsSchema.safeParse(document);
  if (!parsed.success) throw new PoisonMessageError(`not a report of Evidently: ${z.prettifyError(parsed.error)}`);
  const { metrics } = parsed.data;
  const isOld = metrics.some((metric) => isReportMetric(metric));
  const { columns, dataset } = isOld ? findingsOfReport(metrics, context) : findingsOfSnapshot(document, context);
  const features = columns.length > 0 || dataset === undefined ? columns : [datasetFeature(dataset)];
  if (features.length === 0) {
    throw new PoisonMessageError(
      "got a report of Evidently that measures no drift, expected one with DataDriftPreset or ValueDrift",
    );
  }
  return reportOf(context, { monitor: MONITOR, features });
}

function datasetFeature({ share, limit }: NonNullable<EvidentlyFindings["dataset"]>): DriftFeature {
  return {
    name: nameOf("(dataset)"),
    kind: "data",
    evidence: { type: "score", metric: DRIFTED_SHARE, score: share, threshold: limit },
  };
}
