import { physicalName as awsName, queueName } from "../../modules/aws/deployment";
import { physicalName as gcpName } from "../../modules/gcp/deployment";
import { functionName } from "../../modules/gcp/functions/handler-function";
import type { WatchedResources } from "../../modules/watched";
import type { ServiceMetricName } from "../../operations/service-metric";
import type { CloudName } from "../edition";
import type { ServiceValue } from "./collect-metrics";

/** What a cloud would see of the replay's queues and functions by itself. */
export interface Services {
  readonly queues: Readonly<
    Record<(typeof QUEUE_ROLES)[number], { readonly deadLetters: readonly unknown[]; oldestSentAt(): number | undefined }>
  >;
  readonly functions: Readonly<Record<(typeof FUNCTION_ROLES)[number], { readonly counts: { readonly killed: number } }>>;
}

/** Measures, at each call, what a cloud would since the last one: of functions the kills, as simulated ones are never throttled. */
export function measureServices({ queues, functions }: Services): (now: number) => ServiceValue[] {
  const killedBefore = new Map<string, number>();
  const value = (name: ServiceMetricName, role: string, amount: number): ServiceValue => ({
    name,
    dimensions: { role },
    value: amount,
  });
  return (now) => [
    ...Object.entries(queues).flatMap(([role, { deadLetters, oldestSentAt }]) => [
      value("DeadLetters", role, deadLetters.length),
      value("QueueAge", role, (now - (oldestSentAt() ?? now)) / 1000),
    ]),
    ...Object.entries(functions).flatMap(([role, { counts }]) => {
      const killed = counts.killed - (killedBefore.get(role) ?? 0);
      killedBefore.set(role, counts.killed);
      return [value("FunctionErrors", role, killed), value("FunctionThrottles", role, 0)];
    }),
  ];
}

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
