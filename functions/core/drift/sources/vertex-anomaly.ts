import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import type { DriftFeature, DriftKind, DriftReport, Evidence } from "../drift-report";
import { featureCollector, momentOf, nameOf, reportOf, type SourceContext, sourceKind, violationOf } from "./source-report";

/**
 * Metric of the deviation that Vertex AI computes: the L-infinity distance of a category, the Jensen-Shannon divergence of a
 * number; the entry does not say which of them a feature's deviation is.
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/FeatureStatsAnomaly
 */
const VERTEX_DEVIATION = "vertex-deviation";

const ENTRY_TYPE = "ModelMonitoringAnomaliesLogEntry";

const numberSchema = z.catch(z.optional(z.number()), undefined);

/** JSON of protocol buffers writes large integers as text. */
const amountSchema = z.catch(z.optional(z.union([z.number(), z.pipe(z.string(), z.transform(Number))])), undefined);

const entrySchema = z.object({
  jsonPayload: z.object({
    "@type": z.optional(z.string()),
    anomalyObjective: z.enum(["RAW_FEATURE_SKEW", "RAW_FEATURE_DRIFT", "FEATURE_ATTRIBUTION_SKEW", "FEATURE_ATTRIBUTION_DRIFT"]),
    startTime: z.optional(z.string()),
    endTime: z.string(),
    deployedModelId: z.string(),
    modelDeploymentMonitoringJob: z.string(),
    totalAnomaliesCount: amountSchema,
    featureAnomalies: z._default(z.array(z.unknown()), []),
  }),
});

const looseSchema = z.object({
  jsonPayload: z.object({ "@type": z.catch(z.optional(z.string()), undefined), featureAnomalies: z.optional(z.unknown()) }),
});

const anomalySchema = z.object({
  featureDisplayName: z.catch(z.optional(z.string()), undefined),
  deviation: numberSchema,
  threshold: numberSchema,
});

/** Where an anomaly was found, so that the caller can tell whose it is. */
export interface AnomalyOrigin {
  /** `projects/…/locations/…/modelDeploymentMonitoringJobs/…` */
  readonly monitoringJob: string;
  readonly deployedModelId: string;
}

/** True for what looks like an entry of Vertex AI's anomaly log, whole or not. */
export function isAnomalyEntry(document: unknown): boolean {
  const payload = looseSchema.safeParse(document).data?.jsonPayload;
  return payload !== undefined && (payload.featureAnomalies !== undefined || payload["@type"]?.endsWith(ENTRY_TYPE) === true);
}

/** @throws PoisonMessageError when the document is no such entry */
export function anomalyOrigin(document: unknown): AnomalyOrigin {
  const { modelDeploymentMonitoringJob: monitoringJob, deployedModelId } = payloadOf(document);
  return { monitoringJob, deployedModelId };
}

/**
 * The report of a log entry of Vertex AI's model monitoring: features that it does not list are calm. Skew and drift are monitors
 * of their own, since they compare with different references. What it counts but does not list is a violation of unknown size.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/model-monitoring/using-model-monitoring
 * @throws PoisonMessageError when the document is no such entry
 */
export function anomalyReport(document: unknown, context: SourceContext): DriftReport {
  const payload = payloadOf(document);
  const { anomalyObjective: objective, deployedModelId, modelDeploymentMonitoringJob: job, featureAnomalies: anomalies } = payload;
  const end = momentOf(payload.endTime);
  const start = payload.startTime === undefined ? end : momentOf(payload.startTime);
  if (start === undefined || end === undefined) {
    throw new PoisonMessageError(
      `got an anomaly from ${payload.startTime} to ${payload.endTime}, expected ISO 8601 times with an offset`,
    );
  }
  const collector = featureCollector("Vertex AI");
  for (const anomaly of anomalies) collector.add(featureOf(anomaly, objective, context));
  const total = payload.totalAnomaliesCount ?? 0;
  if (total > anomalies.length)
    collector.add({
      name: nameOf(undefined),
      kind: "data",
      evidence: violationOf(objective, `counted ${total} anomalies, listed ${anomalies.length}`),
    });
  return reportOf(context, {
    id: `${job.split("/").at(-1)} ${deployedModelId} ${objective} ${new Date(end).toISOString()}`,
    monitor: `vertex ${objective} ${deployedModelId}`,
    window: { start, end },
    unlisted: "calm",
    features: collector.features(),
  });
}

function payloadOf(document: unknown) {
  const parsed = entrySchema.safeParse(document);
  if (!parsed.success)
    throw new PoisonMessageError(`not an anomaly of Vertex AI's model monitoring: ${z.prettifyError(parsed.error)}`);
  return parsed.data.jsonPayload;
}

function featureOf(anomaly: unknown, objective: string, context: SourceContext): DriftFeature {
  const { featureDisplayName, deviation, threshold } = anomalySchema.safeParse(anomaly).data ?? {};
  const name = nameOf(featureDisplayName);
  // Attributions tell how each feature moves the answers, not how its values are spread.
  const kind: DriftKind = objective.startsWith("FEATURE_ATTRIBUTION") ? "prediction" : sourceKind(context, name);
  return { name, kind, evidence: evidenceOf(objective, deviation, threshold) };
}

function evidenceOf(objective: string, score: number | undefined, threshold: number | undefined): Evidence {
  if (score === undefined || threshold === undefined || !(score > threshold)) return violationOf(objective);
  return { type: "score", metric: VERTEX_DEVIATION, score, threshold };
}
