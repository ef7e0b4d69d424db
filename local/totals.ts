import type { CoordinatorState } from "../functions/core/coordination/coordinator-state";
import type { Decision } from "../functions/core/coordination/decision";
import type { ModelSettings } from "../functions/core/model-settings";
import type { TrainingRequest } from "../functions/core/training-request";
import { type Balance, balanceOf, isBalanced } from "./balance";
import type { Edition } from "./edition";
import { type PublishedManifest, readManifests } from "./file-manifest-store";
import type { DeadLetterRecord } from "./redrive-record";
import { isRequestBalanced, type RequestBalance, requestBalance } from "./request-balance";
import type { SimulatedRun } from "./simulated-run";

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
