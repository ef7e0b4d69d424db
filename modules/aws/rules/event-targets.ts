import type { CloudwatchEventTargetConfig } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Op } from "cdktf";
import type { EventRule, InputTransformer, RuleTarget } from "../../../eventbridge/event-rule";
import { coordinatorInput, noticeTransformer } from "../../../eventbridge/target-input";
import { literalText } from "../../terraform-text";
import { type PolicyStatement, pipelineArn, startPipelines } from "../access/policy";
import type { AwsDeployment } from "../deployment";

/** What a kind of target says beside rule, retries and dead letters. */
type TargetAttributes = Pick<
  CloudwatchEventTargetConfig,
  "arn" | "inputTransformer" | "kinesisTarget" | "lifecycle" | "runCommandTargets" | "sagemakerPipelineTarget" | "sqsTarget"
>;

/**
 * What lets EventBridge reach a target. For Lambda, SNS and SQS it is the policy of the resource: AWS's pages disagree on whether
 * a role may stand in for it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export type TargetAccess =
  /** A role that EventBridge takes, what it may do, and to what: targets of one kind and resource share the role. */
  | { readonly by: "role"; readonly resource: string; readonly statements: readonly PolicyStatement[] }
  /** A permission of a Lambda function, which adds to those that others gave. */
  | { readonly by: "permission"; readonly functionName: string; readonly qualifier?: string }
  /** A statement in the policy of a resource that somebody else owns, and alone may write. */
  | { readonly by: "owner"; readonly action: "sns:Publish" | "sqs:SendMessage" }
  /** The policy of a queue or topic of this deployment, which lets the rule in already. */
  | { readonly by: "deployment" };

/** How the events of a rule reach one target. */
export interface TargetDelivery {
  readonly attributes: TargetAttributes;
  readonly access: TargetAccess;
}

/** The targets that only a deployment with a coordinator has. */
export interface OwnTargets {
  /** ARN of the FIFO queue of requests. */
  readonly requests: string;
  /** ARN of the topic of decisions. */
  readonly decisions: string;
}

/**
 * How the events of a rule reach a target.
 * @throws Error when the target is the coordinator's and there is none
 */
export function deliveryOfTarget(
  deployment: AwsDeployment,
  own: OwnTargets | undefined,
  rule: EventRule,
  target: RuleTarget,
): TargetDelivery {
  switch (target.type) {
    case "pipeline":
      return pipelineTarget(deployment, target);
    case "request":
    case "pause":
      return {
        attributes: {
          arn: ownOf(own, rule, target).requests,
          // In the order of whatever else concerns the model.
          sqsTarget: { messageGroupId: target.model },
          ...transformed(coordinatorInput(rule, target)),
        },
        access: { by: "deployment" },
      };
    case "notify":
      return {
        attributes: { arn: ownOf(own, rule, target).decisions, ...transformed(noticeTransformer(rule)) },
        access: { by: "deployment" },
      };
    case "lambda":
      return lambdaTarget(target);
    case "sns":
      return snsTarget(target);
    case "sqs":
      return sqsTarget(target);
    case "kinesis":
      return kinesisTarget(target);
    case "state-machine":
      return stateMachineTarget(target);
    case "run-command":
      return runCommandTarget(deployment, target);
    case "event-bus":
      return eventBusTarget(deployment, target);
  }
}

function ownOf(own: OwnTargets | undefined, { name }: EventRule, { type }: RuleTarget): OwnTargets {
  if (own !== undefined) return own;
  throw new Error(`rule ${name} has a target of type ${type}, and this deployment has no coordinator; expected a model with data`);
}

/** Puts a record into a Kinesis data stream. */
function kinesisTarget({ arn, partitionKey, input }: Extract<RuleTarget, { type: "kinesis" }>): TargetDelivery {
  return {
    attributes: {
      arn,
      ...transformed(input),
      ...(partitionKey === undefined ? {} : { kinesisTarget: { partitionKeyPath: partitionKey } }),
    },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "kinesis:PutRecord", Resource: arn }] },
  };
}

/** Invokes a Lambda function, or its version or alias. */
function lambdaTarget({ arn, input }: Extract<RuleTarget, { type: "lambda" }>): TargetDelivery {
  const [qualifier] = arn.split(":").slice(7);
  const functionName = arn.split(":").slice(0, 7).join(":");
  return {
    attributes: { arn, ...transformed(input) },
    access: { by: "permission", functionName, ...(qualifier === undefined ? {} : { qualifier }) },
  };
}

// Topics and queues whose policies belong to their owners: Terraform would replace a policy as a whole.

