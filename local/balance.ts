import { isWatched, type ModelSettings } from "../functions/core/model-settings";
import type { PublishedManifest } from "./file-manifest-store";

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
