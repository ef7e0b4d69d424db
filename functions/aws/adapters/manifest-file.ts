import type { LandedObject } from "../../core/batching/landed-object";

/**
 * The text of a SageMaker `ManifestFile`: what all keys begin with, then every key once, in the order of the objects. A training
 * job reads the newest version of a key, so two versions of one are one line.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
 */
export function manifestFile(bucket: string, objects: readonly LandedObject[]): string {
  const keys = new Set(objects.map(({ key }) => key));
  return JSON.stringify([{ prefix: `s3://${bucket}/` }, ...keys]);
}
