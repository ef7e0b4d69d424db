import type { ModelSettings } from "../../../functions/core/model-settings";
import type { AwsDeployment } from "../deployment";

/** A statement of an IAM policy, in IAM's own words. */
export interface PolicyStatement {
  /** Tells people what it is for. @default - none */
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?:
    | "*"
    | { readonly Service: string; readonly AWS?: never }
    | { readonly Service?: never; readonly AWS: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document of some statements. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** As long as no ARN is that a policy refers to: of a queue, a topic, a table or a group of logs of this deployment. */
const REFERENCE_CHARACTERS = 150;

/** Characters of a text in AWS, where a token has become an account's number, or an ARN. */
export function lengthInAws(text: string, accountId: string): number {
  const [first = "", ...others] = text.replaceAll(accountId, "0".repeat(12)).split(/\$\{[^}]*\}/);
  return others.reduce((sum, part) => sum + REFERENCE_CHARACTERS + part.length, first.length);
}

/** The trust policy of a role that a service takes, within `condition` if there is one. */
export function trustPolicy(service: string, condition?: PolicyStatement["Condition"]): string {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ]);
}

/**
 * Trust policy of a role that EventBridge Scheduler takes, for this account's schedules alone. The scheduler names the schedule's
 * group, never the schedule itself.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function schedulerTrust({ partition, region, accountId }: AwsDeployment): string {
  return trustPolicy("scheduler.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnEquals: { "aws:SourceArn": `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/default` },
  });
}

/** Denies what comes without TLS. */
export function denyWithoutTls(action: string, resources: readonly string[]): PolicyStatement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Kinds of resources of SageMaker, as their ARNs have them.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export type SageMakerKind = "endpoint" | "endpoint-config" | "model" | "model-package" | "monitoring-schedule" | "pipeline";

/** SageMaker writes names in lower case in its ARNs, and IAM minds the case: both forms are needed where they differ. */
export function sageMakerArns(
  { partition, region, accountId }: AwsDeployment,
  kind: SageMakerKind,
  names: readonly string[],
): string[] {
  const spellings = new Set(names.flatMap((name) => [name, name.toLowerCase()]));
  return [...spellings].map((name) => `arn:${partition}:sagemaker:${region}:${accountId}:${kind}/${name}`);
}

/** The configured pipelines. */
export function pipelineArns(deployment: AwsDeployment, models: readonly Pick<ModelSettings, "pipeline">[]): string[] {
  return sageMakerArns(
    deployment,
    "pipeline",
    models.map(({ pipeline }) => pipeline.name),
  );
}

/** The ARN of a pipeline as SageMaker itself writes it, in lower case. */
export function pipelineArn({ partition, region, accountId }: AwsDeployment, name: string): string {
  return `arn:${partition}:sagemaker:${region}:${accountId}:pipeline/${name.toLowerCase()}`;
}

/** Lets a role start the pipelines of these names. */
export function startPipelines(deployment: AwsDeployment, names: readonly string[]): PolicyStatement {
  return {
    Effect: "Allow",
    Action: "sagemaker:StartPipelineExecution",
    Resource: sageMakerArns(deployment, "pipeline", names),
  };
}
