// Places that are apart from where data is watched, drift reports are read and manifests are written.
import { type Problem, quotedValue } from "../errors";
import type { ValidModel } from "./unchecked-config";

/** A file, or a folder of files, as a person wrote it or left it out. */
export interface Place {
  readonly path: Problem["path"];
  readonly bucket: string;
  readonly text: string;
  /** What lies there, for the author. */
  readonly what: string;
  /** Whether something of it may have a key that starts like this. */
  readonly isIn: (prefix: string) => boolean;
  /** Whether something of it may have a key that ends like this. */
  readonly isSelectedBy: (suffix: string) => boolean;
}

/**
 * Files in a folder of data would be trained on, files in a folder of drift reports taken for reports, files among manifests
 * removed.
 * @param models all of the configuration
 */
export function placeProblems(place: Place, models: readonly ValidModel[]): Problem[] {
  const { path, text, what } = place;
  const onBucket = models.filter(({ data }) => data.bucket === place.bucket);
  const problem = (where: string, consequence: string): Problem => {
    const message = `got ${quotedValue(text)}, where ${where}, so that ${what} ${consequence}; expected a place outside of it; name another, or another bucket`;
    return { path, message };
  };
  const watched = onBucket.flatMap(({ name, data: { prefixes = [], suffixes } }) => {
    const isSelected = suffixes !== undefined && (suffixes.length === 0 || suffixes.some(place.isSelectedBy));
    const prefix = isSelected ? prefixes.find(place.isIn) : undefined;
    return prefix === undefined ? [] : [problem(`model ${name} watches ${quotedValue(prefix)} for data`, "would be trained on")];
  });
  const reports = onBucket.flatMap(({ name, monitoring: { prefix } }) =>
    prefix !== undefined && place.isIn(prefix)
      ? [problem(`the drift reports of model ${name} are read from ${prefix}`, "would be taken for reports")]
      : [],
  );
  const manifests = onBucket.flatMap(({ name, data: { manifestPrefix } }) =>
    manifestPrefix !== undefined && place.isIn(manifestPrefix)
      ? [problem(`the manifests of model ${name} are written to ${manifestPrefix}`, "may be removed with old ones")]
      : [],
  );
  return [watched, reports, manifests].flatMap((found) => found.slice(0, 1));
}
