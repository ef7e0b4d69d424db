import * as z from "zod";
import { configSchema } from "./config";

/** The text of retrigger.schema.json. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  return `${JSON.stringify({ ...schema, title: "retrigger.yaml" }, undefined, 2)}\n`;
}
