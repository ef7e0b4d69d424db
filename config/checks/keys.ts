// Keys of KMS: where they are, and what the buckets are that have one.
import { type Problem, quotedValue } from "../errors";
import { partitionOf } from "../sections/aws/aws";
import { kmsKeyArnSchema } from "../sections/aws/security";
import { regionSchema } from "../sections/fields";
import { mapping, validAccounts } from "./unchecked-config";

/** A key as a person wrote it; valid by itself. */
interface WrittenKey {
  readonly path: Problem["path"];
  readonly arn: string;
  /** Whether it is of a bucket of another account, whose region is not said. */
  readonly isAnywhere: boolean;
}

/**
 * What is wrong with where keys are: services use keys of their own region, and the policy of the key of everything speaks of its
 * own account. A bucket's key may be of any account, as S3 lets it be, and a company may hold all keys in one. A multi-Region key
 * (`mrk-`) is named by its ARN in the region, too.
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 */
export function keyProblems(config: unknown): Problem[] {
  const aws = mapping(mapping(config).aws);
  const region = regionSchema.safeParse(aws.region);
  const accounts = validAccounts(aws.allowedAccountIds);
  if (!region.success) return [];
  const ofAll = ofEverything(aws);
  return [
    ...[...ofAll, ...ofEachBucket(aws)].flatMap((key) => placeProblems(key, region.data)),
    ...ofAll.flatMap((key) => accountProblems(key, accounts)),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** None where it is wrong by itself. */
function ofEverything({ kms }: Fields): WrittenKey[] {
  return written({ path: ["aws", "kms", "key"], arn: mapping(kms).key, isAnywhere: false });
}

function ofEachBucket({ buckets }: Fields): WrittenKey[] {
  return Object.entries(mapping(buckets)).flatMap(([bucket, section]) => {
    const { kmsKey, account } = mapping(section);
    return written({ path: ["aws", "buckets", bucket, "kmsKey"], arn: kmsKey, isAnywhere: account !== undefined });
  });
}

function written(key: Omit<WrittenKey, "arn"> & { readonly arn: unknown }): WrittenKey[] {
  const { success, data } = kmsKeyArnSchema.safeParse(key.arn);
  return success ? [{ ...key, arn: data }] : [];
}

function placeProblems({ path, arn, isAnywhere }: WrittenKey, region: string): Problem[] {
  const [, partition = "", , ownRegion = ""] = arn.split(":");
  const wanted = partitionOf(region);
  if (partition !== wanted) {
    const message = `got a key of the partition ${partition}; expected one of ${wanted}, as aws.region is ${quotedValue(region)}; name a key of that region`;
    return [{ path, message }];
  }
  if (ownRegion === region || isAnywhere) return [];
  const remedy = arn.includes(":key/mrk-")
    ? `replicate it to ${region}, and name the replica`
    : `name a key of ${region}, or a replica there of a multi-Region key`;
  return [
    { path, message: `got a key of ${quotedValue(ownRegion)}; expected one of aws.region, ${quotedValue(region)}; ${remedy}` },
  ];
}

function accountProblems({ path, arn }: WrittenKey, accounts: readonly string[]): Problem[] {
  const account = arn.split(":")[4] ?? "";
  if (accounts.length === 0 || accounts.includes(account)) return [];
  const message = `got a key of the account ${account}; expected one of aws.allowedAccountIds, ${accounts.join(", ")}, as it encrypts what is deployed there; name a key there`;
  return [{ path, message }];
}
