import { parseRuledMessage } from "../functions/core/coordinator-message";
import { PoisonMessageError } from "../functions/core/errors";
import { isPath, pathMistake, valueAt } from "../functions/core/json-path";
import { quotedText } from "../functions/core/plain-text";
import type { EventRule, InputTransformer, RuleTarget } from "./event-rule";
import { type CoordinatorTarget, coordinatorInput, noticeTransformer } from "./target-input";
import { type Delivery, transformInput } from "./transform-input";
import { isRuleName } from "./who-starts-pipeline";

/** What a target would receive, and why that cannot be said for sure, or would be refused: lowercase, without full stop. */
export interface TargetPayload {
  /** JSON, in the words of the target's API; of `request` and `pause`, what the coordinator makes of it. */
  readonly payload: unknown;
  readonly problems: readonly string[];
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameter.html */
const MAX_PARAMETER_NAME = 256;
const MAX_PARAMETER_VALUE = 1024;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameters.html */
const MAX_PARAMETERS = 200;

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
const MAX_PARTITION_KEY = 256;

/** What EventBridge would hand to a target of a rule for an event that the rule matches. Never guesses: see `problems`. */
export function targetPayload(
  rule: Pick<EventRule, "name">,
  target: RuleTarget,
  event: unknown,
  delivery: Delivery,
): TargetPayload {
  switch (target.type) {
    case "pipeline":
      return pipelineStart(target, event);
    case "request":
    case "pause":
      return coordinatorMessage(rule, target, event, delivery);
    case "notify":
      return inputOf(noticeTransformer(rule), event, delivery);
    case "event-bus":
      return { payload: event, problems: [] };
    case "lambda":
    case "sns":
    case "state-machine":
      return inputOf(target.input, event, delivery);
    case "sqs": {
      const { payload, problems } = inputOf(target.input, event, delivery);
      const { messageGroup: MessageGroupId } = target;
      return { payload: MessageGroupId === undefined ? payload : { MessageGroupId, MessageBody: payload }, problems };
    }
    case "kinesis": {
      const { payload, problems } = inputOf(target.input, event, delivery);
      const key = takenText("partition key", target.partitionKey ?? "$.id", event, MAX_PARTITION_KEY);
      return { payload: { PartitionKey: key.text, Data: payload }, problems: [...problems, ...key.problems] };
    }
    case "run-command": {
      const { payload, problems } = inputOf(target.input, event, delivery);
      const { document: DocumentName, key: Key, values: Values } = target;
      return { payload: { DocumentName, Targets: [{ Key, Values }], Parameters: payload }, problems };
    }
  }
}

function pipelineStart({ pipeline, parameters }: RuleTarget & { readonly type: "pipeline" }, event: unknown): TargetPayload {
  const entries = Object.entries(parameters);
  const taken = entries.map(([name, value]) => ({ name, ...takenText(`parameter ${name}`, value, event, MAX_PARAMETER_VALUE) }));
  const count =
    entries.length > MAX_PARAMETERS
      ? [`got ${entries.length} parameters; at most ${MAX_PARAMETERS} are allowed: leave some out`]
      : [];
  const names = entries
    .filter(([name]) => !isRuleName(name) || name.length > MAX_PARAMETER_NAME)
    .map(
      ([name]) =>
        `got the parameter ${quotedText(name)}; expected 1 to ${MAX_PARAMETER_NAME} of A-Z, a-z, 0-9 and - between them, as a rule takes no other: start the pipeline by a request, or rename the parameter`,
    );
  return {
    payload: {
      PipelineName: pipeline,
      PipelineParameterList: taken.map(({ name: Name, text: Value }) => ({ Name, ...(Value !== undefined && { Value }) })),
    },
    problems: [...count, ...names, ...taken.flatMap(({ problems }) => problems)],
  };
}

/** A value as it stands, or taken from the event; no text where it is not documented what EventBridge takes. */
function takenText(what: string, value: string, event: unknown, most: number): { text?: string; problems: string[] } {
  if (!isPath(value)) return { text: value, problems: lengthProblems(what, value, most) };
  const mistake = pathMistake(value);
  if (mistake !== undefined) return { problems: [`${what}: ${mistake}`] };
  const taken = valueAt(event, value);
  if (typeof taken === "string") return { text: taken, problems: lengthProblems(what, taken, most) };
  const got =
    taken === undefined ? "nothing" : taken === null ? "null" : Array.isArray(taken) ? "a list" : `a value of type ${typeof taken}`;
  return {
    problems: [
      `${what}: the event has ${got} at ${value}, for which EventBridge promises nothing; expected a text; match only events that have one, or use a target of type request or lambda`,
    ],
  };
}

function lengthProblems(what: string, text: string, most: number): string[] {
  return text.length > most ? [`${what}: got ${text.length} characters; at most ${most} are allowed: take a shorter value`] : [];
}

function coordinatorMessage(
  rule: Pick<EventRule, "name">,
  target: CoordinatorTarget,
  event: unknown,
  delivery: Delivery,
): TargetPayload {
  const { text, problems } = transformInput(coordinatorInput(rule, target), event, delivery);
  if (problems.length > 0) return { payload: text, problems };
  try {
    const ruled = parseRuledMessage(JSON.parse(text));
    return { payload: ruled?.action === "pause" ? ruled.order : ruled?.request, problems: [...absentMetadata(target, event)] };
  } catch (error) {
    if (error instanceof PoisonMessageError) return { payload: text, problems: [error.message] };
    throw error;
  }
}

/** The coordinator leaves out what a path does not lead to, which is hardly meant. */
function absentMetadata(target: CoordinatorTarget, event: unknown): string[] {
  if (target.type === "pause") return [];
  return Object.entries(target.metadata)
    .filter(([, value]) => isPath(value) && (valueAt(event, value) ?? null) === null)
    .map(
      ([name, path]) =>
        `metadata ${name}: the event has nothing at ${path}, so it is left out; correct the path, or match fewer events`,
    );
}

function inputOf(input: InputTransformer | undefined, event: unknown, delivery: Delivery): TargetPayload {
  if (input === undefined) return { payload: event, problems: [] };
  const { text, problems } = transformInput(input, event, delivery);
  return { payload: parsedOr(text), problems };
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
