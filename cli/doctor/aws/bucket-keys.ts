import { GetBucketEncryptionCommand, type GetBucketEncryptionCommandOutput } from "@aws-sdk/client-s3";
import { objectUri } from "../../../functions/core/object-uri";
import type { Check, Report } from "../finding";
import { type AwsAccount, statusOf } from "./account";
import { describedKey } from "./key-answers";

/** What buckets encrypt new objects with, and whether the configuration names it. */
export const bucketKeys: Check<AwsAccount> = {
  asks: "Does the configuration name the key that each bucket encrypts its objects with?",
  permissions: ["s3:GetEncryptionConfiguration", "kms:DescribeKey"],
  async look(account, report) {
    const { aws, isDeployed } = account;
    const named = Object.entries(aws.buckets).flatMap(([bucket, { kmsKey }]) => (kmsKey === undefined ? [] : [bucket]));
    const all = new Set([...readBuckets(account), ...named]);
    await Promise.all(
      [...all]
        .filter((bucket) => !(aws.buckets[bucket]?.create === true && isDeployed !== true))
        .map((bucket) => {
          const about = `encryption of ${bucket}`;
          return report.look(about, "s3:GetEncryptionConfiguration", () => lookAtEncryption(account, report, about, bucket));
        }),
    );
  },
};

/** Those of data and of captures, from which roles read. */
function readBuckets({ coordinated, models }: AwsAccount): string[] {
  const captures = models.flatMap(([, { monitoring }]) => monitoring.capture?.location ?? []);
  return [...coordinated.map(([, { data }]) => data.bucket), ...captures.map((location) => objectUri(location).bucket)];
}

async function lookAtEncryption(account: AwsAccount, report: Report, about: string, bucket: string): Promise<void> {
  const { aws, region } = account;
  const { kmsKey = aws.kms?.key, account: owner } = aws.buckets[bucket] ?? {};
  const setting = `aws.buckets.${bucket}.kmsKey`;
  const expected = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) };
  const asking = account.clients.s3.send(new GetBucketEncryptionCommand(expected));
  type Found = Pick<GetBucketEncryptionCommandOutput, "ServerSideEncryptionConfiguration"> | undefined;
  const found = await asking.catch((error: unknown): Found => {
    if (error instanceof Error && error.name === "ServerSideEncryptionConfigurationNotFoundError") return {};
    // whether it exists, and where, is told of the bucket itself
    if (statusOf(error) === 404 || statusOf(error) === 301) return undefined;
    throw error;
  });
  if (found === undefined) return;
  const { SSEAlgorithm = "AES256", KMSMasterKeyID: keyId } =
    found.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
  if (!SSEAlgorithm.startsWith("aws:kms")) {
    if (aws.buckets[bucket]?.kmsKey === undefined) report.inOrder(about, "with a key of S3");
    else {
      const message = `is ${SSEAlgorithm}, while ${setting} names a key: new objects have it only where their writer says so`;
      report.warning(about, message, `set the bucket's default encryption to the key, or remove ${setting}`);
    }
    return;
  }
  if (keyId === undefined || /(?:^|:)alias\/aws\/s3$/.test(keyId)) {
    if (owner === undefined || owner === account.identity?.accountId) report.inOrder(about, "with AWS's own key of the account");
    else {
      const message = `is with AWS's own key of the account ${owner}, which lets no other account read`;
      report.problem(about, message, "have its owner encrypt it with a key of KMS, and copy the objects over themselves");
    }
    return;
  }
  // an id alone is that of a key of the bucket's account
  const key = keyId.includes(":key/") ? keyId : (await describedKey(account, keyId))?.Arn;
  if (key === undefined) {
    const cure = `aws s3api get-bucket-encryption --bucket ${bucket} shows it`;
    report.problem(about, `is with the key ${keyId}, which does not exist in ${region}`, cure);
  } else if (key === kmsKey) report.inOrder(about, "with the key that the configuration names");
  else if (kmsKey === undefined) {
    const message = `is with ${key}, which the configuration does not name, so that no role may read the objects`;
    report.problem(about, message, `set ${setting}: ${key}, and apply`);
  } else
    report.problem(
      about,
      `is with ${key}; the configuration names ${kmsKey}, so that no role may read new objects`,
      `set ${setting}: ${key}, and apply`,
    );
}
