import type { AwsDeployment } from "../deployment";

/** A statement of an IAM policy, in IAM's own words. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?:
    | "*"
    | { readonly Service: string; readonly AWS?: never }
    | { readonly Service?: never; readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document of some statements. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
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
 * group, never the schedule itself. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function schedulerTrust({ partition, region, accountId }: AwsDeployment): string {
  return trustPolicy("scheduler.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnEquals: { "aws:SourceArn": `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/default` },
  });
}
