import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import { isWatched, type ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { Edition } from "../edition";
import { type PublishedManifest, readManifests } from "../files/file-manifest-store";
import type { DeadLetterRecord } from "../files/redrive-record";
import type { SimulatedRun } from "../world/simulated-run";
import { isRequestBalanced, type RequestBalance, requestBalance } from "./request-balance";

/** What a replay had to account for, and what came of it. */
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

/** The accounts of objects and of requests. */
export interface Totals {
  readonly balance: readonly Balance[];
  readonly requests: RequestBalance;
  readonly manifests: readonly PublishedManifest[];
  /** True when nothing is missing, twice or lost; what is in a dead letter is not lost. */
  readonly isBalanced: boolean;
}

/** Holds what was asked against the manifests in `folder`, the decisions, the runs and the dead letters. */
export async function totalsOf(
  edition: Pick<Edition, "manifests" | "announcedKey" | "requestMessage">,
  models: readonly ModelSettings[],
  accounted: Accounted,
  folder: string,
): Promise<Totals> {
  const { landed, requests: asked, deadLetters, decisions, runs, states } = accounted;
  const bodies = new Set(deadLetters.map(({ message }) => message.body));
  const deadKeys = new Set([...bodies].flatMap((body) => edition.announcedKey(body) ?? []));
  const deadRequests = new Set(
    [...asked.values()].flatMap((request) => (bodies.has(edition.requestMessage(request)) ? [request.id] : [])),
  );
  const published = await Promise.all(
    models.map(async (settings) => ({ settings, manifests: await readManifests(folder, settings, edition.manifests) })),
  );
  const balance = published.map(({ settings, manifests }) => balanceOf(settings, landed, manifests, deadKeys));
  const requests = await requestBalance(asked, { decisions, runs, states, dead: deadRequests }, folder, edition.manifests);
  return {
    balance,
    requests,
    manifests: published.flatMap(({ manifests }) => manifests),
    isBalanced: balance.every(isBalanced) && isRequestBalanced(requests),
  };
}

/** Every object that landed for a model, held against the manifests on disk. */
export interface Balance {
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

/** The account of one model: `keys` are all that landed in its bucket, `dead` those that dead letters announce. */
export function balanceOf(
  { model, data }: ModelSettings,
  keys: Iterable<string>,
  manifests: readonly PublishedManifest[],
  dead: ReadonlySet<string> = new Set(),
): Balance {
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

export function isBalanced({ missing, twice, unknown }: Balance): boolean {
  return missing + twice + unknown === 0;
}
