// What a rule sends an event to, in retrigger.yaml: each kind of target by its type, as RuleTarget of the core. What depends on more
// than one field is in rule-target-rules.ts.
import * as z from "zod";
import { text } from "./fields";
import { inputSchema, metadataSchema, pathSchema, ruleParametersSchema } from "./rule-input";

/** Of a request that a rule raises and that names none: that of a schedule. */
const RULE_PRIORITY = 3;

/** Of a request that a rule raises. */
export const priorityField = z.int().min(1).max(5).default(RULE_PRIORITY).describe("Of its requests: 1, the highest, to 5");

/** Of an entry of `models`, which rule-rules.ts looks up. */
export function modelField(role: string) {
  return z.string({ error: "expected the name of a model" }).describe(role);
}

const inputField = inputSchema.exactOptional().describe("What it is given instead of the whole event");

/** Of one service, in any region and account. */
function arn(service: string, resource: string, what: string, example: string) {
  return text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z]{2}(?:-[a-z]+)+-\\d:\\d{12}:${resource}$`),
    `expected the ARN of ${what}, such as arn:aws:${service}:eu-central-1:111122223333:${example}`,
  );
}

const pipelineTarget = z.strictObject({
  type: z.literal("pipeline").describe("Starts a SageMaker pipeline, without asking the coordinator: no limit, no record"),
  pipeline: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}$/,
    "expected the name of a SageMaker pipeline, not its ARN: 1 to 256 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  ).describe("Name of the SageMaker pipeline; it exists already"),
  parameters: ruleParametersSchema
    .default({})
    .describe(
      "Parameters that it is started with, at most 200: text, or a JSON path into the event as the whole value; no _ in names",
    ),
});

const requestTarget = z.strictObject({
  type: z.literal("request").describe("Asks the coordinator for a training, which decides as for any other request"),
  model: modelField("Model to train; one on AWS"),
  priority: priorityField,
  metadata: metadataSchema
    .default({})
    .describe("What the record of the request tells beside the event, at most 20: text, or a JSON path as the whole value"),
});

const pauseTarget = z.strictObject({
  type: z.literal("pause").describe("Pauses the automatic trainings of a model, until a person resumes it"),
  model: modelField("Model to pause; one on AWS"),
});

const notifyTarget = z.strictObject({
  type: z.literal("notify").describe("Tells the people whom the topic of decisions tells"),
});

const lambdaTarget = z.strictObject({
  type: z.literal("lambda").describe("Invokes a Lambda function"),
  arn: arn(
    "lambda",
    "function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_-]{1,128})?",
    "a Lambda function, or of its version or alias",
    "function:deploy",
  ).describe("ARN of the function, of this account; Retrigger gives the rule its permission"),
  input: inputField,
});

const snsTarget = z.strictObject({
  type: z.literal("sns").describe("Publishes to an SNS topic, whose owner adds the statement of output rule_grants to its policy"),
  arn: arn("sns", "[A-Za-z0-9_-]{1,256}", "a standard SNS topic: EventBridge takes no FIFO topic", "deployments").describe(
    "ARN of the topic; one that is encrypted needs a customer managed key that lets events.amazonaws.com use it",
  ),
  input: inputField,
});

const sqsTarget = z.strictObject({
  type: z.literal("sqs").describe("Sends to an SQS queue, whose owner adds the statement of output rule_grants to its policy"),
  arn: arn("sqs", "[A-Za-z0-9_-]{1,80}(?:\\.fifo)?", "an SQS queue", "deployments").describe(
    "ARN of the queue; a FIFO queue deduplicates by content; one that is encrypted by KMS needs a customer managed key that lets events.amazonaws.com use it",
  ),
  messageGroup: text(
    /^(?!\$\.)[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/,
    "expected 1 to 128 letters, digits and punctuation, and no JSON path",
  )
    .exactOptional()
    .describe("Group of the messages in a FIFO queue"),
  input: inputField,
});

const kinesisTarget = z.strictObject({
  type: z.literal("kinesis").describe("Puts a record into a Kinesis data stream"),
  arn: arn("kinesis", "stream/[A-Za-z0-9_.-]{1,128}", "a Kinesis data stream", "stream/events").describe("ARN of the stream"),
  partitionKey: pathSchema
    .exactOptional()
    .describe("JSON path into the event, of what decides about the shard; the id of the event when left out"),
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
  ).describe("Name of the document: of AWS, such as AWS-RunShellScript, or of this account"),
  key: text(/^(?:InstanceIds|tag:[A-Za-z0-9_.:/=+@-]{1,128})$/, "expected InstanceIds, or tag:<key>, such as tag:Role").describe(
    "What selects the instances: InstanceIds, or tag:<key>",
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
    .describe("Ids of the instances, or values of the tag; 1 to 50"),
  input: inputSchema.describe(
    'The parameters of the document, such as {template: \'{"commands": ["systemctl restart scorer"]}\'}; what comes from an event reaches a shell, so leave it out of commands',
  ),
});

const eventBusTarget = z.strictObject({
  type: z.literal("event-bus").describe("Sends the event on to another event bus"),
  arn: arn("events", "event-bus/[A-Za-z0-9_./-]{1,256}", "another event bus", "event-bus/audit").describe(
    "ARN of the bus, of any region; one of another account must let this account's role put events",
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
