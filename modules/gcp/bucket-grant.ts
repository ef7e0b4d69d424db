import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Token } from "cdktf";
import { shortHash } from "./deployment";
import type { Grant, GrantCondition } from "./grant";
import type { WatchedBuckets } from "./watched-buckets";

/**
 * A role on the objects of a bucket, within a condition if there is one, which needs a bucket of uniform access.
 * https://cloud.google.com/storage/docs/uniform-bucket-level-access
 */
export function bucketGrant(buckets: WatchedBuckets, bucket: string, role: string, condition?: GrantCondition): Grant {
  // The name of a role that the stack makes is a token, whose text changes with whatever else the stack holds; it has a condition.
  const named = Token.isUnresolved(role) ? "custom" : role;
  return {
    id: `bucket-${shortHash(JSON.stringify([bucket, named, condition]))}`,
    give: (scope, id, member) =>
      new StorageBucketIamMember(scope, id, {
        bucket: buckets.nameOf(bucket),
        role,
        member,
        ...(condition === undefined ? {} : { condition }),
      }),
  };
}

/** The name of a bucket as IAM knows it. https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name */
export function bucketResource(bucket: string): string {
  return `projects/_/buckets/${bucket}`;
}
