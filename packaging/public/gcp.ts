// What `retrigger/gcp` exports: docs/constructs.md. A name that stands here is a promise.
export { GcpRetrigger, type GcpRetriggerProps } from "../../stacks/gcp-retrigger";
export { GcpStack, type GcpStackProps } from "../../stacks/gcp-stack";
export type { StackOutputs } from "../../stacks/stack-outputs";
