// Writes the JSON Schemas, which give editors completion and checks; `npm run schema`.
import { writeFileSync } from "node:fs";
import {
  configJsonSchema,
  driftReportJsonSchema,
  evaluationJsonSchema,
  goldenPredictionJsonSchema,
  historyJsonSchema,
  qualitySignalJsonSchema,
  sagemakerEventsJsonSchema,
} from "./json-schemas";

writeFileSync("retrigger.schema.json", configJsonSchema());
writeFileSync("drift-report.schema.json", driftReportJsonSchema());
writeFileSync("quality-signal.schema.json", qualitySignalJsonSchema());
writeFileSync("sagemaker-events.schema.json", sagemakerEventsJsonSchema());
writeFileSync("evaluation.schema.json", evaluationJsonSchema());
writeFileSync("golden-prediction.schema.json", goldenPredictionJsonSchema());
writeFileSync("history.schema.json", historyJsonSchema());
