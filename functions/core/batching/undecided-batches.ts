import { messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import type { Look } from "../pacing";
import { dataRequestId } from "../request-ids";
import type { PublishedBatch } from "./batch";
import { repeatRequest } from "./batch-request";
import type { PublishPorts, RequestDecisions } from "./ports";

/**
 * Generations in a row that give nothing to ask, behind which none is looked for: decided, on their way, or without a manifest
 * because they were empty or carried over. Well below `RECENT_IDS`, so that of a model at rest all are known without a call.
 */
const LOOK_BEHIND = 20;
/** A request that nobody decided on by then is not on its way any more, as a rule; asking twice is harmless. */
const ON_ITS_WAY_MS = 15 * 60_000;
/** Decisions are kept for longer. */
const ASKED_WITHIN_MS = 14 * 86_400_000;

/** What a sweep knows of a model's published batches without a call. */
export interface KnownBatches {
  /** The newest one; undefined where there is none, or it is not known. */
  readonly newest: PublishedBatch | undefined;
  /** Requests that were decided, as far as the coordinator's state has them. */
  readonly recentIds: readonly string[];
}

/**
 * Asks again for the published batches on which nobody decided: their requests were handled after the backup that the state was
 * restored from. Where `recentIds` has the newest batches, that costs no call. A look that fails is told, is made again, and fails
 * nothing.
 */
export async function sweepUndecided(
  ports: PublishPorts & { readonly decisions: RequestDecisions; readonly now: () => number },
  settings: ModelSettings,
  { newest, recentIds }: KnownBatches,
  look: Look,
): Promise<void> {
  const { model } = settings;
  const now = ports.now();
  const isKnown = (generation: number) => recentIds.includes(dataRequestId(model, generation));
  if (newest?.deployment === undefined || isLongAgo(newest.sealedAt, now)) return;
  const { generation, sealedAt, deployment } = newest;
  let unknown = isOnItsWay(sealedAt, now) ? generation - 1 : generation;
  while (unknown > 0 && isKnown(unknown)) unknown--;
  if (unknown <= Math.max(0, generation - 1 - LOOK_BEHIND)) return;
  try {
    const from = { generation, sealedAt, deployment };
    const count = await look(model, newest, () => askForUndecided(ports, settings, from, isKnown, now));
    if (count !== undefined && count > 0) ports.log({ level: "warn", event: "requests-asked-again", model, count });
  } catch (error) {
    ports.log({ level: "error", event: "handler-failed", function: "sweeper", model, error: messageOf(error) });
  }
}

/**
 * Resolves to how many requests were sent. While the newest batch is on its way, none is sent behind which nothing was decided: the
 * coordinator may be held up, and must not get all that waits again at every batch.
 */
async function askForUndecided(
  ports: PublishPorts & { readonly decisions: RequestDecisions },
  { model, data }: ModelSettings,
  { generation: from, sealedAt, deployment }: Required<PublishedBatch>,
  isKnown: (generation: number) => boolean,
  now: number,
): Promise<number> {
  let mayAsk = !isOnItsWay(sealedAt, now);
  let asked = 0;
  let unasked = 0;
  for (let generation = from; generation > 0 && unasked <= LOOK_BEHIND; generation--) {
    const decided = isKnown(generation) ? [] : (await ports.decisions.read(dataRequestId(model, generation)))?.decisions;
    if (decided?.some(({ decidedAt }) => isLongAgo(decidedAt, now))) break;
    mayAsk ||= decided !== undefined;
    const at = { model, generation, data, deployment };
    const entry = decided === undefined && mayAsk ? (await ports.manifests.readLedger(at))?.entries.at(-1) : undefined;
    if (entry !== undefined && isLongAgo(entry.sealedAt, now)) break;
    const isAsked = entry !== undefined && !isOnItsWay(entry.sealedAt, now) && (await repeatRequest(ports, at, entry));
    asked += isAsked ? 1 : 0;
    unasked = isAsked ? 0 : unasked + 1;
  }
  return asked;
}

function isOnItsWay(sealedAt: number, now: number): boolean {
  return sealedAt > now - ON_ITS_WAY_MS;
}

/** Of a decision, too: a batch is sealed before it is decided on, and so is every one before it. */
function isLongAgo(at: number, now: number): boolean {
  return at < now - ASKED_WITHIN_MS;
}
