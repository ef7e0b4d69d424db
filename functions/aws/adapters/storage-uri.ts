/** Where an object, or what begins with a prefix, lies. */
export interface StorageLocation {
  readonly bucket: string;
  /** Empty for all of a bucket. */
  readonly key: string;
}

const S3_URI = /^s3:\/\/([^/]+)\/(.*)$/s;

/** @throws Error when it is no address of S3 */
export function parseStorageUri(uri: string): StorageLocation {
  const [, bucket, key] = S3_URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`got ${uri}; expected s3://<bucket>/<key>`);
  return { bucket, key };
}