/** Publishes to an SNS topic. */
function snsTarget({ arn, input }: Extract<RuleTarget, { type: "sns" }>): TargetDelivery {
  return { attributes: { arn, ...transformed(input) }, access: { by: "owner", action: "sns:Publish" } };
}

/** Sends to an SQS queue. */
function sqsTarget({ arn, messageGroup, input }: Extract<RuleTarget, { type: "sqs" }>): TargetDelivery {
  return {
    attributes: {
      arn,
      ...transformed(input),
      ...(messageGroup === undefined ? {} : { sqsTarget: { messageGroupId: literalText(messageGroup) } }),
    },
    access: { by: "owner", action: "sqs:SendMessage" },
  };
}

/** Starts an execution of a state machine, and does not wait for its end. */
function stateMachineTarget({ arn, input }: Extract<RuleTarget, { type: "state-machine" }>): TargetDelivery {
  return {
    attributes: { arn, ...transformed(input) },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "states:StartExecution", Resource: arn }] },
  };
}

/** Sends the event on to another bus. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html */
function eventBusTarget({ region, accountId }: AwsDeployment, { arn }: Extract<RuleTarget, { type: "event-bus" }>): TargetDelivery {
  const [, , , regionOfBus, accountOfBus = "", bus] = arn.split(":");
  const mayBeOwn = bus === "event-bus/default" && regionOfBus === region;
  return {
    attributes: { arn, ...(mayBeOwn ? { lifecycle: { precondition: [notOwnAccount(accountId, accountOfBus)] } } : {}) },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "events:PutEvents", Resource: arn }] },
  };
}

/** Which account this is, is known to Terraform alone. */
function notOwnAccount(accountId: string, accountOfBus: string) {
  return {
    condition: Op.neq(accountId, accountOfBus),
    errorMessage:
      "A rule sends its events to the bus that it listens to, a loop; expected another event bus: name one in the target of type event-bus.",
  };
}

/** Starts a SageMaker pipeline; EventBridge fills in the parameters that are JSON paths. */
function pipelineTarget(
  deployment: AwsDeployment,
  { pipeline: name, parameters }: Extract<RuleTarget, { type: "pipeline" }>,
): TargetDelivery {
  const pipelineParameterList = Object.entries(parameters).map(([key, value]) => ({ name: key, value: literalText(value) }));
  return {
    attributes: {
      arn: pipelineArn(deployment, name),
      ...(pipelineParameterList.length === 0 ? {} : { sagemakerPipelineTarget: { pipelineParameterList } }),
    },
    access: {
      by: "role",
      resource: name,
      statements: [startPipelines(deployment, [name])],
    },
  };
}

type RunCommand = Extract<RuleTarget, { type: "run-command" }>;

/** Only AWS names a document so: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
const NAME_OF_AWS = /^(?:aws|amazon|amzn)/i;

/** Runs a command document of Systems Manager on the selected instances. */
function runCommandTarget(deployment: AwsDeployment, target: RunCommand): TargetDelivery {
  const { partition, region, accountId } = deployment;
  const { document, key, values, input } = target;
  const owner = NAME_OF_AWS.test(document) ? "" : accountId;
  const arn = `arn:${partition}:ssm:${region}:${owner}:document/${document}`;
  return {
    attributes: { arn, ...transformed(input), runCommandTargets: [{ key, values: [...values] }] },
    access: {
      by: "role",
      resource: JSON.stringify([document, key, values]),
      statements: [{ Effect: "Allow", Action: "ssm:SendCommand", Resource: arn }, ...instanceStatements(deployment, target)],
    },
  };
}

/**
 * Allows these instances alone, or those with the tag.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
 */
function instanceStatements({ partition, region, accountId }: AwsDeployment, { key, values }: RunCommand): PolicyStatement[] {
  const arnOf = (id: string) =>
    id.startsWith("mi-")
      ? `arn:${partition}:ssm:${region}:${accountId}:managed-instance/${id}`
      : `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;
  if (key === "InstanceIds") return [{ Effect: "Allow", Action: "ssm:SendCommand", Resource: values.map(arnOf) }];
  return [
    {
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: arnOf("*"),
      Condition: { StringEquals: { [`ec2:ResourceTag/${key.slice("tag:".length)}`]: values } },
    },
  ];
}

/** The attribute of what a target is given instead of the whole event, if anything. */
function transformed(input: InputTransformer | undefined): Pick<TargetAttributes, "inputTransformer"> {
  if (input === undefined) return {};
  const { paths, template } = input;
  return {
    inputTransformer: {
      ...(Object.keys(paths).length === 0 ? {} : { inputPaths: paths }),
      inputTemplate: literalText(template),
    },
  };
}
