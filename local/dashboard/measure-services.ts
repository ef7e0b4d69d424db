import type { ServiceMetricName } from "../../functions/core/operations/service-metric";
import type { ServiceValue } from "./collect-metrics";
import type { FUNCTION_ROLES, QUEUE_ROLES } from "./watched-local";

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
