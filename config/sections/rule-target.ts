// The targets of a rule: what an event is sent to, and what the target is given of it. What depends on several keys, and what is
// wrong within their texts, is checked in checks/rule-targets.ts. It is long because EventBridge has so many targets.
import * as z from "zod";
import { MAX_METADATA } from "../../functions/core/training-request";
import { parameterExpectation, text } from "./fields";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameter.html */
const MAX_PARAMETERS = 200;
const MAX_VALUE_CHARACTERS = 1024;

/** The limit of a cause in a training request. */
const MAX_METADATA_CHARACTERS = 256;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MAX_PATHS = 100;
const MAX_TEMPLATE_CHARACTERS = 8192;

/** A JSON path into an event. */
const pathSchema = z.string({ error: "expected a JSON path into the event, such as $.detail.EndpointName" });

/** A fixed value, or a JSON path as the whole value: EventBridge fills in no path within other text. */
function valueSchema(maxCharacters: number) {
  return z.string({ error: parameterExpectation }).max(maxCharacters, { error: `expected at most ${maxCharacters} characters` });
}

/** Parameters that a rule starts a pipeline with. Unlike those of `models`, their names cannot contain an underscore. */
const ruleParametersSchema = z
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

/** What the request of a rule records in addition to the event. */
const metadataSchema = z
  .record(
    text(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "expected a name of 1 to 64 of A-Z, a-z, 0-9, - and _, starting with a letter"),
    valueSchema(MAX_METADATA_CHARACTERS),
  )
  .refine((metadata) => Object.keys(metadata).length <= MAX_METADATA, { error: `expected at most ${MAX_METADATA} entries` });

/** What a target is given instead of the whole event. */
const inputSchema = z.strictObject({
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
    .describe("Variables of the template by name, each a JSON path into the event, such as $.detail.EndpointName; at most 100"),
  template: z
    .string({ error: "expected text, such as '{\"endpoint\": <endpoint>}'" })
    .min(1, { error: "expected at least one character" })
    .max(MAX_TEMPLATE_CHARACTERS, { error: `expected at most ${MAX_TEMPLATE_CHARACTERS} characters` })
    .describe(
      'JSON to send, with variables as <name>, such as {"endpoint": <endpoint>}; text is in double quotes; 1 to 8192 characters',
    ),
});

/** Priority of a rule's requests by default: that of a schedule. */
const RULE_PRIORITY = 3;

/** Priority of the requests of a rule. */
export const priorityField = z.int().min(1).max(5).default(RULE_PRIORITY).describe("Priority of its requests; 1 (highest) to 5");

/** Name of an entry of `models`; checks/rules.ts looks it up. */
export function modelField(role: string) {
  return z.string({ error: "expected the name of a model" }).describe(role);
}

const inputField = inputSchema.exactOptional().describe("What the target is given instead of the whole event");

