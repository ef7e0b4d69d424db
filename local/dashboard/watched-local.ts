import { physicalName as awsName, queueName } from "../../modules/aws/deployment";
import { physicalName as gcpName } from "../../modules/gcp/deployment";
import { functionName } from "../../modules/gcp/handler-function";
import type { WatchedResources } from "../../modules/watched-resources";
import type { CloudName } from "../edition";

/** The environment that the replay would be deployed as. */
export const LOCAL = { environment: "local" } as const;

/** The queues and functions of the replay, by role. */
export const QUEUE_ROLES = ["data", "requests", "drift"] as const;
export const FUNCTION_ROLES = ["batcher", "sweeper", "coordinator", "drift-evaluator"] as const;

const DEPLOYMENT = { ...LOCAL, region: "", accountId: "", partition: "", projectDir: "" };

/** What they would be called on each cloud. */
export const WATCHED_LOCAL: Readonly<Record<CloudName, WatchedResources>> = {
  aws: {
    queue: named(QUEUE_ROLES, (role) => queueName(DEPLOYMENT, role, role === "requests")),
    "dead-letter-queue": named(QUEUE_ROLES, (role) => queueName(DEPLOYMENT, `${role}-dlq`, role === "requests")),
    function: named(FUNCTION_ROLES, (role) => awsName(DEPLOYMENT, role)),
  },
  gcp: {
    queue: named(QUEUE_ROLES, (role) => gcpName(LOCAL, role, 255)),
    "dead-letter-queue": named(QUEUE_ROLES, (role) => gcpName(LOCAL, `${role}-dlq`, 255)),
    function: named(FUNCTION_ROLES, (role) => functionName(LOCAL, role)),
  },
};

function named(roles: readonly string[], nameOf: (role: string) => string): Record<string, string> {
  return Object.fromEntries(roles.map((role) => [role, nameOf(role)]));
}
