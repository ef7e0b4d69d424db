import type { MeasuredResource } from "../operations/service-metric";

/** Names in the cloud of what alarms watch and the dashboard shows: by kind, then by role. */
export type WatchedResources = Readonly<Record<MeasuredResource, Readonly<Record<string, string>>>>;

/** The roles of each kind. */
export function rolesOf(resources: WatchedResources): Readonly<Record<MeasuredResource, readonly string[]>> {
  return {
    queue: Object.keys(resources.queue),
    "dead-letter-queue": Object.keys(resources["dead-letter-queue"]),
    function: Object.keys(resources.function),
  };
}
