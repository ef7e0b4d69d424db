import * as z from "zod/mini";
import { nameHash } from "../capture/counters";
import { isWatched, type ModelSettings } from "../model-settings";
import { amountSchema } from "../numbers";
import { objectUri } from "../object-uri";
import { isStoredName, type Stored } from "../state-layout";
import type { HoldOut, HoldOutObject } from "./hold-out";
import type { TrainingMixPolicy } from "./promotion-settings";

/** What is told and kept of the hold-out in one run. */
export const trainingMixRecordSchema = z.object({
  /** The hold-out's manifest. */
  baseline: z.string(),
  /** Of the manifest's bytes; absent where it was not read. */
  digest: z.exactOptional(z.string()),
  /** Of the hold-out, in the run; absent where the pipeline reads the hold-out itself. */
  objects: z.exactOptional(amountSchema),
  /** Of those objects; absent where the manifest does not tell. */
  bytes: z.exactOptional(amountSchema),
  /** The part of the run's data that the hold-out is, 0 to 1, in the unit of `by`; absent where it is not known. */
  share: z.exactOptional(z.number()),
  /** The part that it was to be. */
  wanted: z.number(),
  by: z.custom<TrainingMixPolicy["by"]>(isStoredName),
  /** False where the run goes without any of it; the sentence says why. */
  isIn: z.boolean(),
  /** All of it for people; it quotes addresses, which others chose. */
  sentence: z.string(),
});

export type TrainingMix = Stored<typeof trainingMixRecordSchema>;

/** The hold-out that goes into a run, and how much of it is to. */
export interface MixPart {
  readonly policy: TrainingMixPolicy;
  readonly holdOut: HoldOut;
}

/** What a run has beside the hold-out. */
export interface NewData {
  readonly keys: ReadonlySet<string>;
  /** Of all of it. */
  readonly bytes: number;
}

export interface TrainingMixPlan {
  /** Of the hold-out's objects that go in, each once, none of which is new data. */
  readonly keys: readonly string[];
  readonly mix: TrainingMix;
}

/**
 * Which objects of a hold-out go into a run, so that they are the wanted part of its data. Equal for equal contents in any order.
 * Objects are taken whole, in an order that their keys alone give, until the share is reached: at least one, and of a greater share
 * at least those of a smaller one. A key that is also new data was written after the hold-out was chosen, so it counts as that.
 */
export function planTrainingMix({ policy, holdOut }: MixPart, newData: NewData): TrainingMixPlan {
  const { by, share: wanted, baseline } = policy;
  const all = inTakingOrder(holdOut.objects);
  const candidates = all.filter(({ key }) => !newData.keys.has(key));
  const why = whyUnusable(policy, all, candidates);
  if (why !== undefined) return { keys: [], mix: { ...withoutHoldOut(policy, why), digest: holdOut.digest } };
  const amountOf = ({ bytes = 0 }: HoldOutObject) => (by === "bytes" ? bytes : 1);
  const ofNewData = by === "bytes" ? newData.bytes : newData.keys.size;
  let [taken, amount] = [0, 0];
  for (const candidate of candidates) {
    if (taken > 0 && isReached(wanted, amount, ofNewData)) break;
    taken++;
    amount += amountOf(candidate);
  }
  const chosen = candidates.slice(0, taken);
  const bytes = sumOfBytes(chosen);
  const share = amount + ofNewData === 0 ? undefined : amount / (amount + ofNewData);
  const reached = share === undefined ? "a part that is not known, as nothing has a size," : percent(share);
  const isShort = taken === candidates.length && !isReached(wanted, amount, ofNewData);
  const writtenAgain = all.length - candidates.length;
  const sentence = [
    `${taken} of the hold-out's ${all.length} objects are in it, ${reached} of its ${by}; wanted ${percent(wanted)}`,
    ...(isShort ? ["it has no more"] : []),
    ...(writtenAgain > 0 ? [`${writtenAgain} of them landed again, and count as new data`] : []),
  ].join("; ");
  return {
    keys: chosen.map(({ key }) => key),
    mix: {
      ...{ baseline, digest: holdOut.digest, objects: taken, wanted, by, isIn: true, sentence },
      ...(bytes !== undefined && { bytes }),
      ...(share !== undefined && { share }),
    },
  };
}

