/** Where an object, or what begins with a prefix, lies. */
export interface StorageLocation {
  readonly bucket: string;
  /** Empty for all of a bucket. */
  readonly key: string;
}

const OBJECT_URI = /^gs:\/\/([^/]+)\/(.*)$/s;

/** @throws Error when it is no address of Cloud Storage */
export function parseStorageUri(uri: string): StorageLocation {
  const [, bucket, key] = OBJECT_URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`got ${uri}; expected gs://<bucket>/<object>`);
  return { bucket, key };
}
