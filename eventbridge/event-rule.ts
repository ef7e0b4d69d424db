/** An event pattern of EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export interface EventPattern {
  readonly [key: string]: EventPattern | readonly PatternValue[];
}

/** One alternative: a value that is matched exactly, or an operator such as `{ prefix: "eu-" }`; or, under `$or`, a pattern. */
export type PatternValue = string | number | boolean | null | { readonly [operator: string]: unknown };

/** What a target is given instead of the whole event: variables by JSON path, and a template that holds them as `<name>`. */
export interface InputTransformer {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

/**
 * What a rule sends an event to. Values of `parameters` that start with `$.` are JSON paths into the event, and taken from it
 * whole; any other is sent as it stands. ARNs name resources of the account that exist already.
 */
export type RuleTarget =
  | { readonly type: "pipeline"; readonly pipeline: string; readonly parameters: Readonly<Record<string, string>> }
  /** Asks the coordinator for a training of `model`. `metadata` values may be JSON paths, as those of parameters. */
  | {
      readonly type: "request";
      readonly model: string;
      /** 1 highest … 5. */
      readonly priority: number;
      readonly metadata: Readonly<Record<string, string>>;
    }
  /** Pauses the automatic trainings of `model`, until a person resumes it. */
  | { readonly type: "pause"; readonly model: string }
  /** Tells the people whom the topic of decisions tells. */
  | { readonly type: "notify" }
  | { readonly type: "lambda"; readonly arn: string; readonly input?: InputTransformer }
  | { readonly type: "sns"; readonly arn: string; readonly input?: InputTransformer }
  | { readonly type: "sqs"; readonly arn: string; readonly messageGroup?: string; readonly input?: InputTransformer }
  | { readonly type: "kinesis"; readonly arn: string; readonly partitionKey?: string; readonly input?: InputTransformer }
  | { readonly type: "state-machine"; readonly arn: string; readonly input?: InputTransformer }
  | {
      readonly type: "run-command";
      /** Of a document of Systems Manager that exists. */
      readonly document: string;
      /** `tag:<key>` or `InstanceIds`. */
      readonly key: string;
      readonly values: readonly string[];
      readonly input?: InputTransformer;
    }
  | { readonly type: "event-bus"; readonly arn: string };

/** A rule of the configuration: which events of the bus, and up to five targets. */
export interface EventRule {
  readonly name: string;
  readonly description: string;
  readonly pattern: EventPattern;
  readonly targets: readonly RuleTarget[];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
export const MAX_TARGETS = 5;
