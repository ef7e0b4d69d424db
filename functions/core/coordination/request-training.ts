import type { ModelSettings } from "../model-settings";
import type { TrainingRequest } from "../training-request";
import { rejection } from "./consider";
import { type CoordinationPorts, changeState, performEffects } from "./coordinate";
import { RECENT_IDS } from "./coordinator-state";
import { decide, transition } from "./decide";
import { decidedEntry } from "./decided-entry";
import type { Decision, RejectReason } from "./decision";

/** A clock may be wrong by a little; a day ahead is a mistake. */
const MAX_AHEAD_MS = 86_400_000;

/**
 * Decides about a request and does what follows. Repeating it is harmless: a request that was decided before is a duplicate,
 * and what its decision left undone is done. Rejects when the state cannot be read or saved; the message then returns to its queue.
 */
export async function requestTraining(
  ports: CoordinationPorts,
  settings: ModelSettings | undefined,
  request: TrainingRequest,
): Promise<readonly Decision[]> {
  const now = ports.now();
  const { id, model, causes, priority } = request;
  if (settings === undefined) {
    // Without the name in a field of its own: what anybody writes into a request must not become a series of a metric.
    ports.report({ level: "warn", event: "model-unknown", requestId: id, why: `no model ${model} is configured` });
    const decision = rejection(request, "unknown-model", [], now);
    await ports.log.record(decision);
    return [decision];
  }
  ports.report({ level: "info", event: "request-received", model, requestId: id, type: causes[0]?.type, priority });
  const isKnown = (await ports.log.read(request.id)) !== undefined;
  const reason = rejectReason(settings, request, now);
  const { decisions } = await changeState(ports, settings.model, (state) => {
    if (reason !== undefined && !isKnown) return transition(state, rejection(request, reason, [], now));
    const isForgotten = isKnown && !state.recentIds.includes(request.id);
    const remembering = isForgotten ? { ...state, recentIds: [...state.recentIds, request.id].slice(-RECENT_IDS) } : state;
    return decide(settings.policy, remembering, request, now);
  });
  for (const decision of decisions) ports.report(decidedEntry(decision));
  await performEffects(ports, settings);
  return decisions;
}

/** What no time can cure about a request, as far as the request itself tells. */
export function rejectReason({ data }: ModelSettings, request: TrainingRequest, now: number): RejectReason | undefined {
  if (request.priority < 1 || request.priority > 5) return "priority-out-of-range";
  if (request.requestedAt > now + MAX_AHEAD_MS) return "from-the-future";
  if (request.manifests.some(({ uri }) => bucketOf(uri) !== data.bucket)) return "foreign-manifest";
  return undefined;
}

function bucketOf(uri: string): string | undefined {
  return /^[a-z0-9]+:\/\/([^/]+)\//.exec(uri)?.[1];
}