/** An ARN of one service, in any region and account. */
function arn(service: string, resource: string, what: string, example: string) {
  return text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z]{2,4}(?:-[a-z]+)+-\\d:\\d{12}:${resource}$`),
    `expected the ARN of ${what}, such as arn:aws:${service}:eu-central-1:111122223333:${example}`,
  );
}

const pipelineTarget = z.strictObject({
  type: z
    .literal("pipeline")
    .describe("Starts a SageMaker pipeline without the coordinator: no limit applies and no decision is recorded"),
  pipeline: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}$/,
    "expected the name of a SageMaker pipeline, not its ARN: 1 to 256 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  ).describe("Name of an existing SageMaker pipeline"),
  parameters: ruleParametersSchema
    .default({})
    .describe(
      "Parameters to start the pipeline with, at most 200; a value is text, or a JSON path into the event as the whole value; names cannot contain _",
    ),
});

const requestTarget = z.strictObject({
  type: z.literal("request").describe("Requests a training from the coordinator, which decides as for any other request"),
  model: modelField("Name of the model to train; a model on AWS with data"),
  priority: priorityField,
  metadata: metadataSchema
    .default({})
    .describe(
      "What the request records in addition to the event, at most 20 entries; a value is text, or a JSON path as the whole value",
    ),
});

const pauseTarget = z.strictObject({
  type: z.literal("pause").describe("Pauses the automatic trainings of a model until a person resumes them"),
  model: modelField("Name of the model to pause; a model on AWS with data"),
});

const notifyTarget = z.strictObject({
  type: z.literal("notify").describe("Tells everyone who is told of decisions"),
});

const lambdaTarget = z.strictObject({
  type: z.literal("lambda").describe("Invokes a Lambda function"),
  arn: arn(
    "lambda",
    "function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_-]{1,128})?",
    "a Lambda function, or of its version or alias",
    "function:deploy",
  ).describe("ARN of the function, in this account; Retrigger lets the rule invoke it"),
  input: inputField,
});

const snsTarget = z.strictObject({
  type: z
    .literal("sns")
    .describe("Publishes to an SNS topic; its owner must add the statement in the output rule_grants to its policy"),
  arn: arn("sns", "[A-Za-z0-9_-]{1,256}", "a standard SNS topic: EventBridge takes no FIFO topic", "deployments").describe(
    "ARN of the topic, not a FIFO topic; if it is encrypted, its customer managed key must allow events.amazonaws.com",
  ),
  input: inputField,
});

const sqsTarget = z.strictObject({
  type: z
    .literal("sqs")
    .describe("Sends to an SQS queue; its owner must add the statement in the output rule_grants to its policy"),
  arn: arn("sqs", "[A-Za-z0-9_-]{1,80}(?:\\.fifo)?", "an SQS queue", "deployments").describe(
    "ARN of the queue; a FIFO queue must deduplicate by content; if it is encrypted with KMS, its customer managed key must allow events.amazonaws.com",
  ),
  messageGroup: text(
    /^(?!\$\.)[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/,
    "expected 1 to 128 letters, digits and punctuation, and no JSON path",
  )
    .exactOptional()
    .describe("Message group in a FIFO queue, and only there; 1 to 128 characters"),
  input: inputField,
});

const kinesisTarget = z.strictObject({
  type: z.literal("kinesis").describe("Puts a record into a Kinesis data stream"),
  arn: arn("kinesis", "stream/[A-Za-z0-9_.-]{1,128}", "a Kinesis data stream", "stream/events").describe("ARN of the stream"),
  partitionKey: pathSchema
    .exactOptional()
    .describe("JSON path into the event of the value that chooses the shard; the ID of the event by default"),
  input: inputField,
});

const stateMachineTarget = z.strictObject({
  type: z.literal("state-machine").describe("Starts an execution of a Step Functions state machine"),
  arn: arn(
    "states",
    "stateMachine:[A-Za-z0-9_-]{1,80}",
    "a state machine, without version or alias",
    "stateMachine:deploy",
  ).describe("ARN of the state machine"),
  input: inputField,
});

const runCommandTarget = z.strictObject({
  type: z.literal("run-command").describe("Runs a command document of Systems Manager on instances"),
  document: text(
    /^[A-Za-z0-9_.-]{3,128}$/,
    "expected the name of a document, not its ARN: 3 to 128 of A-Z, a-z, 0-9, _, - and .",
  ).describe("Name of the document, of AWS such as AWS-RunShellScript, or of this account; 3 to 128 characters"),
  key: text(/^(?:InstanceIds|tag:[A-Za-z0-9_.:/=+@-]{1,128})$/, "expected InstanceIds, or tag:<key>, such as tag:Role").describe(
    "How the instances are selected: InstanceIds, or tag:<key>",
  ),
  values: z
    .array(
      text(
        /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u,
        "expected the id of an instance, or the value of a tag: 1 to 256 letters, digits, spaces and _.:/=+-@; write numbers, true and false in quotes",
      ),
    )
    .min(1, { error: "expected at least one value" })
    .max(50, { error: "expected at most 50 values" })
    .describe("IDs of the instances, or values of the tag; 1 to 50"),
  input: inputSchema.describe(
    'Parameters of the document, such as {template: \'{"commands": ["systemctl restart scorer"]}\'}; never put values of an event into commands, because a shell runs them',
  ),
});

const eventBusTarget = z.strictObject({
  type: z.literal("event-bus").describe("Forwards the event to another event bus"),
  arn: arn("events", "event-bus/[A-Za-z0-9_./-]{1,256}", "another event bus", "event-bus/audit").describe(
    "ARN of the bus, in any region; a bus of another account must let the role of this account put events",
  ),
});

/** One target of a rule. */
export const ruleTargetSchema = z.discriminatedUnion(
  "type",
  [
    pipelineTarget,
    requestTarget,
    pauseTarget,
    notifyTarget,
    lambdaTarget,
    snsTarget,
    sqsTarget,
    kinesisTarget,
    stateMachineTarget,
    runCommandTarget,
    eventBusTarget,
  ],
  {
    error:
      "expected a mapping whose type is pipeline, request, pause, notify, lambda, sns, sqs, kinesis, state-machine, run-command or event-bus",
  },
);

/** What may deploy an approved model. */
export const deployTargetSchema = z.discriminatedUnion("type", [lambdaTarget, stateMachineTarget, snsTarget], {
  error: "expected a mapping whose type is lambda, state-machine or sns",
});
