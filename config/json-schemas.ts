import * as z from "zod";
import { driftReportSchema } from "../functions/core/drift/drift-report";
import { evaluationFileSchema, goldenPredictionSchema } from "../functions/core/promotion/evaluation/evaluation-file";
import { holdOutMessageSchema } from "../functions/core/quality/hold-out-message";
import { qualityMessageSchema } from "../functions/core/quality/quality-message";
import { historyLineSchema } from "../functions/core/replay/history-line";
import { SAGEMAKER_EVENTS } from "../functions/core/sagemaker-events/catalogue";
import { eventSchema } from "../functions/core/sagemaker-events/read-sagemaker-event";
import { fileJsonSchema } from "./file-json-schema";

/** The text of retrigger.schema.json. */
export function configJsonSchema(): string {
  return `${JSON.stringify({ ...fileJsonSchema(), title: "retrigger.yaml" }, undefined, 2)}\n`;
}

/** The text of drift-report.schema.json. */
export function driftReportJsonSchema(): string {
  const schema = z.toJSONSchema(driftReportSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Drift report" }, undefined, 2)}\n`;
}

/** The text of quality-signal.schema.json: of a signal, and of the hold-out of a training. */
export function qualitySignalJsonSchema(): string {
  const schema = z.toJSONSchema(z.union([qualityMessageSchema, holdOutMessageSchema]), { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Quality signal" }, undefined, 2)}\n`;
}

/** The text of history.schema.json, of one line. */
export function historyJsonSchema(): string {
  const schema = z.toJSONSchema(historyLineSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Line of a history" }, undefined, 2)}\n`;
}

/** The text of evaluation.schema.json. */
export function evaluationJsonSchema(): string {
  const schema = z.toJSONSchema(evaluationFileSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Evaluation of a model on the golden set" }, undefined, 2)}\n`;
}

/** The text of golden-prediction.schema.json. */
export function goldenPredictionJsonSchema(): string {
  const schema = z.toJSONSchema(goldenPredictionSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Prediction of one row of the golden set" }, undefined, 2)}\n`;
}

/**
 * The text of sagemaker-events.schema.json: one definition per event of the catalogue, under its name, and any of them as a whole.
 */
export function sagemakerEventsJsonSchema(): string {
  const definitions = SAGEMAKER_EVENTS.map((entry) => {
    const { $schema: _, ...definition } = z.toJSONSchema(eventSchema(entry), { io: "input" });
    return [entry.name, { title: entry.detailType, ...definition }] as const;
  });
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Events of SageMaker on EventBridge",
    oneOf: definitions.map(([name]) => ({ $ref: `#/$defs/${name}` })),
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
