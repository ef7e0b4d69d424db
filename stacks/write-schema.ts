// Writes retrigger.schema.json, which gives editors completion and checks; `npm run schema`.
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "./config-json-schema";

writeFileSync("retrigger.schema.json", configJsonSchema());
