import { type Answer, awsError } from "../../../aws/adapters/loopback-server";
import { encrypting, xml } from "./account-server";
import { BUCKET_KEY, FOREIGN_KEY } from "./company-server";
import { type Broken, describeCompany, type Provoked, type Refused } from "./describe-company";

const notFound = awsError("NotFoundException", "it does not exist");

const PROVOKED: readonly Provoked[] = [
  [
    "a bucket with a key that is not named",
    { GetBucketEncryption: encryptedWith(BUCKET_KEY) },
    "problem",
    "encryption of acme-flights",
    /which the configuration does not name, so that no role may read/,
    new RegExp(`^set aws\\.buckets\\.acme-flights\\.kmsKey: ${BUCKET_KEY}, and apply$`),
    { kms: undefined, buckets: {} },
  ],
  [
    "a bucket with another key",
    { GetBucketEncryption: encryptedWith(FOREIGN_KEY) },
    "problem",
    "encryption of acme-flights",
    /is with arn:aws:kms:eu-central-1:999999999999.*; the configuration names/,
    /^set aws\.buckets/,
  ],
  [
    "a bucket with a key that is an alias of nothing",
    { GetBucketEncryption: encryptedWith("alias/gone"), "DescribeKey:alias/gone": notFound },
    "problem",
    "encryption of acme-flights",
    /alias\/gone, which does not exist/,
    /get-bucket-encryption/,
  ],
  [
    "a bucket without the key that is named",
    { GetBucketEncryption: encrypting("<SSEAlgorithm>AES256</SSEAlgorithm>") },
    "warning",
    "encryption of acme-flights",
    /is AES256, while aws\.buckets\.acme-flights\.kmsKey names a key/,
    /default encryption/,
  ],
  [
    "another account's bucket with the key of AWS there",
    { GetBucketEncryption: encrypting("<SSEAlgorithm>aws:kms</SSEAlgorithm>") },
    "problem",
    "encryption of acme-flights",
    /AWS's own key of the account 999999999999/,
    /owner/,
    { buckets: { "acme-flights": { account: "999999999999" } } },
  ],
];

const REFUSED: readonly Refused[] = [
  [
    "GetBucketEncryption",
    xml("<Error><Code>AccessDenied</Code><Message>no</Message></Error>", 403),
    "encryption of acme-flights",
    "s3:GetEncryptionConfiguration",
  ],
];

const BROKEN: readonly Broken[] = [["GetBucketEncryption", xml("")]];

describeCompany("keys of buckets", { provoked: PROVOKED, refused: REFUSED, broken: BROKEN });

// Helpers

function encryptedWith(key: string): Answer {
  return encrypting(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID>`);
}
