import type { App } from "cdktf";
import type { Cloud } from "../config/model-cloud";
import type { AwsStack, AwsStackProps } from "./aws-stack";
import type { GcpStack } from "./gcp-stack";

/** The stacks of a configuration, each of its cloud. */
export type Stacks = readonly { readonly cloud: Cloud; readonly stack: AwsStack | GcpStack }[];

/**
 * Adds a stack for each cloud that a configuration has. A cloud's stack is loaded only then: the classes of a provider are most of
 * a synthesis' time.
 * @throws ConfigError for what a cloud does not allow
 */
export function addStacks(app: App, props: AwsStackProps): Stacks {
  return [...addAwsStack(app, props), ...addGcpStack(app, props)];
}

function addAwsStack(app: App, props: AwsStackProps): Stacks {
  if (props.config.aws === undefined) return [];
  const { AwsStack }: typeof import("./aws-stack") = require("./aws-stack");
  return [{ cloud: "aws", stack: new AwsStack(app, "aws-stack", props) }];
}

function addGcpStack(app: App, props: AwsStackProps): Stacks {
  if (props.config.gcp === undefined) return [];
  const { GcpStack }: typeof import("./gcp-stack") = require("./gcp-stack");
  return [{ cloud: "gcp", stack: new GcpStack(app, "gcp-stack", props) }];
}
