import { Construct, type IConstruct } from "constructs";
import type { MeasuredResource } from "../operations/service-metric";

/** A queue, a dead-letter queue or a function, as alarms, dashboards and outputs need it. */
export interface WatchedPart {
  readonly kind: MeasuredResource;
  /** Unique within its kind, such as `data`, `drift-evaluator` or `direct-<model>_<schedule>`. */
  readonly role: string;
  /** Name in the cloud, as text. */
  readonly name: string;
  /** Where a person finds it: the URL, topic or subscription of a queue, the name of a function; usually a token. */
  readonly address: string;
}

/** A construct that announces itself as something to be watched, so that nobody lists such constructs by hand. */
export abstract class WatchedConstruct extends Construct {
  abstract readonly watched: WatchedPart;
}

/** All that a stack holds so far and that is to be watched, sorted by role. */
export function watchedParts(stack: IConstruct): WatchedPart[] {
  return stack.node
    .findAll()
    .flatMap((construct) => (construct instanceof WatchedConstruct ? [construct.watched] : []))
    .sort((a, b) => Number(sortKey(a) > sortKey(b)) - Number(sortKey(a) < sortKey(b)));
}

/** The order within a widget is part of a dashboard, so two exceptions keep that of dashboards that are deployed already. */
function sortKey({ role }: WatchedPart): string {
  if (role === "drift-monitor") return "drift-rules~";
  // After all others, in the order of the configuration.
  return role.startsWith("direct-") ? "~" : role;
}

/** Addresses of the parts of a kind, by role. */
export function addressesOf(parts: readonly WatchedPart[], kind: MeasuredResource): Record<string, string> {
  return Object.fromEntries(parts.filter((part) => part.kind === kind).map(({ role, address }) => [role, address]));
}

/** Names in the cloud of what alarms watch and the dashboard shows: by kind, then by role. */
export type WatchedResources = Readonly<Record<MeasuredResource, Readonly<Record<string, string>>>>;

/** The names of these parts. */
export function watchedResources(parts: readonly WatchedPart[]): WatchedResources {
  const namesOf = (kind: MeasuredResource) =>
    Object.fromEntries(parts.filter((part) => part.kind === kind).map(({ role, name }) => [role, name]));
  return { queue: namesOf("queue"), "dead-letter-queue": namesOf("dead-letter-queue"), function: namesOf("function") };
}

/** The roles of each kind. */
export function rolesOf(resources: WatchedResources): Readonly<Record<MeasuredResource, readonly string[]>> {
  return {
    queue: Object.keys(resources.queue),
    "dead-letter-queue": Object.keys(resources["dead-letter-queue"]),
    function: Object.keys(resources.function),
  };
}
