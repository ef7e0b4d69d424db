import * as z from "zod";
import { driftReportSchema } from "../functions/core/drift/drift-report";

/** The text of drift-report.schema.json. */
export function driftReportJsonSchema(): string {
  const schema = z.toJSONSchema(driftReportSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "Drift report" }, undefined, 2)}\n`;
}
