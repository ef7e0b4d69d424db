import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import { type Decision, isRejectReason } from "../../functions/core/coordination/decision";
import { newData } from "../../functions/core/coordination/run-cost";
import { goesAlong, hasDataToKeep } from "../../functions/core/coordination/set-aside";
import { isWatched, type ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { ListFormat } from "../../functions/node/manifest-store";
import type { LocalCloud } from "../clouds/local-cloud";
import { type PublishedManifest, readManifest, readManifests } from "../files/file-manifest-store";
import { hasCode } from "../files/json-files";
import type { DeadLetterRecord } from "../files/replay-record";
import type { Replay } from "../replay/replay";
import type { SimulatedRun } from "../world/simulated-cloud";

/** What a replay must account for: everything that arrived, and everything that was done. */
export interface Accounted {
  /** Keys of all objects that landed. */
  readonly landed: readonly string[];
  /** All requests that were asked, by id. */
  readonly requests: ReadonlyMap<string, TrainingRequest>;
  readonly deadLetters: readonly DeadLetterRecord[];
  readonly decisions: readonly Decision[];
  readonly runs: readonly SimulatedRun[];
  readonly states: ReadonlyMap<string, CoordinatorState>;
}

/** The balance of objects and the balance of requests. */
export interface Totals {
  /** Of the objects of each model. */
  readonly balance: readonly ObjectBalance[];
  readonly requests: RequestBalance;
  /** What became of the objects of each model. */
  readonly fates: readonly ObjectFates[];
  readonly manifests: readonly PublishedManifest[];
  /** True when nothing is missing, twice or lost; what is in a dead letter is not lost. */
  readonly isBalanced: boolean;
}

/** Compares what landed and what was requested with the manifests in `folder`, the decisions, the runs and the dead letters. */
export async function totalsOf(
  cloud: Pick<LocalCloud, "manifests" | "announcedKey" | "requestMessage">,
  models: readonly ModelSettings[],
  accounted: Accounted,
  folder: string,
): Promise<Totals> {
  const { landed, requests: asked, deadLetters, decisions, runs, states } = accounted;
  const bodies = new Set(deadLetters.map(({ message }) => message.body));
  const deadKeys = new Set([...bodies].flatMap((body) => cloud.announcedKey(body) ?? []));
  const deadRequests = new Set(
    [...asked.values()].flatMap((request) => (bodies.has(cloud.requestMessage(request)) ? [request.id] : [])),
  );
  const published = await Promise.all(
    models.map(async (settings) => ({ settings, manifests: await readManifests(folder, settings, cloud.manifests) })),
  );
  const balance = published.map(({ settings, manifests }) => objectBalance(settings, landed, manifests, deadKeys));
  const requests = await requestBalance(asked, { decisions, runs, states, dead: deadRequests }, folder, cloud.manifests);
  const endings = endingsOf([...asked.keys()], decisions, states, deadRequests);
  const fates = await Promise.all(
    models.map((settings) => objectFates(settings, { ...accounted, endings, deadKeys }, folder, cloud)),
  );
  return {
    balance,
    requests,
    fates,
    manifests: published.flatMap(({ manifests }) => manifests),
    isBalanced: balance.every(areObjectsBalanced) && areRequestsBalanced(requests) && fates.every(areFatesBalanced),
  };
}

/** What became of a model's objects: each is in one run, waits, is in a dead letter, or was refused by a person. */
export interface ObjectFates {
  readonly model: string;
  readonly landed: number;
  readonly inRuns: number;
  /** Of a request that waits, or was set aside for the next training; or, in dead letters, of one, or announced by one. */
  readonly waiting: number;
  readonly inDeadLetters: number;
  /** Of requests that a person refused. */
  readonly refused: number;
  /** In more than one run, or in none without a reason: what must never be. */
  readonly inTwoRuns: number;
  readonly nowhere: number;
}

/** True when every object is in one run, waits, or was refused by a person. */
function areFatesBalanced({ inTwoRuns, nowhere }: ObjectFates): boolean {
  return inTwoRuns + nowhere === 0;
}

/** Reads what the runs of a model really got, and the lists of its requests that have no run. */
async function objectFates(
  { model, data }: ModelSettings,
  { landed, requests, runs, endings, deadKeys }: Accounted & { endings: readonly Ending[]; deadKeys: ReadonlySet<string> },
  folder: string,
  { manifests: { keysOf } }: Pick<LocalCloud, "manifests">,
): Promise<ObjectFates> {
  // A list that nobody published is that of a request that somebody made up, and names no object that landed.
  const readIfThere = (uri: string) =>
    readManifest(folder, uri, keysOf).catch((error: unknown) => {
      if (hasCode(error, "ENOENT")) return { keys: [] };
      throw error;
    });
  const keysIn = async (uris: readonly string[]) => (await Promise.all(uris.map(readIfThere))).flatMap(({ keys }) => keys);
  const ofFate = (...fates: readonly Fate[]) =>
    endings
      .filter(({ fate }) => fates.includes(fate))
      .flatMap(({ requestId }) => requests.get(requestId) ?? [])
      .filter((request) => request.model === model)
      .flatMap(({ manifests }) => manifests.map(({ uri }) => uri))
      .filter((uri) => uri.split("/")[2] === data.bucket);
  const inRuns = await keysIn(runs.flatMap((run) => (run.model === model ? (run.parameters.InputManifest ?? []) : [])));
  const dead = new Set([...(await keysIn(ofFate("dead"))), ...deadKeys]);
  const waiting = new Set([...(await keysIn(ofFate("waiting"))), ...dead]);
  const refused = new Set(await keysIn(ofFate("rejected")));
  const ran = new Set(inRuns);
  const own = new Set(landed.filter((key) => isWatched(data, data.bucket, key)));
  const rest = [...own].filter((key) => !ran.has(key));
  return {
    model,
    landed: own.size,
    inRuns: own.size - rest.length,
    waiting: rest.filter((key) => waiting.has(key)).length,
    inDeadLetters: rest.filter((key) => dead.has(key)).length,
    refused: rest.filter((key) => !waiting.has(key) && refused.has(key)).length,
    inTwoRuns: inRuns.length - ran.size,
    nowhere: rest.filter((key) => !waiting.has(key) && !refused.has(key)).length,
  };
}

/** The balance of a model's objects: those that landed, compared with those in the manifests on disk. */
export interface ObjectBalance {
  readonly model: string;
  readonly landed: number;
  /** Lines of all manifests together. */
  readonly listed: number;
  /** In no manifest, and announced by no dead letter. */
  readonly missing: number;
  /** In no manifest, and announced by a dead letter: it waits for a redrive. */
  readonly inDeadLetters: number;
  /** Listed in a second place, in the same manifest or another. */
  readonly twice: number;
  /** Listed, and never landed. */
  readonly unknown: number;
}

/** The balance of one model's objects: `keys` are all that landed in its bucket, `dead` those that dead letters announce. */
export function objectBalance(
  { model, data }: ModelSettings,
  keys: Iterable<string>,
  manifests: readonly PublishedManifest[],
  dead: ReadonlySet<string> = new Set(),
): ObjectBalance {
  const landed = new Set<string>();
  for (const key of keys) if (isWatched(data, data.bucket, key)) landed.add(key);
  const listed = manifests.flatMap((manifest) => manifest.keys);
  const distinct = new Set(listed);
  const unlisted = [...landed].filter((key) => !distinct.has(key));
  const missing = unlisted.filter((key) => !dead.has(key)).length;
  return {
    model,
    landed: landed.size,
    listed: listed.length,
    missing,
    inDeadLetters: unlisted.length - missing,
    twice: listed.length - distinct.size,
    unknown: [...distinct].filter((key) => !landed.has(key)).length,
  };
}

/** True when nothing is missing, listed twice or listed without having landed. */
export function areObjectsBalanced({ missing, twice, unknown }: ObjectBalance): boolean {
  return missing + twice + unknown === 0;
}

/**
 * What became of a request in the end; `rejected` by a person, or without data; `dead` is in a dead letter, and waits for a
 * redrive; `lost` is what must never be.
 */
type Fate = "started" | "rejected" | "waiting" | "dead" | "lost";

/** Where a request ended: as itself, or as part of the one that it merged into. */
export interface Ending {
  readonly requestId: string;
  readonly fate: Fate;
  /** The request whose fate it shares; its own id when it merged into none. */
  readonly as: string;
}

/** The balance of requests: where every request ended, and what of it is wrong. */
export interface RequestBalance {
  readonly asked: number;
  /** Endings of requests under their own id, and of those that merged into another. */
  readonly own: Readonly<Record<Fate, number>>;
  readonly merged: Readonly<Record<Fate, number>>;
  /** Requests with more than one start. */
  readonly startedTwice: number;
  /** Starts without a run, or runs without a start. */
  readonly unpaired: number;
  /** Objects of requests that are part of a run, which the run's manifest does not list. */
  readonly missingInRuns: number;
  /** Objects of batches whose request a person refused, alone or with others: no run has them. */
  readonly refusedObjects: number;
}

/**
 * Follows every request to its end; of those that nobody decided on, `dead` are in dead letters. Holds the manifests of the runs
 * against those of all requests they came from.
 */
export async function requestBalance(
  requests: ReadonlyMap<string, TrainingRequest>,
  { decisions, runs, states, dead }: Pick<Replay, "decisions" | "runs" | "states"> & { readonly dead?: ReadonlySet<string> },
  folder: string,
  { keysOf }: ListFormat,
): Promise<RequestBalance> {
  const endings = endingsOf([...requests.keys()], decisions, states, dead);
  const starts = decisions.filter(({ outcome }) => outcome === "start").map(({ requestId }) => requestId);
  const started = new Set(starts);
  const ran = new Set(runs.map(({ requestId }) => requestId));
  const count = (isOwn: boolean, fate: Fate) =>
    endings.filter((ending) => ending.fate === fate && (ending.as === ending.requestId) === isOwn).length;
  const counts = (isOwn: boolean) => ({
    started: count(isOwn, "started"),
    rejected: count(isOwn, "rejected"),
    waiting: count(isOwn, "waiting"),
    dead: count(isOwn, "dead"),
    lost: count(isOwn, "lost"),
  });
  const rejected = endings.filter(({ fate }) => fate === "rejected").flatMap(({ requestId }) => requests.get(requestId) ?? []);
  const ofBatches = rejected.filter(({ causes }) => causes.some(({ type }) => type === "data"));
  let missingInRuns = 0;
  for (const run of runs) {
    const parts = endings.filter(({ as }) => as === run.requestId).map(({ requestId }) => requests.get(requestId));
    missingInRuns += await missingObjects(run, parts, (uri) => readManifest(folder, uri, keysOf));
  }
  return {
    asked: requests.size,
    own: counts(true),
    merged: counts(false),
    startedTwice: starts.length - started.size + runs.length - ran.size,
    unpaired: outside(started, ran).length + outside(ran, started).length,
    missingInRuns,
    refusedObjects: ofBatches.reduce((sum, request) => sum + newData(request).objects, 0),
  };
}

/** Where each request ended, from the last decision on it that is not about a repetition. */
export function endingsOf(
  ids: readonly string[],
  decisions: readonly Decision[],
  states: ReadonlyMap<string, CoordinatorState>,
  dead: ReadonlySet<string> = new Set(),
): Ending[] {
  const last = new Map<string, Decision>();
  for (const decision of decisions) if (decision.outcome !== "duplicate") last.set(decision.requestId, decision);
  const all = [...states.values()];
  const waiting = new Set(
    all.flatMap(({ parked, approval }) => [approval?.request.id, ...parked.map(({ request }) => request.id)]),
  );
  const aside = new Set(all.flatMap(({ setAside = [] }) => setAside.filter(goesAlong).map(({ request }) => request.id)));

  function endOf(id: string): Omit<Ending, "requestId"> {
    const decision = last.get(id);
    if (decision?.outcome === "merge" && decision.into !== undefined && decision.into !== id) return endOf(decision.into);
    if (decision?.outcome === "start") return { fate: aside.has(id) ? "waiting" : "started", as: id };
    if (decision?.outcome === "reject") return { fate: rejectedFate(decision, aside), as: id };
    if (waiting.has(id)) return { fate: "waiting", as: id };
    return { fate: dead.has(id) ? "dead" : "lost", as: id };
  }

  return ids.map((requestId) => ({ requestId, ...endOf(requestId) }));
}

/** Data that was rejected waits for the next training, unless a person refused it. */
function rejectedFate({ requestId, reason, request }: Decision, aside: ReadonlySet<string>): Fate {
  if (aside.has(requestId)) return "waiting";
  const isLost = isRejectReason(reason) && goesAlong({ reason }) && hasDataToKeep(request, reason);
  return isLost ? "lost" : "rejected";
}

/** True when no request is lost, started twice or left out of its run. */
export function areRequestsBalanced({ own, merged, startedTwice, unpaired, missingInRuns }: RequestBalance): boolean {
  return own.lost + merged.lost + startedTwice + unpaired + missingInRuns === 0;
}

async function missingObjects(
  run: SimulatedRun,
  parts: readonly (TrainingRequest | undefined)[],
  read: (uri: string) => Promise<PublishedManifest>,
): Promise<number> {
  const uris = new Set(parts.flatMap((request) => request?.manifests.map(({ uri }) => uri) ?? []));
  if (uris.size === 0) return 0;
  const lists = await Promise.all([...uris].map(read));
  const { InputManifest: uri = "" } = run.parameters;
  const { keys } = await read(uri);
  return outside(new Set(lists.flatMap((list) => list.keys)), new Set(keys)).length;
}

function outside(some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...some].filter((one) => !others.has(one));
}
