// Keys of KMS: where they are, and what the buckets are that have one.
import { type Problem, quotedValue } from "../errors";
import { partitionOf } from "../sections/aws/aws";
import { accountIdSchema, kmsKeyArnSchema } from "../sections/aws/security";
import { regionSchema } from "../sections/fields";
import { mapping, validAccounts } from "./unchecked-config";

/** A key as a person wrote it; valid by itself. */
interface WrittenKey {
  readonly path: Problem["path"];
  readonly arn: string;
  /** Whose the key may be, beside the accounts that are deployed to. */
  readonly owner?: unknown;
}

/**
 * What is wrong with where keys are: services use keys of their own region, and the policy of the key of everything speaks of its
 * own account. A multi-Region key (`mrk-`) is named by its ARN in the region, too.
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export function keyProblems(config: unknown): Problem[] {
  const aws = mapping(mapping(config).aws);
  const region = regionSchema.safeParse(aws.region);
  const accounts = validAccounts(aws.allowedAccountIds);
  if (!region.success) return [];
  return writtenKeys(aws).flatMap((key) => [...placeProblems(key, region.data), ...accountProblems(key, accounts)]);
}

function writtenKeys({ kms, buckets }: Readonly<Record<string, unknown>>): WrittenKey[] {
  const ofBuckets = Object.entries(mapping(buckets)).map(([bucket, section]) => {
    const { kmsKey, account } = mapping(section);
    return { path: ["aws", "buckets", bucket, "kmsKey"], arn: kmsKey, owner: account };
  });
  return [{ path: ["aws", "kms", "key"], arn: mapping(kms).key }, ...ofBuckets].flatMap((key) => {
    const { success, data } = kmsKeyArnSchema.safeParse(key.arn);
    return success ? [{ ...key, arn: data }] : [];
  });
}

function placeProblems({ path, arn }: WrittenKey, region: string): Problem[] {
  const [, partition = "", , ownRegion = ""] = arn.split(":");
  const wanted = partitionOf(region);
  if (partition !== wanted) {
    const message = `got a key of the partition ${partition}; expected one of ${wanted}, as aws.region is ${quotedValue(region)}; name a key of that region`;
    return [{ path, message }];
  }
  if (ownRegion === region) return [];
  const remedy = arn.includes(":key/mrk-")
    ? `replicate it to ${region}, and name the replica`
    : `name a key of ${region}, or a replica there of a multi-Region key`;
  return [
    { path, message: `got a key of ${quotedValue(ownRegion)}; expected one of aws.region, ${quotedValue(region)}; ${remedy}` },
  ];
}

function accountProblems({ path, arn, owner }: WrittenKey, accounts: readonly string[]): Problem[] {
  const account = arn.split(":")[4] ?? "";
  const allowed = [...accounts, owner].filter((id) => accountIdSchema.safeParse(id).success);
  if (accounts.length === 0 || allowed.includes(account)) return [];
  const message = `got a key of the account ${account}; expected one of ${allowed.join(", ")}; name a key there, or correct aws.allowedAccountIds`;
  return [{ path, message }];
}
