// What `retrigger/aws` exports: docs/constructs.md. A name that stands here is a promise.
export { AwsRetrigger, type AwsRetriggerProps } from "../../stacks/aws-retrigger";
export { AwsStack, type AwsStackProps } from "../../stacks/aws-stack";
export type { StackOutputs } from "../../stacks/stack-outputs";
