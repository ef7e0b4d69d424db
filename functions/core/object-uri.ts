/** An object, or the start of the keys of some. */
export interface ObjectUri {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The parts of `s3://bucket/key` or `gs://bucket/key`; the key may be empty.
 * @throws Error when the text is none of them
 */
export function objectUri(uri: string): ObjectUri {
  const [, bucket, key = ""] = /^(?:s3|gs):\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new Error(`got ${uri}; expected s3://bucket/key or gs://bucket/key`);
  return { bucket, key };
}

/** What the keys of all captures of a location start with: what stands before its first placeholder or `*`. */
export function capturePrefix(location: string): ObjectUri {
  const { bucket, key } = objectUri(location);
  return { bucket, key: key.replace(/[{*].*$/s, "") };
}

/** Folder of a model's bucket in which the baseline of its captures is `<model>.json`, where its configuration names no file. */
export const BASELINE_FOLDER = "retrigger/baselines/";

/** The file of the baseline that follows a training, beside `baseline`, by the time that names it; `*` for those of all. */
export function baselineAfter(baseline: string, time: string): string {
  return baseline.replace(/\.json$/, `-${time}.json`);
}
