import * as z from "zod";
import { SAGEMAKER_EVENTS } from "../functions/core/sagemaker-events/catalogue";
import { eventSchema } from "../functions/core/sagemaker-events/event-envelope";

/** The text of sagemaker-events.schema.json: one definition per event of the catalogue, under its name, and any of them as a whole. */
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
