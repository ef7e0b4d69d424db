// Writes the JSON Schemas, which give editors completion and checks; `npm run schema`.
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "./config-json-schema";
import { driftReportJsonSchema } from "./drift-report-json-schema";
import { sagemakerEventsJsonSchema } from "./sagemaker-events-json-schema";

writeFileSync("retrigger.schema.json", configJsonSchema());
writeFileSync("drift-report.schema.json", driftReportJsonSchema());
writeFileSync("sagemaker-events.schema.json", sagemakerEventsJsonSchema());
