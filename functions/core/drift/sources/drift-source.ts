import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { type DriftReport, parseDriftReport } from "../drift-report";
import { alarmReport, parseAlarm } from "./cloudwatch-alarm";
import { parseDocument } from "./drift-document";
import { evidentlyReport, isEvidently } from "./evidently";
import { isNannyml, nannymlReports } from "./nannyml";
import { isModelQuality, modelQualityReport } from "./sagemaker-model-quality";
import { isStatistics } from "./sagemaker-statistics";
import { isViolations, violationsReports } from "./sagemaker-violations";
import type { SourceContext } from "./source-report";
import { anomalyReport, isAnomalyEntry } from "./vertex-anomaly";
import { evaluationReports, isEvaluation } from "./vertex-evaluation";

/** One format that a drift document may have. */
interface DriftSource {
  readonly name: string;
  /** What a document of the format holds, for people. */
  readonly looks: string;
  readonly fits: (document: unknown) => boolean;
  readonly read: (document: unknown, context: SourceContext) => readonly DriftReport[];
}

/** In this order: the first whose shape a document has reads it, and nothing else does when it is broken. */
const SOURCES: readonly DriftSource[] = [
  {
    name: "Retrigger's own format",
    looks: "features with monitor and window",
    fits: isOwnReport,
    read: (document) => [ownReport(document)],
  },
  {
    name: "CloudWatch alarm",
    looks: "an alarm's state change of EventBridge or SNS",
    fits: (document) => parseAlarm(document) !== undefined,
    read: alarmReports,
  },
  {
    name: "Vertex AI anomaly",
    looks: "jsonPayload.featureAnomalies",
    fits: isAnomalyEntry,
    read: (document, context) => [anomalyReport(document, context)],
  },
  {
    name: "Vertex AI evaluation",
    looks: "metrics{} with metricsSchemaUri",
    fits: isEvaluation,
    read: evaluationReports,
  },
  {
    name: "SageMaker violations",
    looks: "violations[]",
    fits: isViolations,
    read: violationsReports,
  },
  {
    name: "Evidently",
    looks: "metrics[], or tests[] with a summary",
    fits: isEvidently,
    read: (document, context) => [evidentlyReport(document, context)],
  },
  { name: "NannyML", looks: "a table or JSON Lines with chunk_key and measures", fits: isNannyml, read: nannymlReports },
  {
    name: "SageMaker model quality",
    looks: "dataset and …_metrics{}",
    fits: isModelQuality,
    read: (document, context) => [modelQualityReport(document, context)],
  },
  { name: "SageMaker statistics", looks: "dataset and features[]", fits: isStatistics, read: refuseStatistics },
];

/** What a document says of drift. */
export interface DriftReading {
  /** Which format it has. */
  readonly source: string;
  /** Oldest first; empty for an alarm that is not raised. */
  readonly reports: readonly DriftReport[];
}

/**
 * Reads a file that was dropped under `drift/<model>/`, or a message, in whichever format it is.
 * @throws PoisonMessageError when it has none of the known formats, which it then lists, or is broken
 */
export function readDriftDocument(text: string, context: SourceContext): DriftReading {
  const document = parseDocument(text);
  const source = SOURCES.find(({ fits }) => fits(document));
  if (source === undefined) {
    const tried = SOURCES.map(({ name, looks }) => `${name} (${looks})`).join(", ");
    throw new PoisonMessageError(`got a drift document of no known format: ${text.trim().slice(0, 80)}; tried ${tried}`);
  }
  return { source: source.name, reports: source.read(document, context) };
}

function alarmReports(document: unknown, context: SourceContext): DriftReport[] {
  const alarm = parseAlarm(document);
  const report = alarm && alarmReport(alarm, context);
  return report === undefined ? [] : [report];
}

function refuseStatistics(): never {
  throw new PoisonMessageError(
    "got statistics.json alone, which tells of no drift: expected constraint_violations.json, or a monitoring job whose baseline is known",
  );
}

const optionalSchema = z.optional(z.unknown());

const ownSchema = z.object({ monitor: optionalSchema, window: optionalSchema, features: optionalSchema });

/** True for what looks like Retrigger's own format, whole or not. */
function isOwnReport(document: unknown): boolean {
  const { monitor, window, features } = ownSchema.safeParse(document).data ?? {};
  return features !== undefined && (monitor !== undefined || window !== undefined);
}

/**
 * The report that a document in Retrigger's own format is: docs/drift-report.md. It names its model itself.
 * @throws PoisonMessageError that tells every problem with its place, the first ten of very many
 */
export function ownReport(document: unknown): DriftReport {
  return parseDriftReport(document);
}
