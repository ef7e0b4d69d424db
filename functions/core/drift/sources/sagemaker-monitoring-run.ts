import * as z from "zod/mini";
import type { DriftFeature, DriftReport } from "../drift-report";
import { isModelQuality, modelQualityFeatures } from "./sagemaker-model-quality";
import { isStatistics, type StatisticsFiles, statisticsReport } from "./sagemaker-statistics";
import { violatedFeatures } from "./sagemaker-violations";
import { reportOf, type SourceContext } from "./source-report";

/** URIs of the baseline's files; undefined where a job's inputs do not name them. */
export interface BaselineFiles {
  readonly statistics?: string;
  readonly constraints?: string;
}

/** What one run of a monitoring schedule wrote and was compared with; each as parsed from JSON, undefined when it is missing. */
export interface MonitoringFiles extends StatisticsFiles {
  /** `constraint_violations.json`, which a run without violations does not write. */
  readonly violations: unknown;
}

const DRIFT_CHECK = "baseline_drift_check";

const optionalText = z.optional(z.nullable(z.string()));

const inputsSchema = z.object({
  Environment: z.optional(z.nullable(z.record(z.string(), z.string()))),
  ProcessingInputs: z.optional(
    z.nullable(z.array(z.object({ S3Input: z.optional(z.nullable(z.object({ S3Uri: z.string(), LocalPath: optionalText }))) }))),
  ),
});

/**
 * The baseline's files, from what DescribeProcessingJob tells: the job's environment says where in its container they lie, its
 * inputs where they come from. https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-contract-inputs.html
 */
export function baselineFiles(response: unknown): BaselineFiles {
  const { Environment, ProcessingInputs } = inputsSchema.safeParse(response).data ?? {};
  const environment = new Map(Object.entries(Environment ?? {}));
  const inputs = (ProcessingInputs ?? []).flatMap(({ S3Input }) => S3Input ?? []);
  const uriOf = (kind: keyof BaselineFiles) => {
    const path = environment.get(`baseline_${kind}`);
    const folderOf = (local: string) => `${local.replace(/\/+$/, "")}/`;
    const input =
      inputs.find(({ LocalPath: local }) => path && local && (path === local || path.startsWith(folderOf(local)))) ??
      inputs.find(({ S3Uri }) => S3Uri.endsWith(`/${kind}.json`));
    if (input === undefined || input.S3Uri.endsWith(".json")) return input?.S3Uri;
    return `${folderOf(input.S3Uri)}${path?.split("/").at(-1) || `${kind}.json`}`;
  };
  const [statistics, constraints] = [uriOf("statistics"), uriOf("constraints")];
  return { ...(statistics !== undefined && { statistics }), ...(constraints !== undefined && { constraints }) };
}

/** Under which name a schedule's reports are kept. */
export function scheduleMonitor(schedule: string): string {
  return `sagemaker ${schedule}`;
}

/**
 * The one report of a monitoring run, which must have completed: features that it does not list are calm. Where the baseline's
 * statistics are known, the two distributions of a feature take the place of the distance that Model Monitor found, whose size
 * depends on how it was sampled. A monitor of model quality tells by its statistics how well the model does. Each schedule is a
 * monitor of its own: the calm of one says nothing of what another measures.
 * @throws PoisonMessageError when a file is broken
 */
export function monitoringRunReport(schedule: string, files: MonitoringFiles, context: SourceContext): DriftReport {
  const { violations, statistics, baselineStatistics, constraints } = files;
  // Those of a monitor of quality or bias have another shape, and no distributions.
  const isComparable = isStatistics(statistics) && isStatistics(baselineStatistics) && constraints !== undefined;
  const compared = isComparable ? statisticsReport(files, context).features : [];
  const measured = new Set(compared.filter(({ evidence }) => evidence.type === "distributions").map(({ name }) => name));
  const monitor = scheduleMonitor(schedule);
  const quality = isModelQuality(statistics) ? modelQualityFeatures(statistics) : [];
  const violated = violatedFeatures(monitor, violations ?? { violations: [] }, context);
  return reportOf(context, {
    monitor,
    unlisted: "calm",
    features: [...compared, ...violated.filter((feature) => !(isDistance(feature) && measured.has(feature.name))), ...quality],
  });
}

function isDistance({ evidence }: DriftFeature): boolean {
  switch (evidence.type) {
    case "score":
      return true;
    case "violation":
      return evidence.check === DRIFT_CHECK;
    case "unmeasured":
      return evidence.metric === DRIFT_CHECK;
    default:
      return false;
  }
}