/** What is told of a run that goes without the hold-out. */
export function withoutHoldOut({ baseline, share: wanted, by }: TrainingMixPolicy, why: string): TrainingMix {
  return { baseline, objects: 0, bytes: 0, share: 0, wanted, by, isIn: false, sentence: `no hold-out is in it: ${why}` };
}

/**
 * What is told of a run that brings no list, so that Retrigger knows not what it reads. The hold-out alone would make a model of
 * old data, so it is in the run only where the pipeline reads it by a parameter of its own.
 * @param parameters of the pipeline, as they are configured
 */
export function mixOfUnlisted(policy: TrainingMixPolicy, parameters: Readonly<Record<string, string>>): TrainingMix {
  const { baseline, share: wanted, by } = policy;
  const [reader] = Object.entries(parameters).find(([, value]) => value === baseline) ?? [];
  if (reader === undefined) {
    const remedy = `give the pipeline a parameter whose value is ${baseline}, and let it read that where it gets no manifest`;
    return withoutHoldOut(policy, `the request brings no manifest, so that the pipeline chooses what it reads; ${remedy}`);
  }
  const sentence = `the pipeline reads the hold-out itself, by its parameter ${reader}; its part is not known, wanted ${percent(wanted)}`;
  return { baseline, wanted, by, isIn: true, sentence };
}

/** Why a hold-out cannot work for a model, whatever its manifest lists, and what to do; undefined where it can. */
export function mixProblem({ model, data }: Pick<ModelSettings, "model" | "data">, mix: TrainingMixPolicy): string | undefined {
  const { baseline, by } = mix;
  if (!/^(?:s3|gs):\/\/[^/]+\/./.test(baseline)) {
    return `got ${baseline} as the hold-out's manifest, expected s3://bucket/key or gs://bucket/key`;
  }
  if (by === "bytes" && !baseline.endsWith(".jsonl")) {
    return `a share by bytes needs a manifest of JSON Lines with bytes, whose name ends in .jsonl, got ${baseline}; mix by objects`;
  }
  const { bucket, key } = objectUri(baseline);
  if (bucket === data.bucket && key.startsWith(`${data.manifestPrefix}${model}/`)) {
    return `${baseline} lies among the manifests of batches, which expire; copy it elsewhere`;
  }
  if (isWatched(data, bucket, key)) return `${baseline} lies where data lands, and would be trained on; move it elsewhere`;
  return undefined;
}

function whyUnusable(
  { by, baseline }: TrainingMixPolicy,
  all: readonly HoldOutObject[],
  candidates: readonly HoldOutObject[],
): string | undefined {
  if (all.length === 0) return `${baseline} lists no object; restore it`;
  if (candidates.length === 0) {
    return `all ${all.length} objects of ${baseline} landed again, and are new data; choose a hold-out that nobody writes to`;
  }
  const unknown = by === "bytes" ? all.find(({ bytes }) => bytes === undefined) : undefined;
  return unknown && `${baseline} tells no bytes of ${unknown.key}; write them into its line, or mix by objects`;
}

/** Sums of shares such as 0.1 are not exact. */
const ROUNDING = 1e-9;

function isReached(wanted: number, amount: number, ofNewData: number): boolean {
  const total = amount + ofNewData;
  return amount >= (wanted - ROUNDING) * total;
}

/** Each key once, with the most bytes that are told of it, by a hash of the key, which has nothing to do with what is in it. */
function inTakingOrder(objects: readonly HoldOutObject[]): HoldOutObject[] {
  const byKey = new Map<string, HoldOutObject>();
  for (const object of objects) {
    const other = byKey.get(object.key);
    if (other === undefined || (object.bytes ?? -1) > (other.bytes ?? -1)) byKey.set(object.key, object);
  }
  const ranked = [...byKey.values()].map((object) => ({ object, rank: scattered(nameHash(object.key)) }));
  return ranked.sort((a, b) => a.rank - b.rank || (a.object.key < b.object.key ? -1 : 1)).map(({ object }) => object);
}

/**
 * The finalizer of MurmurHash3: names that differ in their last character alone would else stand beside each other.
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
function scattered(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Undefined where those of one are not known. */
function sumOfBytes(objects: readonly HoldOutObject[]): number | undefined {
  return objects.reduce<number | undefined>(
    (sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}
