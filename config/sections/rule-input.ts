// What the targets of rules are given of an event, in retrigger.yaml: fixed values, JSON paths and input transformers. What is wrong
// within their texts, rule-target-rules.ts tells.
import * as z from "zod";
import { MAX_METADATA } from "../../functions/core/training-request";
import { text } from "./fields";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameter.html */
const MAX_PARAMETERS = 200;
const MAX_VALUE_CHARACTERS = 1024;

/** As the cause of a request takes them. */
const MAX_METADATA_CHARACTERS = 256;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MAX_PATHS = 100;
const MAX_TEMPLATE_CHARACTERS = 8192;

/** A JSON path into an event. */
export const pathSchema = z.string({ error: "expected a JSON path into the event, such as $.detail.EndpointName" });

/** A fixed value, or a JSON path alone: EventBridge puts no path into other text. */
function valueSchema(maxCharacters: number) {
  return z
    .string({ error: "expected text; write numbers, true and false in quotes" })
    .max(maxCharacters, { error: `expected at most ${maxCharacters} characters` });
}

/** Parameters that a rule starts a pipeline with; unlike those of `models`, their names take no underscore. */
export const ruleParametersSchema = z
  .record(
    text(
      /^(?=.{1,256}$)[a-zA-Z0-9](?:-*[a-zA-Z0-9])*$/,
      "expected a parameter name of 1 to 256 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends: EventBridge takes no _ here; rename the parameter, let a target of type request start the pipeline, as the pipeline.parameters of a model may have it, or, when it is time that starts it, schedule",
    ),
    valueSchema(MAX_VALUE_CHARACTERS),
  )
  .refine((parameters) => Object.keys(parameters).length <= MAX_PARAMETERS, {
    error: `expected at most ${MAX_PARAMETERS} parameters`,
  });

/** What a request of a rule tells beside the event. */
export const metadataSchema = z
  .record(
    text(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "expected a name of 1 to 64 of A-Z, a-z, 0-9, - and _, starting with a letter"),
    valueSchema(MAX_METADATA_CHARACTERS),
  )
  .refine((metadata) => Object.keys(metadata).length <= MAX_METADATA, { error: `expected at most ${MAX_METADATA} entries` });

/** What a target is given instead of the whole event. */
export const inputSchema = z.strictObject({
  paths: z
    .record(
      text(
        /^(?!aws)[A-Za-z0-9_-]{1,256}$/i,
        "expected the name of a variable, 1 to 256 of A-Z, a-z, 0-9, _ and -, not starting with AWS",
      ),
      pathSchema,
    )
    .refine((paths) => Object.keys(paths).length <= MAX_PATHS, { error: `expected at most ${MAX_PATHS} paths` })
    .default({})
    .describe("Variables by name, each a JSON path into the event, such as $.detail.EndpointName; at most 100"),
  template: z
    .string({ error: "expected text, such as '{\"endpoint\": <endpoint>}'" })
    .min(1, { error: "expected at least one character" })
    .max(MAX_TEMPLATE_CHARACTERS, { error: `expected at most ${MAX_TEMPLATE_CHARACTERS} characters` })
    .describe('What is sent: JSON, of which a text stands in quotes, with variables as <name>, such as {"endpoint": <endpoint>}'),
});
